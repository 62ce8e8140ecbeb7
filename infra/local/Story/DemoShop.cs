using System.Text.Json.Nodes;
using CloudPos.Cards;
using CloudPos.Local.Demo;

namespace CloudPos.Local.Story;

/// <summary>
/// The shop that the story plays in: who it is, what it sells, and what it allows while its line is down.
/// </summary>
internal static class DemoShop
{
    public const string Merchant = "DEMOMERCHANT001";
    public const string Store = "berlin-mitte";
    public const string Currency = "EUR";

    /// <summary>What a customer would wait for the issuer.</summary>
    public const int OnlineTimeoutMilliseconds = 3_000;

    /// <summary>
    /// In the story who asks the issuer has his answer on a busy machine too; where none is to come the line
    /// says so.
    /// </summary>
    public const int StoryTimeoutMilliseconds = 15_000;

    /// <summary>Card payments of this and more go online or not at all.</summary>
    public const long FloorLimitMinor = 50_00;

    /// <summary>Below this a manager may approve what the floor limit refuses.</summary>
    public const long SecondLimitMinor = 80_00;

    /// <summary>What one terminal may hold without an outcome.</summary>
    public const long ExposureLimitMinor = 150_00;

    private static IReadOnlyList<DemoProduct> Products => DemoCatalogue.Products;

    /// <summary>
    /// The published test numbers of all scripted cards: what must not be found in any file.
    /// </summary>
    public static IReadOnlyList<string> CardNumbers() => [.. Directory
        .EnumerateFiles(DemoCards.Folder, "*.json").Select(NumberOf).Append(PayingCustomer.Card)
        .Distinct().Order()];

    private static string NumberOf(string file)
    {
        var card = JsonNode.Parse(File.ReadAllText(file))!;
        using var read = (string?)card["track2"] is { } track2
            ? FromTrack2(track2)
            : CardData.TryFromChip(Convert.FromHexString((string)card["tlv"]!), EntryMode.Chip).Value;
        return read?.Pan.RevealPan() ?? throw new InvalidOperationException($"{file} holds no card.");
    }

    private static CardData? FromTrack2(string text) =>
        Track2.TryParseText(text).Value is { } track ? CardData.FromTrack2(track) : null;

    /// <summary>
    /// A quantity of one product that costs at least the one and at most the other, in minor units.
    /// </summary>
    public static (string Sku, long Quantity) Worth(long leastMinor, long mostMinor, int turn)
    {
        for (var step = 0; step < Products.Count; step++)
        {
            var product = Products[(turn + step) % Products.Count];
            var quantity = mostMinor / product.PriceMinor;
            if (quantity is > 0 and < 20 && quantity * product.PriceMinor >= leastMinor)
                return (product.Sku, quantity);
        }
        throw new InvalidOperationException("No product of the catalogue can be sold for that much.");
    }

    public static JsonNode MerchantBody() =>
        new JsonObject
        {
            ["name"] = "Kiez & Korn GmbH", ["currency"] = Currency, ["taxNumber"] = "27/401/00815",
        };

    public static JsonNode StoreBody() => new JsonObject
    {
        ["merchant"] = Merchant,
        ["name"] = "Kiez & Korn, Berlin-Mitte",
        ["address"] = new JsonArray("Torstrasse 1", "10119 Berlin"),
        ["timeZone"] = "Europe/Berlin",
        ["cutOff"] = "04:00",
    };

    /// <summary>Who works there, with the PINs that the demo tells everybody.</summary>
    public static IEnumerable<(string Person, JsonNode Body)> StaffBodies() =>
    [
        ("anna", Member("Anna", "Cashier", "2580")),
        ("ben", Member("Ben", "Cashier", "1470")),
        ("mia", Member("Mia", "Manager", "3690")),
    ];

    private static JsonObject Member(string name, string role, string pin) =>
        new() { ["name"] = name, ["role"] = role, ["pin"] = pin };

    public static JsonNode CatalogueBody() => ArrayOf(product => new JsonObject
    {
        ["sku"] = product.Sku,
        ["ean"] = product.Ean,
        ["name"] = product.Name,
        ["category"] = product.Category,
        ["price"] = Money(product.PriceMinor),
        ["taxBasisPoints"] = product.TaxBasisPoints,
    });

    public static JsonNode StockBody() => ArrayOf(product => new JsonObject
    {
        ["sku"] = product.Sku,
        ["quantity"] = product.OpeningStock,
    });

    public static JsonNode PolicyBody(
        int version = 1, int onlineTimeoutMilliseconds = OnlineTimeoutMilliseconds) => new JsonObject
    {
        ["version"] = version,
        ["enabled"] = true,
        ["schemes"] = new JsonArray("Visa", "Mastercard"),
        ["modes"] = new JsonArray("Chip", "Contactless"),
        ["floorLimits"] = new JsonArray(new JsonObject { ["amount"] = Money(FloorLimitMinor) }),
        ["exposureLimits"] = new JsonArray(
            new JsonObject { ["amount"] = Money(ExposureLimitMinor), ["count"] = 20 }),
        ["perCardLimits"] = new JsonArray(
            new JsonObject { ["amount"] = Money(100_00), ["count"] = 2, ["windowMinutes"] = 24 * 60 }),
        ["secondLimits"] = new JsonArray(new JsonObject { ["amount"] = Money(SecondLimitMinor) }),
        ["offlineWarningMinutes"] = 60,
        ["offlineMinutesMax"] = 24 * 60,
        ["onlineTimeoutMilliseconds"] = onlineTimeoutMilliseconds,
    };

    private static JsonArray ArrayOf(Func<DemoProduct, JsonNode> write) => new([.. Products.Select(write)]);

    private static JsonObject Money(long minor) => new() { ["minor"] = minor, ["currency"] = Currency };
}
