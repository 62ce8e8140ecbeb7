using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Journal;
using CloudPos.Languages;

namespace CloudPos.Tests.Functions.Receipts;

public class ReceiptLanguageTests
{
    [Theory]
    [InlineData("en", "Receipt T0000001-1-000001, Corner Shop", "12.00", "VAT 19 % of net 10.08",
        "Tax number 17/815")]
    [InlineData("de-DE", "Beleg T0000001-1-000001, Corner Shop", "12,00", "MwSt. 19 % von netto 10,08",
        "Steuernummer 17/815")]
    [InlineData("es-ES", "Recibo T0000001-1-000001, Corner Shop", "12,00", "IVA 19 % de base 10,08",
        "NIF 17/815")]
    public void A_mail_speaks_and_writes_as_the_store_does(
        string locale, string subject, string figure, string words, string number)
    {
        var receipt = ReceiptOf(locale, MailKind.Sale);
        var (text, html) = (ReceiptText.Of(receipt), ReceiptHtml.Of(receipt));

        Assert.Equal(subject, receipt.Subject);
        foreach (var body in new[] { text, html })
        {
            Assert.Contains(figure, body);
            Assert.Contains(number, body);
        }
        Assert.Contains(words, text);
        Assert.StartsWith($"<!doctype html>\n<html lang=\"{Locale.Of(locale).Language}\"", html);
    }

    /// <summary>Words of one language that stand in none of the others.</summary>
    [Theory]
    [InlineData("de-DE", new[] { "Receipt", "Served", "discount", "Total<", "Cash" })]
    [InlineData("es-ES", new[] { "Receipt", "Served", "discount", "Cash", "How it" })]
    public void Nothing_is_left_in_english(string locale, string[] english)
    {
        foreach (var kind in Enum.GetValues<MailKind>().Where(kind => kind != MailKind.Invoice))
        {
            var receipt = ReceiptOf(locale, kind);
            var all = receipt.Subject + receipt.Notice + ReceiptText.Of(receipt) + ReceiptHtml.Of(receipt);
            Assert.All(
                english,
                word => Assert.DoesNotContain(word, all, StringComparison.Ordinal));
        }
    }

    private static ReceiptDocument ReceiptOf(string locale, MailKind kind)
    {
        var eur = Currency.Parse("EUR");
        Money Euro(long minor) => new(minor, eur);
        var at = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.FromHours(1));
        var sale = new SaleCompleted(
            Id.New(), 1, "T0000001-1-000001", "Bo",
            [new SaleLine("A", "Tee", 2, Euro(6_50), Euro(1_00), 1900, Euro(12_00))],
            [TaxLine.Included(Euro(12_00), 1900)], Euro(12_00),
            [new Tender(TenderKind.Cash, Euro(12_00), Euro(20_00))], null);
        var header = new EntryHeader(
            new JournalId("T0000001", 1), 2, EntryKind.SaleCompleted, at, new DateOnly(2026, 11, 20),
            EntryHash.Genesis(new JournalId("T0000001", 1)));
        return ReceiptDocument.Of(
            new Merchant("MERCHANT0000001", "Corner Shop", eur, []) { TaxNumber = "17/815" },
            new Store(
                "berlin-1", "MERCHANT0000001", "Berlin", ["Street 1"], TimeZoneInfo.Utc, default)
            {
                Locale = Locale.Of(locale),
            },
            header, sale, kind, new Dictionary<Id, PaymentRow>());
    }
}
