using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Tests.Terminal.Journal;

namespace CloudPos.Tests.Crash;

/// <summary>
/// A shop whose terminal sells by card and for cash while nobody can be asked, and whose limits nobody
/// reaches. What a customer wants is an intent; its name stands in the sale as the cashier's, so that a sale
/// in the journal can be told to belong to it.
/// </summary>
internal sealed class CrashShop : IDisposable
{
    private static readonly Uri Nobody = new("http://127.0.0.1:9/");
    private readonly TestShop _shop = new(Nobody, TimeProvider.System.GetUtcNow());

    public CrashShop()
    {
        var amount = TestShop.Euro(1_000_000_00);
        _shop.SetPolicy(new OfflinePolicy(
            2, true, [Scheme.Visa], [EntryMode.Swipe], [new FloorLimit(null, null, amount)],
            [new ExposureLimit(amount, 100_000)], [new PerCardLimit(amount, 100_000, 60)], 86_400, 250));
        Entries = _shop.Store.LastNumber;
        _shop.Till.Close();
        Card = Path.Combine(Directory.CreateTempSubdirectory("cloudpos-card-").FullName, "card.json");
        File.WriteAllText(Card, JsonSerializer.Serialize(
            new { name = "card", entryMode = "swipe", track2 = TestShop.VisaStripe }));
    }

    public string Data => _shop.Till.Directory;

    /// <summary>Entries of the shop's own set-up.</summary>
    public long Entries { get; }

    private string Card { get; }

    /// <summary>The verb that sells what an intent wants: every other one pays by card.</summary>
    public string[] Sale(string intent, bool byCard) =>
    [
        "sale", "--line", byCard ? "MUG" : "TEAx2", "--pay", byCard ? $"card:{Card}" : "cash:10.00",
        "--cashier", intent, "--json",
    ];

    public void Dispose()
    {
        _shop.Dispose();
        Directory.Delete(Path.GetDirectoryName(Card)!, recursive: true);
    }
}

/// <summary>A sale as `journal list` shows it.</summary>
internal sealed record ListedSale(string Intent, long Entry, long Receipt, string ReceiptNumber)
{
    /// <summary>The sales among listed entries.</summary>
    public static IEnumerable<ListedSale> Of(JsonElement list) =>
        from entry in list.GetProperty("entries").EnumerateArray()
        where entry.GetProperty("kind").GetString() == nameof(EntryKind.SaleCompleted)
        let body = entry.GetProperty("body")
        select new ListedSale(
            body.GetProperty("cashier").GetString()!, entry.GetProperty("number").GetInt64(),
            body.GetProperty("receipt").GetInt64(), body.GetProperty("receiptNumber").GetString()!);
}
