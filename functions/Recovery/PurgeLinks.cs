using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// Deletes the digests of payment links that have said for long enough what became of them. The address then
/// leads nowhere, as one that never was.
/// </summary>
internal sealed class PurgeLinks(TablePort tables, TimeProvider time)
{
    /// <summary>So long a mail tells its reader "paid" or "expired" instead of nothing.</summary>
    public static readonly TimeSpan KeptAfter = TimeSpan.FromDays(90);

    /// <returns>How many of the terminal's were deleted.</returns>
    public async Task<int> Of(string terminal, CancellationToken cancel)
    {
        var (now, purged) = (time.GetUtcNow(), 0);
        await foreach (var link in tables.Range(
            TableNames.Terminal, terminal, LinkToken.Prefix, Keys.After(LinkToken.Prefix), cancel))
            if (await IsOver(link, now, cancel)
                && await tables.TryCommit(
                    TableNames.Terminal, terminal, [Change.Delete(link)], cancel) is null)
                purged++;
        return purged;
    }

    /// <summary>A case under way keeps its links: somebody may be looking at one.</summary>
    private async Task<bool> IsOver(Row link, DateTimeOffset now, CancellationToken cancel)
    {
        var key = RecoveryCase.KeyOf(Id.Parse(link.Text("payment")));
        if (await tables.Get(TableNames.Terminal, link.Partition, key, cancel) is not { } row)
            return true;
        var known = RecoveryCase.From(row);
        return known.State != CaseState.Trying && known.Link?.OwesMail != true
            && (known.Link?.ExpiresAt ?? known.LostAt) + KeptAfter < now
            && (known.ClosedAt ?? DateTimeOffset.MinValue) + KeptAfter < now;
    }
}
