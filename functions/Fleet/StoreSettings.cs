using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>How a store's terminals serve: row `settings` of the store, and its feed.</summary>
internal sealed class StoreSettings(TablePort tables, Stores stores)
{
    private const string Key = "settings";

    /// <summary>PUT /api/backoffice/stores/{store}/settings: all of them at once.</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var store = call.Route("store");
        if (!Names.IsStore(store) || await stores.Find(store, cancel) is null)
            return Answer.NotFound("such store");
        if (!call.TryRead(FleetJson.Default.SettingsBody, out var body, out var refusal))
            return refusal;
        if (body.CashierDiscountBasisPoints is < 0 or > 10_000)
            return Answer.Refuse(
                ProblemCode.Malformed, "cashierDiscountBasisPoints",
                "A discount is 0 to 10000 basis points.");
        if (body.LockSeconds is < TillSettings.LockSecondsMin or > TillSettings.LockSecondsMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "lockSeconds",
                $"A screen locks after {TillSettings.LockSecondsMin} to {TillSettings.LockSecondsMax} "
                + "seconds.");
        return await Attempts.UntilCommitted<Answer>(async () =>
        {
            var row = await tables.Get(TableNames.Store, store, Key, cancel) ?? new Row(store, Key);
            var settings = new TillSettings(
                (row.NumberOrNull("version") ?? 0) + 1, body.CashierDiscountBasisPoints, body.LockSeconds,
                body.AskContactOffline, body.VoidNeedsManager);
            row["version"] = settings.Version;
            var feed = await FeedAppend.Begin(tables, TableNames.Store, store, cancel);
            await feed.Add(row, new FeedRow { Settings = settings }, cancel);
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            var conflict = await tables.TryCommit(
                TableNames.Store, store, [change, .. feed.Changes], cancel);
            return conflict is null ? Answer.Json(settings, FleetJson.Default.TillSettings) : null;
        });
    }
}
