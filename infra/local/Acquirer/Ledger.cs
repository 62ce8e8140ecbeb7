using System.Text;
using System.Text.Json;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// The acquirer's memory: a file of facts, one JSON object a line, and what follows from them. A fact is on
/// disk before anything is answered because of it, so a kill at any moment loses no answer that left. A last
/// line without its end was cut off by a kill before it counted, and is taken away. Used by one thread at a
/// time.
/// </summary>
internal sealed class Ledger : IDisposable
{
    /// <summary>A test double need not hold more; past it every request gets 96.</summary>
    public const int TransactionsMax = 1_000_000;

    private readonly FileStream file;
    private readonly Dictionary<TransactionKey, Transaction> byKey = [];
    private readonly Dictionary<OriginalKey, TransactionKey> byOriginal = [];
    private readonly Dictionary<TransactionKey, int> repeats = [];
    private readonly HashSet<OriginalKey> reversed = [];
    private readonly HashSet<OriginalKey> reversedAhead = [];
    private readonly SettledBook settled = new();
    private int approvals;

    private Ledger(FileStream file) => this.file = file;

    public bool IsFull => byKey.Count >= TransactionsMax;

    /// <summary>
    /// Rises with each approval: authorisation codes are made of it, and none is given twice.
    /// </summary>
    public int Approvals => approvals;

    public static Ledger Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var ledger = new Ledger(file);
        ledger.Load();
        return ledger;
    }

    /// <summary>Writes the fact, waits until it is on disk, then lets it count.</summary>
    public void Add(Fact fact)
    {
        file.Write(JsonSerializer.SerializeToUtf8Bytes(fact, AcquirerJson.Default.Fact));
        file.WriteByte((byte)'\n');
        file.Flush(flushToDisk: true);
        Count(fact);
    }

    public Transaction? Find(TransactionKey key) => byKey.GetValueOrDefault(key);

    public Transaction? Find(OriginalKey original) =>
        byOriginal.TryGetValue(original, out var key) ? byKey[key] : null;

    public bool IsReversed(OriginalKey original) => reversed.Contains(original);

    public bool IsReversedAhead(OriginalKey original) => reversedAhead.Contains(original);

    public SettlementTotals TotalsOf(string merchant, DateOnly date, string currency) =>
        settled.TotalsOf(merchant, date, currency);

    public IReadOnlyList<SettlementTotals> AllTotals() => settled.AllTotals();

    /// <summary>What moved money, line by line.</summary>
    public SettledBook Settled => settled;

    /// <summary>Every transaction in the order of its answer.</summary>
    public IReadOnlyList<LoggedTransaction> Transactions() =>
    [
        .. byKey.Values.Select(transaction => new LoggedTransaction(
            transaction, IsReversed(transaction.Original), repeats.GetValueOrDefault(transaction.Key))),
    ];

    public void Dispose() => file.Dispose();

    private void Load()
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var number = 0;
        var text = Encoding.UTF8.GetString(bytes, 0, whole);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Count(Parse(line, ++number));
        file.SetLength(whole);
        file.Position = whole;
    }

    private Fact Parse(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AcquirerJson.Default.Fact)
                ?? throw new InvalidDataException($"{file.Name}, line {number}: no fact.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file.Name}, line {number}: {e.Message}", e);
        }
    }

    private void Count(Fact fact)
    {
        switch (fact)
        {
            case Answered answered: CountAnswer(answered.Transaction); break;
            case Repeated again: repeats[again.Key] = repeats.GetValueOrDefault(again.Key) + 1; break;
            case Reversed reversal: CountReversal(reversal); break;
            case ReversedAhead ahead: reversedAhead.Add(ahead.Original); break;
            case Reconciled: break;
            case Tampered tampered: CountTampering(tampered); break;
            default: throw new InvalidOperationException($"{fact.GetType().Name} is not counted.");
        }
    }

    private void CountAnswer(Transaction transaction)
    {
        byKey.Add(transaction.Key, transaction);
        byOriginal[transaction.Original] = transaction.Key;
        if (transaction.IsApproved) approvals++;
        if (transaction.MovesMoney)
            settled.Add(LineOf(transaction, transaction.SettlementDate, isReversal: false));
    }

    private void CountReversal(Reversed reversal)
    {
        reversed.Add(reversal.Original);
        var transaction = byKey[byOriginal[reversal.Original]];
        if (transaction.MovesMoney)
            settled.Add(LineOf(transaction, reversal.SettlementDate, isReversal: true));
    }

    private void CountTampering(Tampered tampered)
    {
        if (tampered.Before is { } before)
            settled.Remove(before);
        if (tampered.After is { } after)
            settled.Add(after);
    }

    private static SettledLine LineOf(Transaction transaction, DateOnly date, bool isReversal) => new(
        transaction.Key, transaction.IsCredit, isReversal, transaction.AuthorisationCode ?? "",
        transaction.ApprovedMinor, transaction.Currency, date);
}
