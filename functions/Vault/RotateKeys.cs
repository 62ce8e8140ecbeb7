using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Vault;

/// <summary>
/// Timer: makes the next keys before they are needed, tells terminals which there are, and deletes keys that
/// have ended and that nothing can need any more. It may stop at any step and goes on at its next time.
/// </summary>
internal sealed partial class RotateKeys(
    KeyRing ring, KeyLedger ledger, IKeyStore store, KeyPeriods periods, KeyFeed feed, KeyUse use,
    TimeProvider time, ILogger<RotateKeys> log)
{
    public const string Schedule = "0 10 * * * *";

    private static readonly KeyKind[] Rotated =
        [KeyKind.Acknowledgement, KeyKind.Sealing, KeyKind.Reference];

    public async Task Run(CancellationToken cancel)
    {
        var keys = await ring.Read(cancel);
        if (!periods.ByHand && await MakeNext(keys, cancel))
            keys = await ring.Read(cancel);
        if (await Publish(keys, cancel))
            keys = await ring.Read(cancel);
        await feed.Put(keys.Published.List.Version, keys.SignedKeyList, cancel);
        await Purge(keys, cancel);
    }

    private async Task<bool> MakeNext(KeySet keys, CancellationToken cancel)
    {
        var (now, made) = (time.GetUtcNow(), false);
        foreach (var kind in Rotated)
        {
            var known = keys.Keys.Where(key => key.Kept.Kind == kind).Select(key => key.Kept).ToList();
            var from = known.Exists(key => key.IsValidAt(now)) ? now + periods.ListedBefore : now;
            if (known.Max(key => key.NotBefore) + periods.NextAfter > from)
                continue;
            await ring.Make(kind, from, cancel);
            LogMade(kind, from);
            made = true;
        }
        return made;
    }

    /// <summary>
    /// To the feeds first: a terminal that enrols in between has a list no newer than that of its feed.
    /// </summary>
    private async Task<bool> Publish(KeySet keys, CancellationToken cancel)
    {
        var last = keys.Published;
        var next = KeySet.ListOf(keys.Keys, ledger.VersionAfter(last), time.GetUtcNow());
        if (next.SealingKeys.SequenceEqual(last.List.SealingKeys)
            && next.AcknowledgementKeys.SequenceEqual(last.List.AcknowledgementKeys))
            return false;
        await feed.Put(next.Version, keys.Sign(next), cancel);
        if (!await ledger.Write(last with { List = next }, cancel))
            return true;
        LogPublished(next.Version, next.SealingKeys.Count, next.AcknowledgementKeys.Count);
        return true;
    }

    private async Task Purge(KeySet keys, CancellationToken cancel)
    {
        foreach (var key in keys.Keys)
        {
            if (key.Kept.Kind == KeyKind.Root || key.Kept.NotAfter + periods.KeptAfter > time.GetUtcNow())
                continue;
            if (await use.WhyKept(key, cancel) is { } why)
            {
                LogKept(key.Kept.Name, key.Kept.NotAfter, why);
                continue;
            }
            if (periods.ByHand)
            {
                LogMayGo(key.Kept.Name, key.Kept.NotAfter);
                continue;
            }
            await store.Delete(key.Kept, cancel);
            LogDeleted(key.Kept.Name, key.Kept.NotAfter);
        }
    }

    [LoggerMessage(1901, LogLevel.Information, "A {Kind} key is made; it comes into use at {From}.")]
    private partial void LogMade(KeyKind kind, DateTimeOffset from);

    [LoggerMessage(
        1902, LogLevel.Information,
        "Key list {Version} is out: {Sealing} sealing and {Acknowledgement} acknowledgement keys.")]
    private partial void LogPublished(long version, int sealing, int acknowledgement);

    [LoggerMessage(1903, LogLevel.Information, "Key {Name} ended at {End} and is kept: {Why}")]
    private partial void LogKept(string name, DateTimeOffset end, string why);

    [LoggerMessage(
        1905, LogLevel.Information, "Nothing needs key {Name} any more, which ended at {End}: delete it.")]
    private partial void LogMayGo(string name, DateTimeOffset end);

    [LoggerMessage(1904, LogLevel.Information, "Key {Name}, which ended at {End}, is deleted.")]
    private partial void LogDeleted(string name, DateTimeOffset end);
}

/// <summary>The key list in each merchant's feed.</summary>
internal sealed class KeyFeed(TablePort tables, Register register)
{
    /// <summary>The row of the merchant's partition that remembers its place in the feed.</summary>
    public const string Thing = "keys";

    /// <summary>Where an older list is out, this one takes its place.</summary>
    public async Task Put(long version, string signed, CancellationToken cancel)
    {
        foreach (var merchant in await register.List(Register.Merchants, cancel))
            await Attempts.UntilCommitted(async () =>
            {
                var row = await tables.Get(TableNames.Merchant, merchant, Thing, cancel);
                if (row is null || row.NumberOrNull("version") >= version)
                    return true;
                var feed = await FeedAppend.Begin(tables, TableNames.Merchant, merchant, cancel);
                await feed.Add(row, new Wire.FeedRow(Keys: signed), cancel);
                row["version"] = version;
                return await tables.TryCommit(
                    TableNames.Merchant, merchant, [Change.Replace(row), .. feed.Changes], cancel) is null;
            });
    }
}
