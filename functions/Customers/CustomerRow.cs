using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Customers;

/// <summary>
/// A customer: row `u.{id}` in the merchant's partition. Data of the latest moment hold; erasing is final;
/// points are the sum of movements, once each.
/// </summary>
internal sealed class CustomerRow
{
    private const string Prefix = "u.";
    private readonly SortedDictionary<string, long> _applied;

    public CustomerRow(Row row)
    {
        Row = row;
        _applied = new(
            row.ChunksOrNull("applied") is { } json
                ? JsonSerializer.Deserialize(json, CustomersJson.Default.DictionaryStringInt64)!
                : [],
            StringComparer.Ordinal);
    }

    public static (string From, string To) AllKeys => (Prefix, Keys.After(Prefix));

    public static string KeyOf(Id customer) => Prefix + customer;

    public Row Row { get; }

    public Id Id => Id.Parse(Row.Key.AsSpan(Prefix.Length));

    public CustomerData? Data => Row.TextOrNull("data") is { } json
        ? JsonSerializer.Deserialize(json, WireJson.Default.CustomerData)
        : null;

    public bool IsErased => Row.FlagOrFalse("erased");

    public Id? MergedInto
    {
        get => Row.TextOrNull("mergedInto") is { } id ? Id.Parse(id) : null;
        set => Row["mergedInto"] = value?.ToString();
    }

    public long Points
    {
        get => Row.NumberOrNull("points") ?? 0;
        set => Row["points"] = value;
    }

    public long Lifetime
    {
        get => Row.NumberOrNull("lifetime") ?? 0;
        set => Row["lifetime"] = value;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<CustomerPurchase> Recent
    {
        get => Row.ChunksOrNull("recent") is { } json
            ? JsonSerializer.Deserialize(json, WireJson.Default.IReadOnlyListCustomerPurchase)!
            : [];
        set => Row.SetChunks("recent", JsonSerializer.SerializeToUtf8Bytes(
            value, WireJson.Default.IReadOnlyListCustomerPurchase));
    }

    /// <returns>False when these data or later ones are there, or they are erased.</returns>
    public bool Write(CustomerData data, string moment)
    {
        if (IsErased || (Row.TextOrNull("dataMoment") is { } known && !EditMoment.IsLater(moment, known)))
            return false;
        Row["data"] = JsonSerializer.Serialize(data, WireJson.Default.CustomerData);
        Row["dataMoment"] = moment;
        return true;
    }

    public void Erase()
    {
        Row["data"] = default;
        Row["erased"] = true;
        Recent = [];
    }

    public void Bought(CustomerPurchase purchase)
    {
        if (!IsErased)
            Recent = [.. Recent.Append(purchase).DistinctBy(one => one.ReceiptNumber)
                .OrderByDescending(one => one.At).ThenBy(one => one.ReceiptNumber, StringComparer.Ordinal)
                .Take(CustomerState.RecentMax)];
    }

    public bool HasApplied(JournalId journal, long number) =>
        _applied.GetValueOrDefault(journal.ToString()) >= number;

    public void AppliedThrough(JournalId journal, long number)
    {
        var name = journal.ToString();
        _applied[name] = Math.Max(number, _applied.GetValueOrDefault(name));
        Row.SetChunks("applied", JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, long>(_applied), CustomersJson.Default.DictionaryStringInt64));
    }

    public CustomerState ToFeed() => new(
        Id, Data, IsErased, Points, Lifetime, new Dictionary<string, long>(_applied), MergedInto, Recent);
}

/// <summary>
/// What a purchase did to points, and what was taken back of it since: row `s.{sale}`. Each source takes back
/// once, and all of them together no more than there was.
/// </summary>
internal sealed record SalePoints(
    Id Customer, long Earned, long Redeemed, long TakenBack, long Returned, IReadOnlyList<string> Sources,
    long Total = 0)
{
    /// <summary>How much each source took back of what was earned; null in earlier rows.</summary>
    public Dictionary<string, long>? TakenBy { get; init; }

    public static string KeyOf(Id sale) => "s." + sale;

    public static SalePoints From(Row row) =>
        JsonSerializer.Deserialize(row.Text("points"), CustomersJson.Default.SalePoints)!;

    public void Write(Row row) => row["points"] = JsonSerializer.Serialize(
        this, CustomersJson.Default.SalePoints);
}

/// <summary>Why points moved. Numbers are stored and never reused.</summary>
internal enum PointsKind
{
    Sale = 1,
    Void = 2,

    /// <summary>A deferred payment of the sale was declined for good.</summary>
    Declined = 3,

    Adjusted = 4,
    Refund = 5,
    Merged = 6,

    /// <summary>What a declined payment had taken back: its money came in after all.</summary>
    Recovered = 7,
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(SalePoints))]
[JsonSerializable(typeof(LoyaltyRule))]
[JsonSerializable(typeof(MergeBody))]
[JsonSerializable(typeof(CustomerLine))]
[JsonSerializable(typeof(PointsBody))]
[JsonSerializable(typeof(IReadOnlyList<CustomerLine>))]
[JsonSerializable(typeof(CustomerDetail))]
[JsonSerializable(typeof(IReadOnlyList<DuplicateLine>))]
internal sealed partial class CustomersJson : JsonSerializerContext;
