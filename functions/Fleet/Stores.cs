using System.Globalization;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Languages;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>A store. Its row is `i` in the store's partition.</summary>
/// <param name="TimeZone">An IANA name, for example Europe/Berlin.</param>
/// <param name="CutOff">Local time at which a trading day ends; see <see cref="TradingDays"/>.</param>
internal sealed record Store(
    string Id, string Merchant, string Name, IReadOnlyList<string> Address, TimeZoneInfo TimeZone,
    TimeOnly CutOff)
{
    /// <summary>How mails and papers of the store write and speak.</summary>
    public Locale Locale { get; init; } = Locale.Default;
}

/// <summary>Keeps stores; making or changing one brings its trading days up to date.</summary>
internal sealed class Stores(
    TablePort tables, Register register, Merchants merchants, TradingDays days, ClosingAgenda agenda,
    TimeProvider time)
{
    /// <summary>A new or changed store is looked at for days that ended after this.</summary>
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(5);

    private const string Key = "i";
    private const int TextLengthMax = 100;
    private const int AddressLinesMax = 6;

    /// <summary>Null when there is no such store. The id has a store's shape.</summary>
    public async Task<Store?> Find(string store, CancellationToken cancel) =>
        await tables.Get(TableNames.Store, store, Key, cancel) is { } row ? From(row) : null;

    /// <summary>PUT /api/backoffice/stores/{store}</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("store");
        if (!Names.IsStore(id))
            return Answer.Refuse(
                ProblemCode.Malformed, "store", "An id is 1 to 16 lower-case letters, digits and hyphens.");
        if (!call.TryRead(FleetJson.Default.StoreBody, out var body, out var refusal))
            return refusal;
        if (Fault(body) is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        if (!Names.IsMerchant(body.Merchant) || await merchants.Find(body.Merchant, cancel) is null)
            return Answer.Refuse(ProblemCode.NotFound, "merchant", "There is no such merchant.");

        await register.Enter(Register.Stores, id, cancel);
        await agenda.Enter(id, time.GetUtcNow() + FirstLook, cancel);
        Answer? differs = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Store, id, Key, cancel) ?? new Row(id, Key);
            if (row.ETag is not null && row.Text("merchant") != body.Merchant)
            {
                differs = Answer.Refuse(
                    ProblemCode.DiffersFromFirst, "merchant", "A store stays with its merchant.");
                return true;
            }
            var address = string.Join('\n', body.Address);
            var isTold = FeedAppend.IsTold(row) && row.Text("address") == address
                && row.TextOrNull("locale") == body.Locale;
            row["merchant"] = body.Merchant;
            row["name"] = body.Name;
            row["address"] = address;
            row["timeZone"] = body.TimeZone;
            row["cutOff"] = body.CutOff;
            row["locale"] = body.Locale;
            var feed = await FeedAppend.Begin(tables, TableNames.Store, id, cancel);
            if (!isTold)
                await feed.Add(
                    row, new FeedRow { Store = new StoreDetails(body.Address, body.Locale) }, cancel);
            IReadOnlyList<Change> changes =
                [row.ETag is null ? Change.Insert(row) : Change.Replace(row), .. feed.Changes];
            return await tables.TryCommit(TableNames.Store, id, changes, cancel) is null;
        });
        if (differs is not null)
            return differs;
        await days.Extend((await Find(id, cancel))!, cancel);
        return Answer.Json(body, FleetJson.Default.StoreBody);
    }

    /// <summary>Brings the trading days of every store up to date; runs every hour.</summary>
    public async Task ExtendDays(CancellationToken cancel)
    {
        foreach (var id in await register.List(Register.Stores, cancel))
            if (await Find(id, cancel) is { } store)
                await days.Extend(store, cancel);
    }

    private static (string Field, string Sentence)? Fault(StoreBody body)
    {
        if (body.Name.Length is 0 or > TextLengthMax)
            return ("name", $"A name has 1 to {TextLengthMax} characters.");
        if (body.Address.Count > AddressLinesMax
            || body.Address.Any(
                line => line.Length > TextLengthMax || line.Contains('\n', StringComparison.Ordinal)))
            return (
                "address", $"An address has at most {AddressLinesMax} lines of {TextLengthMax} characters.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(body.TimeZone, out _))
            return ("timeZone", "This is no time zone that is known here, such as Europe/Berlin.");
        if (!TryCutOff(body.CutOff, out _))
            return ("cutOff", "A cut-off is a time such as 04:00.");
        if (body.Locale is not null && Locale.Find(body.Locale) is null)
            return ("locale", "Known are " + string.Join(", ", Locale.All.Select(one => one.Name)) + ".");
        return null;
    }

    private static bool TryCutOff(string text, out TimeOnly cutOff) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out cutOff);

    private static Store From(Row row) => new(
        row.Partition, row.Text("merchant"), row.Text("name"),
        row.Text("address").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        TimeZoneInfo.FindSystemTimeZoneById(row.Text("timeZone")),
        TryCutOff(row.Text("cutOff"), out var cutOff) ? cutOff : default)
    {
        Locale = Locale.Of(row.TextOrNull("locale")),
    };
}
