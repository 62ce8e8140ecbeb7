using System.Text;
using CloudPos.Functions.Receipts;
using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Terminal.Invoices;
using MimeKit;

namespace CloudPos.Tests.Functions.Invoices;

/// <summary>Invoices of real terminals as the back office mails and forgets them.</summary>
public sealed class InvoiceMailTests : IAsyncLifetime
{
    private const string Buyer = "einkauf@example.com";
    private static readonly InvoiceParty Party = new("Muster GmbH", ["Hauptstr. 1", "10115 Berlin"], "DE1");
    private ShopWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ShopWorld.Start();
        await _world.Office.Expect(_world.Office.Put(
            _world.Merchant, """{"name":"Eckladen GmbH","currency":"EUR","taxNumber":"DE811907980"}"""));
        await _world.Office.Expect(_world.Office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}",
            TestBackOffice.StoreJson.Replace("\"cutOff\"", "\"locale\":\"de-DE\",\"cutOff\"")));
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task An_invoice_of_an_outage_is_mailed_as_the_very_document_of_the_terminal()
    {
        var till = await _world.Open("T0000001");
        var sale = till.Sell("TEA", 2);
        ShopTill.Ok(till.Store.IssueInvoice(sale.Sale, Party, "anna", Buyer));

        await _world.Meet(till);

        var mail = await Mail("Rechnung T0000001-1-R000001, Eckladen GmbH");
        Assert.Equal(Buyer, Assert.Single(mail.To.Mailboxes).Address);
        Assert.Contains("über 4,00 EUR liegt bei", mail.TextBody);
        var here = InvoicePaper.Of(till.Store, "T0000001-1-R000001")!;
        Assert.Equal(InvoicePages.Html(here), Encoding.UTF8.GetString(Attached(mail, "html")));
        Assert.StartsWith("%PDF-", Encoding.Latin1.GetString(Attached(mail, "pdf")));
        Assert.Contains("DE811907980", InvoicePages.Html(here));
        Assert.Contains("RECHNUNG", InvoicePages.Html(here));
        Assert.DoesNotContain(Buyer, InvoicePages.Html(here));
        await Sent("T0000001-1-R000001");
    }

    [Fact]
    public async Task A_credit_note_is_mailed_when_it_is_asked_for_and_both_name_each_other()
    {
        var till = await _world.Open("T0000001");
        var sale = till.Sell("TEA", 2);
        ShopTill.Ok(till.Store.IssueInvoice(sale.Sale, Party, "anna"));
        var given = ShopTill.Ok(till.Store.RefundSale(OneTeaOf(sale)));
        Assert.IsType<SaleRefunded>(given.Entry!.Body);
        ShopTill.Ok(till.Store.MailInvoice("T0000001-1-R000002", Buyer, "anna"));

        await _world.Meet(till);

        var mail = await Mail("Rechnungskorrektur T0000001-1-R000002, Eckladen GmbH");
        var page = Encoding.UTF8.GetString(Attached(mail, "html"));
        Assert.Contains("mindert Rechnung T0000001-1-R000001", page);
        Assert.Contains("-2,00", page);
        Assert.Contains("Erstattet: Bar", page);
        Assert.Contains("Muster GmbH", page);
        Assert.Equal("[]", await _world.SetAside());
    }

    [Fact]
    public async Task Applied_again_and_again_it_is_mailed_once()
    {
        var till = await _world.Open("T0000001");
        var sale = till.Sell("TEA");
        var issued = ShopTill.Ok(till.Store.IssueInvoice(sale.Sale, Party, "anna", Buyer));
        await _world.Meet(till);
        await Sent("T0000001-1-R000001");

        var send = (SendReceipt)_world.Office.Services.GetService(typeof(SendReceipt))!;
        var id = SendReceipt.IdOf("T0000001", ((InvoiceIssued)issued.Entry!.Body).Invoice);
        await send.Handle(new CloudPos.Functions.Bus.Doorbell(SendReceipt.Queue, id), default);

        Assert.Single(Mails());
    }

    [Fact]
    public async Task Forgotten_at_the_terminal_nobody_knows_the_customer_any_more_and_no_mail_goes_out()
    {
        var till = await _world.Open("T0000001");
        var sale = till.Sell("TEA");
        ShopTill.Ok(till.Store.IssueInvoice(sale.Sale, Party, "anna"));
        await _world.Meet(till);
        Assert.Contains("Muster GmbH", await Invoices("muster"));

        ShopTill.Ok(till.Store.EraseInvoiceParty("T0000001-1-R000001", "mia"));
        ShopTill.Ok(till.Store.MailInvoice("T0000001-1-R000001", Buyer, "anna"));
        await _world.Meet(till);

        Assert.DoesNotContain("Muster", await Invoices());
        Assert.Contains("T0000001-1-R000001", await Invoices());
        await TestBackOffice.Eventually(
            async () => (await MailStates()).Contains("not known any more"), "the mail is set aside");
        Assert.Empty(Mails());
        var tables = (CloudPos.Functions.Tables.TablePort)_world.Office.Services.GetService(
            typeof(CloudPos.Functions.Tables.TablePort))!;
        await foreach (var row in tables.Range("terminal", "T0000001", "j.", "k", default))
            Assert.DoesNotContain(".a.", row.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgotten_in_the_back_office_the_terminal_forgets_with_its_next_contact()
    {
        var till = await _world.Open("T0000001");
        var sale = till.Sell("TEA", 2);
        ShopTill.Ok(till.Store.IssueInvoice(sale.Sale, Party, "anna"));
        ShopTill.Ok(till.Store.RefundSale(OneTeaOf(sale)));
        await _world.Meet(till);

        var answer = await _world.Office.Expect(_world.Office.Post(
            "/api/backoffice/terminals/T0000001/invoices/T0000001-1-R000001/forget", ""));
        await till.Forward();

        Assert.Equal(2, answer.GetProperty("forgotten").GetArrayLength());
        Assert.DoesNotContain("Muster", await Invoices());
        foreach (var row in till.Store.Invoices())
            Assert.Null(till.Store.ReadInvoice(row)!.Value.Party);
        Assert.Equal(4_00, InvoicePaper.Of(till.Store, "T0000001-1-R000001")!.Total.Minor);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public async Task Only_a_manager_may_forget_and_an_invoice_that_nobody_knows_is_said_to_be_none()
    {
        const string path = "/api/backoffice/terminals/T0000001/invoices/T0000001-1-R000009/forget";
        using var support = await _world.Office.Post(path, "", "support");
        using var unknown = await _world.Office.Post(path, "");

        Assert.Equal((403, 404), ((int)support.StatusCode, (int)unknown.StatusCode));
    }

    private static SaleRefunded OneTeaOf(SaleCompleted sale)
    {
        var half = new Money(2_00, sale.Total.Currency);
        return new SaleRefunded(
            Id.New(), sale.Sale, "T0000001", sale.ReceiptNumber, "anna", null, "damaged",
            [new RefundLine(0, "TEA", 1, half)], [TaxLine.Included(half, 700)], half,
            [new RefundTender(TenderKind.Cash, half)], true);
    }

    private async Task<string> Invoices(string text = "") => (await _world.Office.Expect(
        _world.Office.Get($"/api/backoffice/terminals/T0000001/invoices?text={text}"))).ToString();

    private async Task<string> MailStates() =>
        (await _world.Office.Expect(_world.Office.Get("/api/backoffice/receipts"))).ToString();

    private Task Sent(string number) => TestBackOffice.Eventually(
        async () => (await MailStates()).Contains($"\"receiptNumber\":\"{number}\",\"state\":\"Sent\""),
        "the mail is sent");

    private async Task<MimeMessage> Mail(string subject)
    {
        await TestBackOffice.Eventually(() => Task.FromResult(Mails().Count > 0), "a mail goes out");
        var mail = Assert.Single(Mails());
        Assert.Equal(subject, mail.Subject);
        return mail;
    }

    private List<MimeMessage> Mails()
    {
        var folder = Path.Combine(_world.Office.Folder, "data", "mail");
        return Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.eml").Select(file => MimeMessage.Load(file))]
            : [];
    }

    private static byte[] Attached(MimeMessage mail, string kind)
    {
        var part = (MimePart)mail.Attachments.Single(one => one.ContentType.MediaSubtype == kind);
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes);
        return bytes.ToArray();
    }
}
