using System.Text;
using CloudPos.Journal;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Printing;
using CloudPos.Terminal.Receipts;
using CloudPos.Tests.Terminal.Cli;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Invoices;

public sealed class InvoiceTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task An_invoice_names_the_customer_and_has_a_number_of_its_own()
    {
        await Sell();
        await Sell();

        var first = await Issue("2");
        var second = await Issue("1");

        Assert.Equal((0, ""), (first.Code, first.Errors));
        Assert.Contains("INVOICE                 TERM0001-1-R000001", first.Output);
        Assert.Contains("for receipt TERM0001-1-000002", first.Output);
        Assert.Contains("Muster GmbH", first.Output);
        Assert.Contains("Tax number DE123456789", first.Output);
        Assert.Contains("TERM0001-1-R000002", second.Output);
        Assert.True(_cli.Peek(store => store.Verify()).IsSound);
    }

    [Fact]
    public async Task A_sale_has_one_invoice_that_stands_until_it_is_cancelled_by_the_next_number()
    {
        await Sell();
        await Issue("1");
        Assert.Equal(2, (await Issue("1")).Code);

        var cancelled = await _cli.Run("invoice", "cancel", "--invoice", "TERM0001-1-R000001");
        var again = await Issue("1");

        Assert.Contains("cancels invoice TERM0001-1-R000001", cancelled.Output);
        Assert.Contains("-3.49", cancelled.Output);
        Assert.Contains("TERM0001-1-R000003", again.Output);
        Assert.Equal(2, (await _cli.Run("invoice", "cancel", "--invoice", "TERM0001-1-R000001")).Code);
    }

    [Fact]
    public async Task A_voided_sale_takes_its_invoice_along_in_the_same_transaction()
    {
        await Sell();
        await Issue("1");

        await _cli.Run("void", "--receipt", "1", "--reason", "wrong size");

        var cancelled = await _cli.Run("invoice", "show", "--invoice", "TERM0001-1-R000002");
        Assert.Contains("Muster GmbH", cancelled.Output);
        Assert.Contains("CANCELLATION OF INVOICE", cancelled.Output);
        Assert.Equal(2, (await Issue("1")).Code);
    }

    [Theory]
    [InlineData("", "Hauptstr. 1", "DE1")]
    [InlineData("Muster", " ", "DE1")]
    [InlineData("Muster", "Hauptstr. 1", "DE<1>")]
    public async Task What_makes_no_invoice_is_said_and_takes_no_number(string name, string address,
        string tax)
    {
        await Sell();

        var run = await _cli.Run(
            "invoice", "issue", "--receipt", "1", "--name", name, "--address", address, "--tax-number", tax);

        Assert.Equal(2, run.Code);
        Assert.Empty(_cli.Peek(store => store.Invoices()));
    }

    [Theory]
    [InlineData("de-DE", "RECHNUNG", "3,49")]
    [InlineData("es-ES", "FACTURA", "3,49")]
    [InlineData("en-GB", "INVOICE", "3.49")]
    public async Task It_comes_as_html_and_pdf_in_the_stores_language(string locale, string title,
        string figure)
    {
        Told(locale, "DE811907980");
        await Sell();
        var (pdf, html) = (Path.Combine(_cli.Data, "i.pdf"), Path.Combine(_cli.Data, "i.html"));

        await _cli.Run(
            "invoice", "issue", "--receipt", "1", "--name", "Möbel <b> & Söhne", "--address", "Hauptstr. 1 €",
            "--pdf", pdf, "--html", html);

        var page = await File.ReadAllTextAsync(html);
        var bytes = await File.ReadAllBytesAsync(pdf);
        Assert.Contains($"<h1>{title}</h1>", page);
        Assert.Contains(figure, page);
        Assert.Contains("DE811907980", page);
        Assert.DoesNotContain("<b>", page);
        Assert.DoesNotContain("http", page);
        Assert.StartsWith("%PDF-", Encoding.Latin1.GetString(bytes));
        Assert.Contains("M\\366bel", Escaped(bytes));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("es-ES")]
    [InlineData("en-IE")]
    public async Task Without_the_shops_own_tax_number_there_is_none_and_it_says_who_enters_it(string locale)
    {
        Told(locale, null);
        await Sell();

        var refused = await Issue("1");
        Told(locale, "DE811907980");
        var made = await Issue("1");

        Assert.Equal(2, refused.Code);
        Assert.Contains("own tax number", refused.Errors);
        Assert.Contains("DE811907980", made.Output);
        Assert.Contains("TERM0001-1-R000001", made.Output);
    }

    [Fact]
    public async Task An_invoice_says_for_ever_who_sold_it_and_how_it_was_written()
    {
        Told("de-DE", "DE811907980");
        await Sell();
        await Issue("1");

        Told("es-ES", "DE999999999", "Other Name");
        var shown = await _cli.Run("invoice", "show", "--invoice", "TERM0001-1-R000001");

        Assert.Contains("RECHNUNG", shown.Output);
        Assert.Contains("Corner Shop", shown.Output);
        Assert.Contains("DE811907980", shown.Output);
    }

    [Fact]
    public async Task The_feed_says_which_name_address_number_and_language_stand_on_receipts()
    {
        Told("de-DE", "DE811907980", "Eckladen GmbH");

        var sold = await Sell();

        Assert.Contains("Eckladen GmbH", sold.Output);
        Assert.Contains("2 Low Street", sold.Output);
        Assert.Contains("Steuernummer DE811907980", sold.Output);
        Assert.Contains("VERKAUF", sold.Output);
    }

    [Fact]
    public async Task A_language_chosen_at_the_terminal_holds_until_it_follows_the_store_again()
    {
        Told("de-DE", null);
        await _cli.Run("printer", "language", "--locale", "es-ES");
        var chosen = await Sell();
        await _cli.Run("printer", "language", "--locale", "store");
        var followed = await Sell();

        Assert.Contains("VENTA", chosen.Output);
        Assert.Contains("VERKAUF", followed.Output);
    }

    [Fact]
    public void A_receipt_is_a_pdf_of_the_rolls_width_too()
    {
        var paper = new ReceiptPaper().Centre("Corner Shop", PaperStyle.Bold).Row("Tea",
            "3.49").WithCode("T-1");

        var pdf = Encoding.Latin1.GetString(PaperPages.Pdf(paper, "T-1"));

        Assert.StartsWith("%PDF-", pdf);
        Assert.Contains("Courier", pdf);
        Assert.Contains("<b>", PaperPages.Html(paper, "en", "T-1"));
    }

    public void Dispose() => _cli.Dispose();

    /// <summary>What the feed says of the shop.</summary>
    private void Told(string locale, string? taxNumber, string name = "Corner Shop") => _cli.Peek(store =>
        store.ApplyFeedPage(new FeedPage($"shop-{locale}-{taxNumber}-{name}", false,
        [
            new FeedRow { Merchant = new MerchantDetails(name, taxNumber) },
            new FeedRow { Store = new StoreDetails(["2 Low Street", "Anytown"], locale) },
        ])));

    /// <summary>Letters beyond ASCII as octal escapes, in whichever way the file holds them.</summary>
    private static string Escaped(byte[] pdf) => string.Concat(pdf.Select(
        b => b < 0x80 ? $"{(char)b}" : "\\" + Convert.ToString(b, 8)));

    private Task<CliRun> Sell() => _cli.Run("sale", "--line", "TEA", "--pay", "cash:5.00");

    private Task<CliRun> Issue(string receipt) => _cli.Run(
        "invoice", "issue", "--receipt", receipt, "--name", "Muster GmbH", "--address", "Hauptstr. 1",
        "10115 Berlin", "--tax-number", "DE123456789");
}
