using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Entries that could not be applied, or not whole: rows `x.{epoch}.{number}` with the reason and the moment
/// the entry has in the order of its journal. They are never deleted except by being applied, and can be
/// tried again at any time.
/// </summary>
internal sealed partial class SetAsides(
    TablePort tables, Register register, Terminals terminals, JournalHeads heads, StoredEntries entries,
    ApplyEntry applyEntry, TimeProvider time, ILogger<SetAsides> log)
{
    private const int ReasonLengthMax = 500;
    private const int LinesMax = 1_000;

    public Task Put(StoredEntry entry, DateTimeOffset moment, string reason, CancellationToken cancel)
    {
        LogSetAside(entry.Journal, entry.Number, reason);
        var (terminal, key) = (
            entry.Journal.Terminal, JournalRows.SetAside(entry.Journal.Epoch, entry.Number));
        return Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, key, cancel)
                ?? new Row(terminal, key) { ["at"] = time.GetUtcNow(), ["moment"] = moment };
            row["kind"] = (int)KindOf(entry);
            row["reason"] = reason.Length <= ReasonLengthMax ? reason : reason[..ReasonLengthMax];
            row["tries"] = (row.NumberOrNull("tries") ?? 0) + 1;
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            return await tables.TryCommit(TableNames.Terminal, terminal, [change], cancel) is null;
        });
    }

    /// <summary>GET /api/backoffice/set-aside</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var lines = new List<SetAsideLine>();
        foreach (var terminal in await register.List(Register.Terminals, cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, JournalRows.SetAsideAll, Keys.After(
                    JournalRows.SetAsideAll), cancel))
                if (lines.Count < LinesMax)
                    lines.Add(Line(row));
        return Answer.Json(lines, JournalsJson.Default.IReadOnlyListSetAsideLine);
    }

    /// <summary>POST /api/backoffice/set-aside/{terminal}/{epoch}/{number}/retry</summary>
    public async Task<Answer> Retry(Call call, CancellationToken cancel)
    {
        if (!TryPlace(call, out var journal, out var number)
            || await terminals.Find(journal.Terminal, cancel) is not { } identity
            || await FindRow(journal, number, cancel) is not { } row
            || await entries.Find(journal, number, cancel) is not { } entry)
            return Answer.NotFound("such entry set aside");
        if (identity.Standing != TerminalStanding.Active)
            return Answer.Refuse(
                ProblemCode.Forbidden, "standing",
                "Nothing of a terminal is applied while it is not active.");
        if (await heads.Find(journal, cancel) is { Hold: { } hold })
            return Answer.Refuse(ProblemCode.Forbidden, "hold", $"The journal is held: {hold}");
        var moment = row.Time("moment");
        var reason = await applyEntry.Apply(identity, entry, moment, cancel);
        if (reason is not null)
            await Put(entry, moment, reason, cancel);
        // Another retry may have put it aside again meanwhile; then its row has another version and stays.
        else if (await tables.TryCommit(
            TableNames.Terminal, journal.Terminal, [Change.Delete(row)], cancel) is not null)
            LogStays(journal, number);
        return Answer.Json(new RetryAnswer(reason is null, reason), JournalsJson.Default.RetryAnswer);
    }

    private Task<Row?> FindRow(JournalId journal, long number, CancellationToken cancel) => tables.Get(
        TableNames.Terminal, journal.Terminal, JournalRows.SetAside(journal.Epoch, number), cancel);

    private static bool TryPlace(Call call, out JournalId journal, out long number)
    {
        (journal, number) = (default, 0);
        const NumberStyles digits = NumberStyles.None;
        if (!Names.IsTerminal(call.Route("terminal"))
            || !int.TryParse(call.Route("epoch"), digits, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(call.Route("number"), digits, CultureInfo.InvariantCulture, out number))
            return false;
        journal = new JournalId(call.Route("terminal"), epoch);
        return true;
    }

    private static EntryKind KindOf(StoredEntry entry) =>
        EntryHeader.TryRead(entry.Bytes.Span, out var header, out _, out _) ? header!.Kind : 0;

    /// <summary>The key is x.{epoch}.{number}.</summary>
    private static SetAsideLine Line(Row row)
    {
        var parts = row.Key.Split('.');
        var epoch = int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture);
        var number = long.Parse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture);
        return new SetAsideLine(
            row.Partition, epoch, number, (EntryKind)row.Number("kind"), row.Text("reason"), row.Time("at"),
            (int)row.Number("tries"));
    }

    [LoggerMessage(1211, LogLevel.Error, "Journal {Journal}: entry {Number} is set aside: {Reason}")]
    private partial void LogSetAside(JournalId journal, long number, string reason);

    [LoggerMessage(
        1212, LogLevel.Warning, "Journal {Journal}: entry {Number} was set aside again meanwhile.")]
    private partial void LogStays(JournalId journal, long number);
}
