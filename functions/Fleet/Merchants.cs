using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Languages;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>A merchant. Its row is `i` in the merchant's partition.</summary>
/// <param name="DenyTagKey">Under which the tags of the deny list are computed; 32 bytes.</param>
internal sealed record Merchant(string Id, string Name, Currency Currency, byte[] DenyTagKey)
{
    /// <summary>The merchant's own; null where none was entered.</summary>
    public string? TaxNumber { get; init; }

    /// <summary>How its reports write and in which language; null: as all its stores do.</summary>
    public string? Locale { get; init; }
}

/// <summary>Keeps merchants. Making one also begins its feed: the key list and an empty deny list.</summary>
internal sealed class Merchants(TablePort tables, Register register, KeyRing keys)
{
    private const string Key = "i";
    private const int NameLengthMax = 100;

    /// <summary>Null when there is no such merchant. The id has a merchant's shape.</summary>
    public async Task<Merchant?> Find(string merchant, CancellationToken cancel) =>
        await tables.Get(TableNames.Merchant, merchant, Key, cancel) is { } row ? From(row) : null;

    /// <summary>PUT /api/backoffice/merchants/{merchant}</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("merchant");
        if (!Names.IsMerchant(id))
            return Answer.Refuse(
                ProblemCode.Malformed, "merchant", "An id is fifteen capital letters and digits.");
        if (!call.TryRead(FleetJson.Default.MerchantBody, out var body, out var refusal))
            return refusal;
        if (body.Name.Length is 0 or > NameLengthMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "name", $"A name has 1 to {NameLengthMax} characters.");
        if (!Currency.TryParse(body.Currency, out _))
            return Answer.Refuse(
                ProblemCode.Malformed, "currency", "This is no currency that is known here.");

        if (body.TaxNumber is { } number && !MerchantDetails.IsTaxNumber(number))
            return Answer.Refuse(
                ProblemCode.Malformed, "taxNumber",
                "A tax number has letters, digits and - . / and at most "
                + $"{MerchantDetails.TaxNumberLengthMax} of them.");

        if (body.Locale is not null && Locale.Find(body.Locale) is null)
            return Answer.Refuse(
                ProblemCode.Malformed, "locale",
                "Known are " + string.Join(", ", Locale.All.Select(one => one.Name)) + ".");
        await register.Enter(Register.Merchants, id, cancel);
        Answer? differs = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, id, Key, cancel);
            if (row is null)
                return await tables.TryCommit(
                    TableNames.Merchant, id, await Make(id, body, cancel), cancel) is null;
            // Amounts already taken are in the first currency; another one is another merchant.
            if (row.Text("currency") != body.Currency)
            {
                differs = Answer.Refuse(
                    ProblemCode.DiffersFromFirst, "currency", "A merchant's currency stays what it was.");
                return true;
            }
            var isTold = FeedAppend.IsTold(row) && row.Text("name") == body.Name
                && row.TextOrNull("taxNumber") == body.TaxNumber;
            row["name"] = body.Name;
            row["taxNumber"] = body.TaxNumber;
            row["locale"] = body.Locale;
            var feed = await FeedAppend.Begin(tables, TableNames.Merchant, id, cancel);
            if (!isTold)
                await feed.Add(row, DetailsOf(body), cancel);
            return await tables.TryCommit(
                TableNames.Merchant, id, [Change.Replace(row), .. feed.Changes], cancel) is null;
        });
        return differs ?? Answer.Json(body, FleetJson.Default.MerchantBody);
    }

    private async Task<IReadOnlyList<Change>> Make(string id, MerchantBody body, CancellationToken cancel)
    {
        var tagKey = RandomNumberGenerator.GetBytes(CardTag.KeySize);
        var row = new Row(id, Key)
        {
            ["name"] = body.Name,
            ["currency"] = body.Currency,
            ["denyTagKey"] = tagKey,
            ["taxNumber"] = body.TaxNumber,
            ["locale"] = body.Locale,
        };
        var deny = DenyLists.Empty(id);
        var keyList = new Row(id, KeyFeed.Thing);
        var feed = await FeedAppend.Begin(tables, TableNames.Merchant, id, cancel);
        await feed.Add(keyList, new FeedRow(Keys: keys.SignedKeyList), cancel);
        await feed.Add(deny, DenyLists.Pointer(0), cancel);
        await feed.Add(row, DetailsOf(body), cancel);
        return [Change.Insert(row), Change.Insert(deny), Change.Insert(keyList), .. feed.Changes];
    }

    private static FeedRow DetailsOf(MerchantBody body) =>
        new() { Merchant = new MerchantDetails(body.Name, body.TaxNumber) };

    private static Merchant From(Row row) => new(
        row.Partition, row.Text("name"), Currency.Parse(row.Text("currency")), row.Bytes("denyTagKey"))
    {
        TaxNumber = row.TextOrNull("taxNumber"), Locale = row.TextOrNull("locale"),
    };
}
