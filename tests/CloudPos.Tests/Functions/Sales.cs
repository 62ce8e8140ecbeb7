using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions;

/// <summary>Bodies of entries, as small as they can be and still hold.</summary>
internal static class Sales
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    public static Money Eur(long minor) => new(minor, Euro);

    public static SaleCompleted Cash(long receipt, params IReadOnlyList<(string Sku, long Quantity)> lines)
    {
        var total = Eur(100) * lines.Sum(line => line.Quantity);
        return Of(receipt, total, lines, [new Tender(TenderKind.Cash, total, total)], null);
    }

    /// <summary>A sale that is paid by one card, deferred.</summary>
    public static SaleCompleted Card(
        long receipt, PaymentAttempted attempt, string? contactDigest, params IReadOnlyList<(
            string, long)> lines)
    {
        var payment = new CardPayment(attempt.Payment, Approval.Deferred, attempt.Card, null, null, null);
        var tender = new Tender(TenderKind.Card, attempt.Amount, attempt.Amount, payment);
        return Of(receipt, attempt.Amount, lines, [tender], contactDigest) with { Sale = attempt.Sale };
    }

    public static PaymentAttempted Attempt(long minor, Attachment card) => new(
        Id.New(), Id.New(), Eur(minor), new CardFacts(
            Scheme.Visa, EntryMode.Chip, "1111", "00ff"), card.Digest, false);

    public static Attachment SealedCard() => Attachment.Create(AttachmentKind.SealedCard, new byte[400]);

    public static Attachment Contact(string email) => Attachment.Create(
        AttachmentKind.Contact,
        Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Contact(email, null), WireJson.Default.Contact)));

    public static SaleVoided Void(SaleCompleted sale) => new(
        sale.Sale, sale.ReceiptNumber, "Kim", "mistake", sale.Total,
        [.. sale.Lines.Select(line => new StockChange(line.Sku, line.Quantity))],
        [.. sale.Tenders.Where(
            tender => tender.Payment is not null).Select(tender => tender.Payment!.Payment)]);

    public static StockReceived Received(params IReadOnlyList<(string Sku, long Quantity)> lines) =>
        new([.. lines.Select(line => new StockChange(line.Sku, line.Quantity))], "delivery 7");

    public static StockCounted Counted(params IReadOnlyList<(string Sku, long Figure)> lines) =>
        new([.. lines.Select(line => new StockCount(line.Sku, line.Figure, 0))]);

    private static SaleCompleted Of(
        long receipt, Money total, IReadOnlyList<(
            string Sku, long Quantity)> lines, IReadOnlyList<Tender> tenders,
        string? contactDigest) => new(
            Id.New(), receipt, $"R-{receipt}", "Kim",
            [.. lines.Select(line => new SaleLine(
                line.Sku, line.Sku, line.Quantity, Eur(100), Eur(0), 1900, Eur(100) * line.Quantity))],
            [TaxLine.Included(total, 1900)], total, tenders, contactDigest);
}
