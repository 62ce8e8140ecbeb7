using System.Net;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Hosting;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Journals;

public class ApplyTests
{
    [Fact]
    public async Task Sales_voids_and_deliveries_move_the_stock_of_the_store()
    {
        await using var office = await TestBackOffice.WithStore();
        await office.Expect(office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock",
            """[{"sku":"A","quantity":20},{"sku":"B","quantity":5}]"""));
        var terminal = await office.Enrol();
        var kept = Sales.Cash(1, ("A", 3), ("B", 1), ("A", 1));
        var voided = Sales.Cash(2, ("A", 10));
        terminal.Append(new EpochOpened(TestBackOffice.Merchant, TestBackOffice.Store, "x", "test"));
        terminal.Append(kept);
        terminal.Append(voided);
        terminal.Append(Sales.Void(voided));
        terminal.Append(Sales.Received(("B", 7), ("New", 2)));
        await terminal.Uploaded();

        await Applied(office, 5);

        Assert.Equal("A=16 B=11 New=2", await Stock(office));
        Assert.Equal("[]", (await office.Expect(office.Get("/api/backoffice/set-aside"))).ToString());
        var (_, rows) = await terminal.FeedToEnd();
        var level = Assert.Single(rows, row => row.Stock?.Sku == "B").Stock!;
        Assert.Equal((11, 5), (level.Quantity, level.AppliedThrough[terminal.Journal.ToString()]));
    }

    [Fact]
    public async Task Entries_are_applied_after_the_customer_who_is_being_answered()
    {
        var first = new LiveFirst(TimeProvider.System)
        {
            Patience = TimeSpan.FromHours(1), TurnPatience = TimeSpan.FromHours(1),
        };
        await using var office = await TestBackOffice.WithStore(services => services.AddSingleton(first));
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 3)));
        using var customer = first.Enter();
        await terminal.Uploaded();
        for (var look = 0; look < 20; look++)
        {
            Assert.Equal("", await Stock(office));
            await Task.Delay(5);
        }

        customer.Dispose();

        await Applied(office, 1);
        Assert.Equal("A=-3", await Stock(office));
    }

    [Fact]
    public async Task A_sale_of_forty_five_lines_moves_each_of_them_once()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, [.. Enumerable.Range(0, 45).Select(i => ($"P{i:D2}", i + 1L))]));

        await terminal.Uploaded();
        await Applied(office, 1);
        await terminal.Uploaded();

        Assert.Equal(
            string.Join(
                ' ', Enumerable.Range(0, 45).Select(i => $"P{i:D2}={-(i + 1)}")), await Stock(office));
    }

    [Fact]
    public async Task A_count_sets_the_level_and_a_sale_from_before_it_is_met_by_a_correction()
    {
        await using var office = await TestBackOffice.WithStore();
        var late = await office.Enrol("T0000001");
        var counting = await office.Enrol("T0000002");
        late.Append(Sales.Cash(1, ("A", 3)));
        counting.Now = late.Now.AddSeconds(1);
        counting.Append(Sales.Counted(("A", 40)));
        await counting.Uploaded();
        await Applied(office, 1, "T0000002");

        late.Now = late.Now.AddSeconds(2);
        late.Append(Sales.Cash(2, ("A", 1)));
        office.Time.Shift = TimeSpan.FromSeconds(10);
        await late.Uploaded();
        await Applied(office, 2);

        Assert.Equal("A=39", await Stock(office));
        var corrections = await office.Expect(
            office.Get($"/api/backoffice/stock/{TestBackOffice.Store}/corrections"));
        var correction = Assert.Single(corrections.EnumerateArray());
        Assert.Equal(
            ("A", 3, "T0000001", 1),
            (correction.GetProperty("sku").GetString(), correction.GetProperty("quantity").GetInt64(),
                correction.GetProperty("terminal").GetString(), correction.GetProperty("number").GetInt64()));
    }

    [Fact]
    public async Task Entries_that_cannot_be_applied_are_set_aside_with_their_reason_and_the_others_go_on()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 1)));
        terminal.AppendRaw((EntryKind)9_999, "from the future"u8);
        terminal.AppendRaw(EntryKind.SaleCompleted, """{"sale":"""u8);
        terminal.AppendRaw(EntryKind.StockReceived, """{"lines":null,"reference":"x"}"""u8);
        terminal.Append(Sales.Received(("A", long.MaxValue)));
        terminal.Append(Sales.Void(Sales.Cash(9, ("A", 5))));
        terminal.Append(Sales.Cash(2, ("A", 1)));
        await terminal.Uploaded();

        await Applied(office, 7);

        Assert.Equal("A=-2", await Stock(office));
        var aside = await office.Expect(office.Get("/api/backoffice/set-aside", "support"));
        Assert.Equal(
            [2, 3, 4, 5, 6], aside.EnumerateArray().Select(line => line.GetProperty("number").GetInt64()));
        Assert.All(aside.EnumerateArray(), line => Assert.NotEmpty(line.GetProperty("reason").GetString()!));
        var list = (await office.Expect(office.Get("/api/backoffice/terminals")))[0];
        Assert.Equal(5, list.GetProperty("setAside").GetInt32());
    }

    [Fact]
    public async Task A_void_is_not_refused_for_the_refund_that_its_own_terminal_had_reserved()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var sale = Sales.Cash(1, ("A", 5));
        terminal.Append(sale);
        await terminal.Uploaded();
        await Applied(office, 1);
        var (status, _) = await CaughtRequest.Of(
            office, terminal, WireContract.RefundsPath, new RefundRequest(new SaleRefunded(
                Id.New(), sale.Sale, terminal.Terminal, sale.ReceiptNumber, "Kim", null, "damaged", [], [],
                Sales.Eur(200), [new RefundTender(TenderKind.Cash, Sales.Eur(200))], true)),
            WireJson.Default.RefundRequest).Send();
        Assert.Equal(HttpStatusCode.OK, status);

        terminal.Append(Sales.Void(sale));
        await terminal.Uploaded(2);
        await Applied(office, 2);

        Assert.Equal("[]", (await office.Expect(office.Get("/api/backoffice/set-aside"))).ToString());
        Assert.Equal("A=0", await Stock(office));
    }

    [Fact]
    public async Task A_void_that_was_set_aside_is_applied_once_its_sale_is_known()
    {
        await using var office = await TestBackOffice.WithStore();
        var old = await office.Enrol();
        var sale = Sales.Cash(1, ("A", 5));
        old.Append(sale);
        var next = await office.Enrol();
        next.Append(Sales.Void(sale));
        await next.Uploaded();
        await Applied(office, 1);
        const string retry = "/api/backoffice/set-aside/T0000001/2/1/retry";
        var early = await office.Expect(office.Post(retry, "", "support"));
        Assert.Contains("not known", early.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("", await Stock(office));

        await old.Uploaded();
        await office.Expect(office.Post("/api/backoffice/journals/T0000001/1/release", ""));
        await TestBackOffice.Eventually(async () => await Stock(office) == "A=-5", "the sale");
        var late = await office.Expect(office.Post(retry, "", "support"));

        Assert.True(late.GetProperty("applied").GetBoolean());
        Assert.Equal("A=0", await Stock(office));
        Assert.Equal("[]", (await office.Expect(office.Get("/api/backoffice/set-aside"))).ToString());
    }

    [Fact]
    public async Task A_sale_voided_twice_comes_back_to_stock_once()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var sale = Sales.Cash(1, ("A", 5));
        terminal.Append(sale);
        terminal.Append(Sales.Void(sale));
        terminal.Append(Sales.Void(sale));
        terminal.Append(sale);
        await terminal.Uploaded();

        await Applied(office, 4);

        Assert.Equal("A=0", await Stock(office));
        var aside = await office.Expect(office.Get("/api/backoffice/set-aside"));
        Assert.Equal([3, 4], aside.EnumerateArray().Select(line => line.GetProperty("number").GetInt64()));
    }

    [Fact]
    public async Task Nothing_of_a_terminal_is_applied_while_it_is_not_active_and_all_of_it_afterwards()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        await Standing(office, "Quarantined");
        terminal.Append(Sales.Cash(1, ("A", 1)));
        await terminal.Uploaded();
        var other = await office.Enrol("T0000002");
        other.Append(Sales.Received(("A", 10)));
        await other.Uploaded();
        await Applied(office, 1, "T0000002");
        Assert.Equal("A=10", await Stock(office));

        await Standing(office, "Active");

        await Applied(office, 1);
        Assert.Equal("A=9", await Stock(office));
    }

    [Fact]
    public async Task What_came_under_an_earlier_key_waits_until_a_person_releases_it()
    {
        await using var office = await TestBackOffice.WithStore();
        var old = await office.Enrol();
        old.Append(Sales.Cash(1, ("A", 1)));
        var next = await office.Enrol();
        await old.Uploaded();
        next.Append(Sales.Cash(1, ("A", 10)));
        await next.Uploaded();
        await Applied(office, 1);
        Assert.Equal("A=-10", await Stock(office));

        await office.Expect(office.Post("/api/backoffice/journals/T0000001/1/release", ""));

        await TestBackOffice.Eventually(
            async () => await Stock(office) == "A=-11", "the entries of the first epoch");
    }

    [Fact]
    public async Task What_was_stored_before_a_stop_is_applied_after_the_next_start()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        for (var receipt = 1; receipt <= 300; receipt++)
            terminal.Append(Sales.Cash(receipt, ("A", 1)));
        await terminal.Uploaded();

        await office.Restart();

        await Applied(office, 300);
        Assert.Equal("A=-300", await Stock(office));
        await TestBackOffice.Eventually(
            async () => (await office.Expect(office.Get("/api/backoffice/status")))
                .GetProperty("due").GetArrayLength() == 0,
            "no more due work");
    }

    private static Task Standing(TestBackOffice office, string standing) => office.Expect(office.Post(
        "/api/backoffice/terminals/T0000001/standing", $$"""{"standing":"{{standing}}","reason":"x"}"""));

    private static Task Applied(TestBackOffice office, long number, string terminal = "T0000001") =>
        TestBackOffice.Eventually(
            async () => (await office.Expect(office.Get("/api/backoffice/terminals"))).EnumerateArray()
                .Single(line => line.GetProperty("terminal").GetString() == terminal)
                .GetProperty("applied").GetInt64() == number,
            $"entry {number} of {terminal}");

    private static async Task<string> Stock(TestBackOffice office) => string.Join(
        ' ', (
            await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"))).EnumerateArray()
            .Select(line => $"{line.GetProperty("sku")}={line.GetProperty("quantity")}"));
}
