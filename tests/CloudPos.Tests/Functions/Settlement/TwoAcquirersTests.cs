using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// A merchant whose schemes go to two acquirers in one currency: the real program, two acquirers with books
/// of their own on real sockets, and the second one speaks the packed dialect. A day from the journal to the
/// bank.
/// </summary>
public sealed class TwoAcquirersTests : IAsyncLifetime
{
    private const string BackOffice = "/api/backoffice";
    private readonly TestFolder _folder = new();

    // It stands still, so that all payments are of one settlement date at any hour.
    private readonly FakeTimeProvider _settling = new(DateTimeOffset.UtcNow);
    private AcquirerHost _north = null!;
    private AcquirerHost _south = null!;
    private TestBackOffice _office = null!;
    private TestTerminal _till = null!;
    private bool _isSouthAway;
    private int _receipts;

    public async ValueTask InitializeAsync()
    {
        _north = await Acquirer("north", Dialect.Ascii);
        _south = await Acquirer("south", Dialect.Packed);
        var tables = AcquirerTables.TryRead(
            $$"""
            {
              "acquirers": [
                { "name": "north", "address": "127.0.0.1:{{_north.Address.Port}}", "like": "simulated",
                  "answerSeconds": 60 },
                { "name": "south", "address": "127.0.0.1:{{_south.Address.Port}}", "like": "packed",
                  "answerSeconds": 60 }
              ],
              "routing": [ { "acquirer": "south", "scheme": "Mastercard" }, { "acquirer": "north" } ]
            }
            """, out var faults);
        Assert.Empty(faults);
        _office = await TestBackOffice.WithStore(services =>
        {
            var options = services.Select(s => s.ImplementationInstance).OfType<BackOfficeOptions>().Single();
            services.AddSingleton(options with { AcquirerTables = tables });
        });
        _till = await _office.Enrol();
        // Whatever the hour at which this runs, the day of that moment has begun in the store.
        _till.Now = _till.Now.AddHours(-6);
    }

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await _north.DisposeAsync();
        if (!_isSouthAway)
            await _south.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_acquirer_settles_what_it_took_and_the_report_adds_them_up()
    {
        Sell(10_00, TestCards.Visa);
        Sell(2_50, TestCards.Visa);
        Sell(7_00, TestCards.Mastercard);
        var brought = Sell(3_00, TestCards.Mastercard);
        await _till.Uploaded();
        await Eventually("four approvals", async () => (await Payments()).TrueForAll(
            payment => payment.GetProperty("state").GetString() == "Approved"), 4);
        _till.Append(Sales.Void(brought));
        await _till.Uploaded();
        await Eventually("the reversal", async () => (await Payments()).Exists(
            payment => payment.GetProperty("state").GetString() == "Reversed"), 4);

        await Close();

        var report = await Report();
        var batches = report.GetProperty("batches").EnumerateArray()
            .OrderBy(batch => batch.GetProperty("acquirer").GetString()).ToList();
        Assert.Equal(
            [("north", "InBalance", 12_50L), ("south", "InBalance", 7_00L)],
            batches.Select(batch => (
                batch.GetProperty("acquirer").GetString()!, batch.GetProperty("reconciliation").GetString()!,
                batch.GetProperty("ofDate").GetProperty("amount").GetProperty("minor").GetInt64())));
        Assert.Equal(19_50, report.GetProperty("settled").GetProperty("minor").GetInt64());
        Assert.True(report.GetProperty("proof").GetProperty("holds").GetBoolean());
        Assert.Equal((2, 12_50), await Book(_north));
        Assert.Equal((2, 10_00), await Book(_south));
        Assert.Equal(
            3_00, batches[1].GetProperty("theirs").GetProperty("debitReversals").GetProperty("amountMinor")
                .GetInt64());
        using var html = await _office.Get($"{ReportPath}?format=html", "finance");
        Assert.Contains("By acquirer", await html.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_acquirers_listing_and_payout_are_its_own()
    {
        Sell(10_00, TestCards.Visa);
        Sell(7_00, TestCards.Mastercard);
        await _till.Uploaded();
        await Eventually("two approvals", async () => (await Payments()).TrueForAll(
            payment => payment.GetProperty("state").GetString() == "Approved"), 2);
        await Close();
        var date = (await Report()).GetProperty("batches")[0].GetProperty("settlementDate").GetString()!;
        var path = $"{BackOffice}/cycles/{TestBackOffice.Merchant}/EUR/{date}/listing";

        using var unnamed = await _office.Post(path, await Listing(_south, date), "finance");
        Assert.Contains(
            "north, south", (await TestBackOffice.ProblemOf(unnamed)).Sentence, StringComparison.Ordinal);
        foreach (var (name, host) in new[] { ("north", _north), ("south", _south) })
            Assert.Empty((await _office.Expect(_office.Post(
                $"{path}?acquirer={name}", await Listing(host, date), "finance")))
                .GetProperty("differences").EnumerateArray());
        var wrong = await _office.Expect(_office.Post(
            $"{path}?acquirer=north", await Listing(_south, date), "finance"));
        Assert.Contains(
            "It is claimed from acquirer south.",
            wrong.GetProperty("differences").EnumerateArray().Select(d => d.GetProperty("what").GetString()));

        var paid = await _office.Expect(_office.Post(
            $"{BackOffice}/bank/{TestBackOffice.Merchant}?format=csv&reference=reference",
            $"date,amount,currency,text,reference\n{date},7.00,EUR,{TestBackOffice.Merchant} {date},R1\n"
            + $"{date},9.00,EUR,NORTH {TestBackOffice.Merchant} {date},R2\n"
            + $"{date},5.00,EUR,{TestBackOffice.Merchant} {date},R3\n", "finance"));
        Assert.Equal(
            ["Matched", "Matched", "Unmatched"],
            paid.GetProperty("lines").EnumerateArray()
                .Select(line => line.GetProperty("result").GetString()));
        Assert.EndsWith(
            ".south", paid.GetProperty("lines")[0].GetProperty("cycles")[0].GetString(),
            StringComparison.Ordinal);
        Assert.EndsWith(
            ".north", paid.GetProperty("lines")[1].GetProperty("cycles")[0].GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_acquirer_that_is_away_keeps_its_own_payments_and_no_others()
    {
        Sell(10_00, TestCards.Visa);
        Sell(7_00, TestCards.Mastercard);
        await _till.Uploaded();
        await Eventually("two approvals", async () => (await Payments()).TrueForAll(
            payment => payment.GetProperty("state").GetString() == "Approved"), 2);
        await _south.DisposeAsync();
        _isSouthAway = true;

        await Close();

        Assert.Equal(
            [("north", "InBalance"), ("south", "Asked")],
            (await Report()).GetProperty("batches").EnumerateArray()
                .Select(batch => (batch.GetProperty("acquirer").GetString()!,
                    batch.GetProperty("reconciliation").GetString()!)).Order());
    }

    private Task<AcquirerHost> Acquirer(string name, Dialect dialect) => AcquirerHost.StartAsync(
        new AcquirerOptions(_folder.File(name)) { Dialect = dialect }, _settling);

    /// <summary>A sale that was paid by card while the line was down.</summary>
    private SaleCompleted Sell(long minor, string pan)
    {
        var sale = PaymentsHttpTests.Sale(_till, minor, pan);
        _till.Append(sale.Attempted, sale.Card);
        var completed = Sales.Card(++_receipts, sale.Attempted, null, ("tea", 1));
        _till.Append(completed);
        return completed;
    }

    private async Task<List<JsonElement>> Payments() =>
        [.. (await _office.Expect(_office.Get($"{BackOffice}/payments?terminal=T0000001", "finance")))
            .EnumerateArray()];

    private async Task Eventually(string what, Func<Task<bool>> holds, int payments) =>
        await TestBackOffice.Eventually(
            async () => (await Payments()).Count == payments && await holds(), what);

    private string Day => DateOnly.FromDateTime(_till.Now.UtcDateTime).ToString("O");

    private string ReportPath => $"{BackOffice}/reports/{TestBackOffice.Merchant}/{Day}/EUR";

    private async Task Close()
    {
        var days = $"{BackOffice}/days/{TestBackOffice.Store}";
        await _office.CloseDay(Day);
        await TestBackOffice.Eventually(async () => (await _office.Expect(_office.Get(days, "finance")))
            .EnumerateArray().Single().GetProperty("state").GetString() == "Closed", "the closing");
    }

    private Task<JsonElement> Report() => _office.Expect(_office.Get(ReportPath, "finance"));

    /// <summary>What the acquirer's own book says it took.</summary>
    private static async Task<(long Count, long Minor)> Book(AcquirerHost host)
    {
        using var http = new HttpClient();
        var totals = JsonDocument.Parse(
            await http.GetStringAsync(new Uri($"{host.ControlAddress}/totals"))).RootElement[0];
        return (totals.GetProperty("debitsNumber").GetInt64(), totals.GetProperty("debitsMinor").GetInt64());
    }

    private static async Task<string> Listing(AcquirerHost host, string date)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(
            $"{host.ControlAddress}/listing?merchant={TestBackOffice.Merchant}&currency=EUR&date={date}"));
    }
}
