using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>When a terminal last called.</summary>
/// <param name="SkewMilliseconds">Its time less ours, as its last token says.</param>
/// <param name="OldestUnsent">Unix milliseconds of the oldest entry that it still had, as it last said; 0
/// when it had none.</param>
internal sealed record TerminalContact(
    DateTimeOffset LastContact, long SkewMilliseconds, long OldestUnsent = 0);

/// <summary>
/// Keeps each terminal's last contact in a row of its own, `ic`, because calls are frequent and must not come
/// between the commits that change the identity. Written at most every few seconds, and when what it says of
/// its oldest unsent entry changes: it serves people and the list of dark terminals.
/// </summary>
internal sealed class TerminalContacts(TablePort tables, TimeProvider time)
{
    private const string Key = "ic";
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    /// <param name="terminalTime">When it signed; what was said before that is not said again.</param>
    /// <param name="oldestUnsent">Null when it says nothing of that.</param>
    public async Task Note(
        string terminal, DateTimeOffset terminalTime, long? oldestUnsent, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var row = await tables.Get(TableNames.Terminal, terminal, Key, cancel) ?? new Row(terminal, Key);
        var isTold = oldestUnsent is not null && oldestUnsent != (row.NumberOrNull("oldest") ?? 0)
            && !(terminalTime < row.TimeOrNull("toldAt"));
        if (!isTold && row.TimeOrNull("lastContact") is { } last && now - last < Apart)
            return;
        if (isTold)
            (row["oldest"], row["toldAt"]) = (oldestUnsent!.Value, terminalTime);
        row["lastContact"] = now;
        row["skewMs"] = (long)(terminalTime - now).TotalMilliseconds;
        // A conflict means that another call of the terminal noted the same moment.
        var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
        _ = await tables.TryCommit(TableNames.Terminal, terminal, [change], cancel);
    }

    public async Task<TerminalContact?> Find(string terminal, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, Key, cancel) is { } row
            ? new TerminalContact(
                row.Time("lastContact"), row.Number("skewMs"), row.NumberOrNull("oldest") ?? 0)
            : null;
}
