using System.Net;
using System.Text.Json;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Journal;
using CloudPos.Local.Acquirer;
using CloudPos.Terminal.Cli;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Terminal.Checkout;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// A real terminal's folder that is dark over the closing of its day, with a card payment in it, and forwards
/// afterwards; back office and acquirer on sockets.
/// </summary>
public sealed class DarkTerminalTests : IAsyncLifetime
{
    private const string Days = $"/api/backoffice/days/{TestBackOffice.Store}";
    private readonly TestFolder _folder = new();
    private AcquirerHost _acquirer = null!;
    private ShopWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        // It stands still, so that both payments are of one settlement date at any hour.
        _acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(_folder.File("acquirer")), new FakeTimeProvider(DateTimeOffset.UtcNow));
        var tables = AcquirerTables.TryRead(
            $$"""
            {
              "acquirers": [
                { "name": "north", "address": "127.0.0.1:{{_acquirer.Address.Port}}", "like": "simulated",
                  "answerSeconds": 60 }
              ],
              "routing": [ { "acquirer": "north" } ]
            }
            """, out var faults);
        Assert.Empty(faults);
        _world = await ShopWorld.Start(services =>
        {
            var options = services.Select(s => s.ImplementationInstance).OfType<BackOfficeOptions>().Single();
            services.AddSingleton(options with { AcquirerTables = tables });
        });
        await _world.Office.Expect(_world.Office.Put($"{_world.Merchant}/policy", """
            {"version":1,"enabled":true,"schemes":["Visa"],"modes":["Swipe"],
             "floorLimits":[{"amount":{"minor":9900,"currency":"EUR"}}],
             "exposureLimits":[{"amount":{"minor":20000,"currency":"EUR"},"count":9}],
             "perCardLimits":[{"amount":{"minor":20000,"currency":"EUR"},"count":9,"windowMinutes":1440}],
             "offlineMinutesMax":1440,"onlineTimeoutMilliseconds":1000,
             "forceOfflineAllowed":true}
            """));
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _acquirer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dark_terminals_payment_joins_the_next_batch_and_its_sale_a_new_version_of_its_day()
    {
        var (near, dark) = (await _world.Open("T0000001"), await _world.Open("T0000002"));
        await Sell(near);
        var receipt = await Sell(dark);
        await Run(near, "forward");
        await Settled(1);
        var date = Assert.Single(Sales(near).Select(sale => sale.BusinessDate).Distinct());
        _world.Office.Time.Shift += TimeSpan.FromMinutes(30);
        near.Close();
        await Run(near, "forward");

        using (var refused = await _world.Office.Post($"{Days}/{date:O}/close", """{"force":false}"""))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            var day = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(
                TestContext.Current.CancellationToken)).RootElement;
            var found = Assert.Single(day.GetProperty("darkTerminals").EnumerateArray());
            Assert.Equal("T0000002", found.GetProperty("terminal").GetString());
            Assert.StartsWith("Silent for 3", found.GetProperty("why").GetString(), StringComparison.Ordinal);
            Assert.True(found.TryGetProperty("lastContact", out _));
        }
        await Close(date);
        var first = await Report(date);
        Assert.Equal((1, 10_00L, 1), (Version(first), Minor(first, "settled"), Batches(first).Length));
        Assert.Equal("T0000002", first.GetProperty("closings")[0].GetProperty("dark")[0]
            .GetProperty("terminal").GetString());

        dark.Close();
        await Run(dark, "forward");
        await Settled(2);
        await Close(date);

        var next = await Report(date);
        Assert.Equal(20_00, Minor(next, "settled"));
        Assert.True(next.GetProperty("proof").GetProperty("holds").GetBoolean());
        Assert.Equal(
            [(Batches(first)[0].Name, 10_00L, "InBalance"), (Second(first), 10_00L, "InBalance")],
            Batches(next));
        Assert.Equal(receipt, Assert.Single(next.GetProperty("stragglers").EnumerateArray())
            .GetProperty("receiptNumber").GetString());
        var changes = next.GetProperty("changes").EnumerateArray().Select(one => one.GetString()!).ToList();
        Assert.Contains("Total, Sales: 2, 20.00 EUR (was 1, 10.00 EUR)", changes);
        Assert.Contains(changes, one => one.StartsWith(
            $"Straggler, {receipt}, T0000002: new", StringComparison.Ordinal));
        Assert.Contains(changes, one => one.StartsWith(
            $"Batch, {Second(first)}, all: new, 1, 10.00", StringComparison.Ordinal));
        Assert.Contains(changes, one => one.StartsWith(
            "Dark terminal, T0000002", StringComparison.Ordinal));
        Assert.Equal(10_00, Minor(await Report(date, "?version=1"), "settled"));
    }

    [Fact]
    public async Task A_till_is_told_that_a_payment_was_charged_back_and_gives_nothing_back()
    {
        var till = await _world.Open("T0000001");
        var receipt = await Sell(till);
        await Run(till, "forward");
        await Settled(1);
        var payment = (await _world.Office.Expect(_world.Office.Get(
            "/api/backoffice/payments?terminal=T0000001", "finance")))[0].GetProperty("payment").GetString();
        await _world.Office.Expect(_world.Office.Post(
            $"/api/backoffice/chargebacks/{TestBackOffice.Merchant}/EUR",
            $$"""
            {"case":"C-1","terminal":"T0000001","amountMinor":1000,"receivedOn":"2026-12-30","reason":"fraud",
             "payment":"{{payment}}"}
            """, "finance"));

        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await VerbRunner.Run(
            ["refund", "--receipt", receipt, "--reason", "brought back", "--data", till.Data],
            Path.GetTempPath(), output, errors, _world.Office.Time);

        Assert.NotEqual(0, code);
        Assert.Contains(
            "charged back 10.00 EUR of its 10.00 EUR", $"{output}{errors}", StringComparison.Ordinal);

        // The feed tells it, so that a void is refused too, with a line or without one.
        await TestBackOffice.Eventually(
            async () =>
            {
                await Run(till, "forward");
                var told = till.Store.ChargedBackOf(Id.Parse(payment!));
                till.Close();
                return told is not null;
            },
            "the till to be told");
        using var refused = new StringWriter();
        using var why = new StringWriter();
        Assert.NotEqual(0, await VerbRunner.Run(
            ["void", "--receipt", receipt, "--reason", "brought back", "--data", till.Data],
            Path.GetTempPath(), refused, why, _world.Office.Time));
        Assert.Contains(
            $"charged back 10.00 EUR of receipt {receipt} already", $"{refused}{why}",
            StringComparison.Ordinal);
    }

    private static string Second(JsonElement report) => Batches(report)[0].Name[..^1] + "2";

    private static (string Name, long Minor, string Balance)[] Batches(JsonElement report) =>
    [
        .. report.GetProperty("batches").EnumerateArray().Select(batch => (
            batch.GetProperty("batch").GetString()!,
            batch.GetProperty("ofDate").GetProperty("amount").GetProperty("minor").GetInt64(),
            batch.GetProperty("reconciliation").GetString()!)),
    ];

    private static int Version(JsonElement report) => report.GetProperty("version").GetInt32();

    private static long Minor(JsonElement report, string name) =>
        report.GetProperty(name).GetProperty("minor").GetInt64();

    /// <summary>A card sale without a line, by the terminal's own verb; its receipt number.</summary>
    private async Task<string> Sell(ShopTill till)
    {
        till.Close();
        var card = Path.Combine(till.Data, "card.json");
        await File.WriteAllTextAsync(card, JsonSerializer.Serialize(
            new { name = "card", entryMode = "swipe", track2 = TestShop.VisaStripe }));
        var sale = JsonDocument.Parse(await Run(
            till, "sale", "--line", "MUG", "--pay", $"card:{card}", "--approval", "force-offline", "--json"));
        return sale.RootElement.GetProperty("receiptNumber").GetString()!;
    }

    private async Task<string> Run(ShopTill till, params string[] verb)
    {
        for (var tried = 1; ; tried++)
        {
            using var output = new StringWriter();
            using var errors = new StringWriter();
            var code = await VerbRunner.Run(
                [.. verb, "--data", till.Data], Path.GetTempPath(), output, errors, _world.Office.Time);
            if (code == 0)
                return output.ToString();
            // A line that stood still for seconds is no failure of what is tested here.
            Assert.True(verb[0] == "forward" && tried < 20, $"{code}: {output}{errors}");
        }
    }

    private static List<EntryHeader> Sales(ShopTill till)
    {
        var sales = Enumerable.Range(1, (int)till.Store.LastNumber)
            .Select(number => till.Store.FindEntry(number)!.Entry!)
            .Where(entry => entry.Body is SaleCompleted).Select(entry => entry.Header).ToList();
        till.Close();
        return sales;
    }

    /// <summary>So many payments have their outcome.</summary>
    private Task Settled(int count) => TestBackOffice.Eventually(async () =>
    {
        var approved = 0;
        foreach (var terminal in new[] { "T0000001", "T0000002" })
            approved += (await _world.Office.Expect(_world.Office.Get(
                $"/api/backoffice/payments?terminal={terminal}", "finance"))).EnumerateArray()
                .Count(one => one.GetProperty("state").GetString() is "Approved" or "Settled");
        return approved == count;
    }, "the outcomes");

    private async Task Close(DateOnly date)
    {
        await _world.Office.Expect(_world.Office.Post($"{Days}/{date:O}/close", """{"force":true}"""));
        await TestBackOffice.Eventually(async () =>
            (await _world.Office.Expect(_world.Office.Get(Days, "finance"))).EnumerateArray().Single()
                .GetProperty("state").GetString() == "Closed", "the closing");
    }

    private Task<JsonElement> Report(DateOnly date, string query = "") => _world.Office.Expect(
        _world.Office.Get(
            $"/api/backoffice/reports/{TestBackOffice.Merchant}/{date:O}/EUR{query}", "finance"));
}
