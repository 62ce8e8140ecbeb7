using CloudPos.Tests.Terminal.Cli;

namespace CloudPos.Tests.Crash;

/// <summary>What a power cut may have done that it must not. None of them, and the image is good.</summary>
[Flags]
internal enum CutVerdict
{
    Good = 0,

    /// <summary>A sale whose receipt was out is not there, or the terminal says that entries are
    /// missing.</summary>
    Lost = 1,

    /// <summary>The folder does not open, or what is in it does not fit together.</summary>
    Corrupt = 2,

    /// <summary>A part of a transaction is there, or something that never happened.</summary>
    HalfApplied = 4,

    /// <summary>A sale survived that nobody saw confirmed, and the till does not offer it.</summary>
    NotOffered = 8,

    /// <summary>What one customer wanted stands in the journal twice.</summary>
    ChargedAnew = 16,
}

/// <summary>
/// One disk as a power cut left it, opened with the real binary and judged by what had been printed before.
/// </summary>
internal sealed class PowerCutImage : IDisposable
{
    private readonly Recording _recording;
    private readonly long _printed;
    private readonly ImageFolder _folder;

    /// <param name="printed">The entry of the last sale whose receipt was out; 0 before the first.</param>
    public PowerCutImage(Recording recording, IReadOnlyDictionary<string, byte[]> files, long printed)
    {
        (_recording, _printed) = (recording, printed);
        _folder = new ImageFolder(files);
    }

    /// <summary>Entries found; known after <see cref="Judge"/>.</summary>
    public long Entries { get; private set; }

    /// <summary>Sales that are there although nobody saw them confirmed.</summary>
    public IReadOnlyList<ListedSale> Survivors => [.. _recording.Sales.Values
        .Where(sale => sale.Entry > _printed && sale.Entry <= Entries)];

    public string Told { get; private set; } = "";

    /// <summary>
    /// `journal verify` compares every table with the entries, and the last hash stands for all of them: so
    /// number and hash of the last entry say that the journal is a beginning of the one that was written.
    /// </summary>
    public async Task<CutVerdict> Judge()
    {
        var run = await Run("journal", "verify", "--json");
        Told = run.Output + run.Errors;
        if (run.Code is not (0 or 6) || run.Output is not [.., '\n'])
            return CutVerdict.Corrupt;
        var report = PublishedTerminal.JsonOf(run);
        Entries = report.GetProperty("entries").GetInt64();
        var verdict = Entries < _printed ? CutVerdict.Lost : CutVerdict.Good;
        if (!report.GetProperty("sound").GetBoolean())
            verdict |= Told.Contains("missing", StringComparison.Ordinal)
                ? CutVerdict.Lost
                : CutVerdict.Corrupt;
        else if (_recording.Inner.Contains(Entries)
            || _recording.Hashes[Entries] != report.GetProperty("hash").GetString())
            verdict |= CutVerdict.HalfApplied;
        return verdict;
    }

    /// <summary>What survived unseen must be offered by the till.</summary>
    public async Task<CutVerdict> LookForSurvivors()
    {
        var status = PublishedTerminal.JsonOf(await Run("status", "--json"));
        var offered = status.GetProperty("receiptsNotPrinted").EnumerateArray()
            .Select(text => text.GetString()).ToHashSet();
        return Survivors.All(sale => offered.Contains(sale.ReceiptNumber))
            ? CutVerdict.Good
            : CutVerdict.NotOffered;
    }

    /// <summary>
    /// The cashier goes on with what the customer wanted whose sale was cut: looks what the till offers, and
    /// sells only what is not there. A careless one sells it in any case: as a terminal would that retries
    /// under an id of its own making.
    /// </summary>
    public async Task<CutVerdict> GoOn(bool isCareless)
    {
        var cut = _recording.Sales.Values.OrderBy(sale => sale.Entry)
            .First(sale => sale.Entry > _printed);
        var isThere = cut.Entry <= Entries;
        if (isThere)
        {
            var copy = PublishedTerminal.JsonOf(
                await Run("receipt", "--receipt", cut.ReceiptNumber, "--json"));
            if (!copy.GetProperty("isCopy").GetBoolean())
                return CutVerdict.NotOffered;
        }
        await Run("attempts", "abandon", "--all");
        if (!isThere || isCareless)
        {
            var sale = await Run(_recording.Shop.Sale(cut.Intent, byCard: false));
            if (sale.Code != 0)
                return CutVerdict.Corrupt;
        }
        var list = PublishedTerminal.JsonOf(await Run("journal", "list", "--json"));
        return ListedSale.Of(list).Count(sale => sale.Intent == cut.Intent) == 1
            ? CutVerdict.Good
            : CutVerdict.ChargedAnew;
    }

    public void Dispose() => _folder.Dispose();

    private Task<CliRun> Run(params string[] arguments) => PublishedTerminal.Run(_folder.Path, arguments);
}
