using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>When a terminal last called.</summary>
/// <param name="SkewMilliseconds">Its time less ours, as its last token says.</param>
internal sealed record TerminalContact(DateTimeOffset LastContact, long SkewMilliseconds);

/// <summary>
/// Keeps each terminal's last contact in a row of its own, `ic`, because calls are frequent and must not come
/// between the commits that change the identity. Written at most every few seconds: it serves people and the
/// list of dark terminals.
/// </summary>
internal sealed class TerminalContacts(TablePort tables, TimeProvider time)
{
    private const string Key = "ic";
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(5);

    public async Task Note(string terminal, DateTimeOffset terminalTime, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var row = await tables.Get(TableNames.Terminal, terminal, Key, cancel) ?? new Row(terminal, Key);
        if (row.TimeOrNull("lastContact") is { } last && now - last < Apart)
            return;
        row["lastContact"] = now;
        row["skewMs"] = (long)(terminalTime - now).TotalMilliseconds;
        // A conflict means that another call of the terminal noted the same moment.
        var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
        _ = await tables.TryCommit(TableNames.Terminal, terminal, [change], cancel);
    }

    public async Task<TerminalContact?> Find(string terminal, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, Key, cancel) is { } row
            ? new TerminalContact(row.Time("lastContact"), row.Number("skewMs"))
            : null;
}
