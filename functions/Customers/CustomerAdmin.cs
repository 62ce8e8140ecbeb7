using System.Security.Cryptography;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Customers;

/// <summary>A customer in a list.</summary>
/// <param name="Overdrawn">Terminals that did not know of each other redeemed more than there was.</param>
internal sealed record CustomerLine(
    Id Customer, CustomerData? Data, long Points, long Lifetime, bool Overdrawn, bool Erased, Id? MergedInto);

/// <summary>One movement of points.</summary>
internal sealed record PointsLine(PointsKind Kind, long Points, DateTimeOffset At, string Terminal);

internal sealed record CustomerDetail(
    CustomerLine Customer, IReadOnlyList<PointsLine> Movements, IReadOnlyList<CustomerPurchase> Recent);

/// <summary>Customers that share an address, a telephone or a card.</summary>
internal sealed record DuplicateLine(string Shared, IReadOnlyList<Id> Customers);

/// <summary>POST customers/{customer}/merge: the one to keep.</summary>
internal sealed record MergeBody(Id Into);

/// <summary>POST customers/{customer}/points: given, or taken where they are negative.</summary>
/// <param name="Reason">For who asks later; it is logged with who did it.</param>
internal sealed record PointsBody(long Points, string Reason);

/// <summary>What people do with customers.</summary>
internal sealed partial class CustomerAdmin(
    TablePort tables, Merchants merchants, CustomerPoints points, CustomerRecords records, TimeProvider time,
    ILogger<CustomerAdmin> log)
{
    private const long PointsMax = 1_000_000;
    private const int ReasonLengthMax = 200;

    private const int LinesMax = 10_000;
    private const int MovementsMax = 500;

    /// <summary>GET customers?overdrawn=true</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        if (await MerchantOf(call, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        var onlyOverdrawn = call.Query("overdrawn") == "true";
        var lines = (await All(merchant, cancel)).Select(LineOf)
            .Where(line => line.Overdrawn || !onlyOverdrawn);
        return Answer.Json([.. lines], CustomersJson.Default.IReadOnlyListCustomerLine);
    }

    /// <summary>GET customers/{customer}</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (await CustomerOf(call, cancel) is not { } customer)
            return Answer.NotFound("such customer");
        var movements = new List<PointsLine>();
        var (from, to) = CustomerPoints.MovementKeys(customer.Id);
        await foreach (var row in tables.Range(
            TableNames.Customer, customer.Row.Partition, from, to, cancel))
        {
            var moment = row.Text("moment");
            movements.Add(new PointsLine(
                (PointsKind)row.Number("kind"), row.Number("points"), EditMoment.TimeOf(moment),
                EditMoment.TerminalOf(moment)));
            if (movements.Count == MovementsMax)
                break;
        }
        return Answer.Json(
            new CustomerDetail(LineOf(customer), movements, customer.Recent),
            CustomersJson.Default.CustomerDetail);
    }

    /// <summary>GET customers/duplicates: for a person to look at; nothing is merged by itself.</summary>
    public async Task<Answer> Duplicates(Call call, CancellationToken cancel)
    {
        if (await MerchantOf(call, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        var shared = from customer in await All(merchant, cancel)
                     where customer.MergedInto is null && customer.Data is not null
                     from text in new[] { customer.Data!.Email, customer.Data.Telephone, customer.Data.Card }
                     where !string.IsNullOrWhiteSpace(text)
                     group customer.Id by text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()
                     into same
                     where same.Distinct().Count() > 1
                     select new DuplicateLine(same.Key, [.. same.Distinct()]);
        return Answer.Json([.. shared], CustomersJson.Default.IReadOnlyListDuplicateLine);
    }

    /// <summary>POST customers/{customer}/merge: its points go over; what comes later for it, too.</summary>
    public async Task<Answer> Merge(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(CustomersJson.Default.MergeBody, out var body, out var refusal))
            return refusal;
        if (await CustomerOf(call, cancel) is not { } known)
            return Answer.NotFound("such customer");
        var (merchant, moment) = (known.Row.Partition, EditMoment.Of(
            time.GetUtcNow(), new JournalId("-", 1), RandomNumberGenerator.GetInt32(int.MaxValue) + 1L));
        Answer? refused = null;
        await Attempts.UntilCommitted(async () =>
        {
            var from = await points.Find(merchant, known.Id, cancel);
            var into = await points.Find(merchant, body.Into, cancel);
            if (from.MergedInto == body.Into)
                return true;
            if (into.Row.ETag is null || from.MergedInto is not null || into.MergedInto is not null
                || from.Id == into.Id)
            {
                refused = Answer.Refuse(
                    ProblemCode.Malformed, "into", "Name two customers, neither of them merged already.");
                return true;
            }
            var (moved, lifetime) = (from.Points, from.Lifetime);
            (into.Points, into.Lifetime) = (into.Points + moved, into.Lifetime + lifetime);
            foreach (var purchase in from.Recent)
                into.Bought(purchase);
            (from.Points, from.Lifetime, from.MergedInto) = (0, 0, into.Id);
            return await points.Write(merchant, [from, into],
                [
                    CustomerPoints.Movement(merchant, from.Id, moment, PointsKind.Merged, -moved, -lifetime),
                    CustomerPoints.Movement(merchant, into.Id, moment, PointsKind.Merged, moved, lifetime),
                ],
                cancel);
        });
        return refused ?? Answer.Json(
            LineOf(await points.Find(merchant, body.Into, cancel)), CustomersJson.Default.CustomerLine);
    }

    /// <summary>POST customers/{customer}/points: settles an overdrawn balance, for one.</summary>
    public async Task<Answer> Adjust(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(CustomersJson.Default.PointsBody, out var body, out var refusal))
            return refusal;
        if (body.Points is 0 or > PointsMax or < -PointsMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "points", $"Give or take 1 to {PointsMax} points at once.");
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > ReasonLengthMax
            || body.Reason.Any(char.IsControl))
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"Say why, in 1 to {ReasonLengthMax} characters.");
        if (await CustomerOf(call, cancel) is not { IsErased: false, MergedInto: null } customer)
            return Answer.NotFound("such customer");
        var merchant = customer.Row.Partition;
        await points.Adjusted(
            new PointsEntry(
                merchant, new JournalId("-", 1), RandomNumberGenerator.GetInt32(int.MaxValue) + 1L,
                time.GetUtcNow()),
            new PointsAdjusted(customer.Id, body.Points, body.Reason, call.Person?.Name ?? "-"), cancel);
        LogAdjusted(call.Person?.Name ?? "-", body.Points, customer.Id, body.Reason);
        return Answer.Json(
            LineOf(await points.Find(merchant, customer.Id, cancel)), CustomersJson.Default.CustomerLine);
    }

    /// <summary>POST customers/{customer}/erase</summary>
    public async Task<Answer> Erase(Call call, CancellationToken cancel)
    {
        if (await CustomerOf(call, cancel) is not { } customer)
            return Answer.NotFound("such customer");
        await records.Erase(null, customer.Row.Partition, customer.Id, cancel);
        return Answer.Json(
            LineOf(await points.Find(customer.Row.Partition, customer.Id, cancel)),
            CustomersJson.Default.CustomerLine);
    }

    private async Task<List<CustomerRow>> All(string merchant, CancellationToken cancel)
    {
        var found = new List<CustomerRow>();
        var (from, to) = CustomerRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Customer, merchant, from, to, cancel))
        {
            found.Add(new CustomerRow(row));
            if (found.Count == LinesMax)
                break;
        }
        return found;
    }

    private async Task<CustomerRow?> CustomerOf(Call call, CancellationToken cancel) =>
        await MerchantOf(call, cancel) is { } merchant && Id.TryParse(call.Route("customer"), out var id)
        && await points.Find(merchant, id, cancel) is { Row.ETag: not null } customer
            ? customer
            : null;

    private async Task<string?> MerchantOf(Call call, CancellationToken cancel) =>
        Names.IsMerchant(call.Route("merchant"))
        && await merchants.Find(call.Route("merchant"), cancel) is { } merchant
            ? merchant.Id
            : null;

    [LoggerMessage(1921, LogLevel.Information,
        "{Person} gave {Points} points to customer {Customer}: {Reason}")]
    private partial void LogAdjusted(string person, long points, Id customer, string reason);

    private static CustomerLine LineOf(CustomerRow row) => new(
        row.Id, row.Data, row.Points, row.Lifetime, row.Points < 0, row.IsErased, row.MergedInto);
}
