using System.Net;
using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;
using MimeKit;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>A day's end through the real program: over HTTP, its queues, and its files.</summary>
public sealed class EveningTests : IAsyncLifetime
{
    private const string Reports = $"/api/backoffice/reports/{TestBackOffice.Merchant}";
    private TestBackOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await TestBackOffice.WithStore();

    public ValueTask DisposeAsync() => _office.DisposeAsync();

    [Fact]
    public async Task A_sale_is_mailed_its_day_is_closed_and_finance_reads_the_report()
    {
        var till = await _office.Enrol();
        // Whatever the hour at which this runs, the day of that moment has begun in the store.
        till.Now = till.Now.AddHours(-6);
        var sale = Sell(till, 12_00, "barbara@example.com");
        await till.Uploaded();
        var pickup = Path.Combine(_office.Folder, "data", "mail");
        await TestBackOffice.Eventually(
            () => Task.FromResult(
                Directory.Exists(pickup) && Directory.GetFiles(pickup, "*.eml").Length > 0), "the mail");
        Assert.Contains(
            sale.ReceiptNumber, MimeMessage.Load(Directory.GetFiles(pickup, "*.eml").Single()).Subject!,
            StringComparison.Ordinal);
        var date = DateOnly.FromDateTime(till.Now.UtcDateTime).ToString("O");

        var asked = await _office.CloseDay(date);
        Assert.Contains(asked.GetProperty("state").GetString(), new[] { "Closing", "Closed" });
        await TestBackOffice.Eventually(async () =>
            (await _office.Expect(_office.Get($"/api/backoffice/days/{TestBackOffice.Store}", "finance")))
                .EnumerateArray().Single().GetProperty("state").GetString() == "Closed", "the closing");

        var report = await _office.Expect(_office.Get($"{Reports}/{date}/EUR", "finance"));
        Assert.Equal(
            12_00, report.GetProperty("sales").GetProperty("amount").GetProperty("minor").GetInt64());
        Assert.True(report.GetProperty("proof").GetProperty("holds").GetBoolean());
        Assert.Equal(0, report.GetProperty("settled").GetProperty("minor").GetInt64());
        foreach (var (format, type) in new[] { ("html", "text/html"), ("csv", "text/csv") })
        {
            using var answer = await _office.Get(
                $"{Reports}/{date}/EUR?format={format}&version=1", "finance");
            Assert.Equal((
                HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Contains("12.00", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        var mails = await _office.Expect(_office.Get("/api/backoffice/receipts", "finance"));
        Assert.Equal("Sent", mails.EnumerateArray().Single().GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/backoffice/receipts", "cashier")]
    [InlineData("GET", "/api/backoffice/days/berlin-1", "support")]
    [InlineData("POST", "/api/backoffice/days/berlin-1/2026-11-20/close", "support")]
    [InlineData("GET", Reports + "/2026-11-20/EUR", "support")]
    [InlineData("GET", "/api/backoffice/batches/" + TestBackOffice.Merchant + "/EUR", "support")]
    public async Task Without_the_role_nothing_is_told_and_nothing_changes(
        string method, string path, string role)
    {
        using var answer = await _office.Send(
            new HttpMethod(method), path, method == "POST" ? "{}" : null, role);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/backoffice/days/nowhere", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/backoffice/days/berlin-1/2026-13-01/close", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/api/backoffice/days/berlin-1/2999-01-01/close", HttpStatusCode.BadRequest)]
    [InlineData("GET", Reports + "/2026-11-20/EUR", HttpStatusCode.NotFound)]
    [InlineData("GET", Reports + "/2026-11-20/XXX", HttpStatusCode.NotFound)]
    [InlineData("GET", Reports + "/2026-11-20/EUR?version=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/backoffice/batches/x/EUR", HttpStatusCode.NotFound)]
    public async Task What_is_not_there_or_not_readable_is_refused(
        string method, string path, HttpStatusCode status)
    {
        using var answer = await _office.Send(
            new HttpMethod(method), path, method == "POST" ? "{}" : null, "manager");

        Assert.Equal(status, answer.StatusCode);
    }

    private static SaleCompleted Sell(TestTerminal till, long minor, string email)
    {
        var amount = new Money(minor, MoneyWorld.Eur);
        var contact = Attachment.Create(
            AttachmentKind.Contact,
            JsonSerializer.SerializeToUtf8Bytes(new Contact(email, null), WireJson.Default.Contact));
        var sale = new SaleCompleted(
            Id.New(), 1, $"{till.Terminal}-000001-000001", "Ada",
            [new SaleLine("tea", "Tea", 1, amount, Money.Zero(amount.Currency), 1900, amount)],
            [TaxLine.Included(
                amount, 1900)], amount, [new Tender(TenderKind.Cash, amount, amount)], contact.Digest);
        till.Append(sale, contact);
        return sale;
    }
}
