using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Customers;

/// <summary>Whose entry moves points, and when.</summary>
internal sealed record PointsEntry(string Merchant, JournalId Journal, long Number, DateTimeOffset At)
{
    public string Moment => EditMoment.Of(At, Journal, Number);
}

/// <summary>
/// Moves points. A movement is a row `m.{customer}.{moment}.{kind}` in one commit with the customer's row and
/// the feed; that it exists, or that the sale's row names its source, says that it is done. Points may fall
/// below zero, where terminals redeemed without knowing of each other: a sale that happened is never undone,
/// and what is overdrawn is shown.
/// </summary>
internal sealed class CustomerPoints(TablePort tables)
{
    public const int MergesMax = 8;
    private const string MovementPrefix = "m.";

    public static (string From, string To) MovementKeys(Id customer) =>
        (MovementPrefix + customer + ".", Keys.After(MovementPrefix + customer + "."));

    public Task Sold(
        PointsEntry entry, SaleCompleted sale, SaleCustomer customer, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var key = SalePoints.KeyOf(sale.Sale);
            if (await tables.Get(TableNames.Customer, entry.Merchant, key, cancel) is not null)
                return true;
            var row = new Row(entry.Merchant, key);
            new SalePoints(customer.Customer, customer.Earned, customer.Redeemed, 0, 0, [], sale.Total.Minor)
                .Write(row);
            var purchase = new CustomerPurchase(
                sale.ReceiptNumber, entry.At, sale.Total, customer.Earned, customer.Redeemed);
            return await Move(
                entry, customer.Customer, PointsKind.Sale,
                new(customer.Earned - customer.Redeemed, customer.Earned, purchase), [Change.Insert(row)],
                cancel);
        });

    public Task Adjusted(PointsEntry entry, PointsAdjusted body, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var key = MovementKey(body.Customer, entry.Moment, PointsKind.Adjusted);
            return await tables.Get(TableNames.Customer, entry.Merchant, key, cancel) is not null
                || await Move(
                    entry, body.Customer, PointsKind.Adjusted, new(body.Points, 0, null), [], cancel);
        });

    /// <summary>
    /// Takes back what a sale earned, and gives back what it redeemed, in part or whole.
    /// </summary>
    /// <param name="source">What does so; each source once.</param>
    /// <param name="share">Of the sale's total where no whole is named; the whole takes whatever is
    /// left.</param>
    /// <param name="returnsRedeemed">Not where goods have left and were not paid for.</param>
    public Task TakeBack(
        PointsEntry entry, Id sale, PointsKind kind, string source, (long Part, long? Whole) share,
        bool returnsRedeemed, CancellationToken cancel) => Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(
                TableNames.Customer, entry.Merchant, SalePoints.KeyOf(sale), cancel);
            if (row is null)
                return true;
            var points = SalePoints.From(row);
            var part = (share.Part, share.Whole ?? points.Total);
            if (points.Sources.Contains(source))
                return true;
            var back = Math.Min(points.Earned - points.TakenBack, ShareOf(points.Earned, part));
            var returned = returnsRedeemed
                ? Math.Min(points.Redeemed - points.Returned, ShareOf(points.Redeemed, part))
                : 0;
            (points with
            {
                TakenBack = points.TakenBack + back, Returned = points.Returned + returned,
                Sources = [.. points.Sources, source],
                TakenBy = new Dictionary<string, long>(points.TakenBy ?? []) { [source] = back },
            }).Write(row);
            return await Move(
                entry, points.Customer, kind, new(returned - back, -back, null), [Change.Replace(row)],
                cancel, source);
        });

    /// <summary>
    /// Gives back what a source took: its reason has gone. Once for each source, and nothing where it took
    /// nothing or the whole sale was taken back since.
    /// </summary>
    /// <param name="source">What does so; <paramref name="undone"/> is what it undoes.</param>
    /// <param name="share">What the source took where its row does not say: its part of the sale.</param>
    public Task GiveBack(
        PointsEntry entry, Id sale, PointsKind kind, string source, string undone,
        (long Part, long Whole) share, CancellationToken cancel) => Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(
                TableNames.Customer, entry.Merchant, SalePoints.KeyOf(sale), cancel);
            if (row is null)
                return true;
            var points = SalePoints.From(row);
            if (points.Sources.Contains(source) || !points.Sources.Contains(undone))
                return true;
            var back = Math.Min(
                points.TakenBack,
                points.TakenBy?.GetValueOrDefault(undone) ?? ShareOf(points.Earned, share));
            (points with
            {
                TakenBack = points.TakenBack - back, Sources = [.. points.Sources, source],
            }).Write(row);
            return await Move(
                entry, points.Customer, kind, new(back, back, null), [Change.Replace(row)], cancel, source);
        });

    /// <summary>One attempt to change customers and the feed; on a conflict it is tried again.</summary>
    public async Task<bool> Write(
        string merchant, IReadOnlyList<CustomerRow> customers, IReadOnlyList<Change> beside,
        CancellationToken cancel)
    {
        var feed = await FeedAppend.Begin(tables, TableNames.Customer, merchant, cancel);
        var changes = new List<Change>(beside);
        foreach (var customer in customers)
        {
            await feed.Add(customer.Row, new FeedRow { Customer = customer.ToFeed() }, cancel);
            changes.Add(customer.Row.ETag is null
                ? Change.Insert(customer.Row)
                : Change.Replace(customer.Row));
        }
        changes.AddRange(feed.Changes);
        return await tables.TryCommit(TableNames.Customer, merchant, changes, cancel) is null;
    }

    /// <summary>The customer's row, made when there is none: an entry may come before the one that tells
    /// who they are.</summary>
    public async Task<CustomerRow> Find(string merchant, Id customer, CancellationToken cancel)
    {
        var key = CustomerRow.KeyOf(customer);
        return new CustomerRow(
            await tables.Get(TableNames.Customer, merchant, key, cancel) ?? new Row(merchant, key));
    }

    public static Change Movement(
        string merchant, Id customer, string moment, PointsKind kind, long points, long lifetime,
        string? source = null) => Change.Insert(
        new Row(merchant, MovementKey(customer, moment, kind) + (source is null ? "" : "." + source))
        {
            ["kind"] = (int)kind, ["points"] = points, ["lifetime"] = lifetime, ["moment"] = moment,
        });

    private async Task<bool> Move(
        PointsEntry entry, Id customer, PointsKind kind, Moved moved, IReadOnlyList<Change> beside,
        CancellationToken cancel, string? source = null)
    {
        var named = await Find(entry.Merchant, customer, cancel);
        var holder = named;
        for (var step = 0; step < MergesMax && holder.MergedInto is { } next; step++)
            holder = await Find(entry.Merchant, next, cancel);
        holder.Points = checked(holder.Points + moved.Points);
        holder.Lifetime = checked(holder.Lifetime + moved.Lifetime);
        if (moved.Purchase is { } purchase)
            holder.Bought(purchase);
        // A terminal adds its own movements under the id that its entry names, so that one is told too.
        named.AppliedThrough(entry.Journal, entry.Number);
        return await Write(
            entry.Merchant, ReferenceEquals(named, holder) ? [holder] : [named, holder],
            [
                .. beside,
                Movement(
                    entry.Merchant, holder.Id, entry.Moment, kind, moved.Points, moved.Lifetime, source),
            ],
            cancel);
    }

    /// <summary>Rounded down: of several parts the last one takes what is left.</summary>
    private static long ShareOf(long points, (long Part, long Whole) share) =>
        share.Part >= share.Whole ? points : (long)((Int128)points * share.Part / share.Whole);

    private static string MovementKey(Id customer, string moment, PointsKind kind) => string.Create(
        CultureInfo.InvariantCulture, $"{MovementPrefix}{customer}.{moment}.{(int)kind}");

    private sealed record Moved(long Points, long Lifetime, CustomerPurchase? Purchase);
}
