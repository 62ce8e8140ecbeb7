using CloudPos.Journal;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions;

/// <summary>
/// Two terminals change the same things while neither can reach anybody; then everything arrives. Real
/// journals, real uplinks, the real back office.
/// </summary>
public class ConvergenceTests
{
    [Fact]
    public async Task Stock_that_both_moved_and_one_counted_is_the_same_everywhere()
    {
        await using var world = await ShopWorld.Start();
        await world.Office.Expect(world.Office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock",
            """[{"sku":"TEA","quantity":20},{"sku":"MUG","quantity":5}]"""));
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));

        one.Sell("TEA", 3);
        ShopTill.Ok(one.Store.WasteStock([new StockChange("MUG", 1)], "broken", "anna"));
        two.Sell("TEA", 4);
        ShopTill.Ok(two.Store.ReceiveStock([new StockChange("TEA", 10)], "delivery"));
        ShopTill.Ok(two.Store.CountStock([new StockChange("MUG", 7)]));
        Assert.Equal((17, 26), (one.Store.Stock("TEA"), two.Store.Stock("TEA")));
        await world.Meet(one, two);
        await world.Meet(two, one);

        Assert.Equal((23, 23), (one.Store.Stock("TEA"), two.Store.Stock("TEA")));
        Assert.Equal(one.Store.Stock("MUG"), two.Store.Stock("MUG"));
        Assert.Equal("[]", await world.SetAside());
    }

    [Fact]
    public async Task Each_field_of_a_product_is_the_later_edits_and_a_person_sees_what_lost()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));

        ShopTill.Ok(one.Store.EditProduct(
            "TEA", new ProductFields(Price: Eur(250), Category: "Hot drinks"), "anna"));
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        ShopTill.Ok(two.Store.EditProduct("TEA", new ProductFields("Green tea", Price: Eur(280)), "bert"));
        Assert.Equal((250, 280), (Price(one), Price(two)));
        // The later one arrives first.
        await world.Meet(two, one);
        await world.Meet(one, two);

        foreach (var till in new[] { one, two })
        {
            var tea = till.Store.FindProduct("TEA")!;
            Assert.Equal(("Green tea", "Hot drinks", 280), (tea.Name, tea.Category, tea.Price.Minor));
            var conflict = Assert.Single(till.Store.ProductConflicts);
            Assert.Equal(
                ("price", "250 EUR", "280 EUR", "T0000001", "T0000002"),
                (conflict.Field, conflict.Lost, conflict.Kept, EditMoment.TerminalOf(conflict.LostMoment),
                    EditMoment.TerminalOf(conflict.KeptMoment)));
        }
        var listed = await world.Office.Expect(world.Office.Get($"{world.Merchant}/conflicts"));
        var moment = Assert.Single(listed.EnumerateArray()).GetProperty("keptMoment").GetString();
        await world.Office.Expect(world.Office.Post(
            $"{world.Merchant}/conflicts/TEA",
            $$"""{"field":"price","keptMoment":"{{moment}}","takeLost":true}"""));
        await world.Meet(one, two);

        Assert.Equal((250, 250), (Price(one), Price(two)));
        Assert.Empty(one.Store.ProductConflicts);
    }

    [Fact]
    public async Task A_product_made_at_a_terminal_is_sold_at_once_there_and_soon_everywhere()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));

        ShopTill.Ok(one.Store.EditProduct(
            "JAM", new ProductFields("Jam", "4006381333948", "Food", Eur(390), 700, LowStockAt: 2), "anna"));
        one.Sell("JAM");
        await world.Meet(one, two);
        await world.PutCatalogue(200);
        await world.Meet(one, two);

        var jam = two.Store.FindProduct("4006381333948")!;
        Assert.Equal(("JAM", "Jam", 390, 2, false),
            (jam.Sku, jam.Name, jam.Price.Minor, jam.LowStockAt, jam.Withdrawn));
        Assert.Equal(-1, two.Store.Stock("JAM"));
    }

    [Fact]
    public async Task A_catalogue_that_says_the_same_again_does_not_undo_an_edit_and_a_new_price_does()
    {
        await using var world = await ShopWorld.Start();
        var one = await world.Open("T0000001");

        ShopTill.Ok(one.Store.EditProduct("TEA", new ProductFields(Price: Eur(250)), "anna"));
        await world.Meet(one);
        world.Office.Time.Shift += TimeSpan.FromSeconds(1);
        await world.PutCatalogue(200);
        await world.Meet(one);
        Assert.Equal(250, Price(one));

        await world.PutCatalogue(300);
        await world.Meet(one);
        Assert.Equal(300, Price(one));
        Assert.Equal(("250 EUR", "300 EUR"), one.Store.ProductConflicts
            .Select(conflict => (conflict.Lost, conflict.Kept)).Single());
    }

    [Fact]
    public async Task Goods_between_two_stores_are_on_their_way_then_there_and_what_lacks_is_named()
    {
        await using var world = await ShopWorld.Start();
        var berlin = await world.Open("T0000001");
        var hamburg = await world.Open("T0000002", "hamburg-1");

        var sent = (TransferSent)ShopTill.Ok(berlin.Store.SendTransfer(
            "hamburg-1", [new StockChange("TEA", 10), new StockChange("MUG", 2)], "anna")).Entry!.Body;
        // Received by its slip before anybody heard that it was sent.
        ShopTill.Ok(hamburg.Store.ReceiveTransfer(sent.Transfer, [new StockChange("TEA", 4)], false, "cora"));
        await world.Meet(hamburg);
        Assert.Equal(TransferState.ArrivedUnannounced, View(hamburg, sent.Transfer).State);
        await world.Meet(berlin, hamburg);
        Assert.Equal(TransferState.Partly, View(berlin, sent.Transfer).State);
        Assert.Equal(
            6, View(berlin, sent.Transfer).Lines.Single(line => line.Sku == "TEA").InTransit);

        ShopTill.Ok(hamburg.Store.ReceiveTransfer(
            sent.Transfer, [new StockChange("TEA", 6), new StockChange("MUG", 1)], true, "cora"));
        await world.Meet(hamburg, berlin);

        foreach (var till in new[] { berlin, hamburg })
        {
            var view = View(till, sent.Transfer);
            Assert.Equal(TransferState.Differs, view.State);
            Assert.Equal([("MUG", -1L), ("TEA", 0L)], view.Lines.Select(line => (line.Sku, line.Difference)));
        }
        Assert.Equal((-10, 10), (berlin.Store.Stock("TEA"), hamburg.Store.Stock("TEA")));
        Assert.Equal((-2, 1), (berlin.Store.Stock("MUG"), hamburg.Store.Stock("MUG")));
        Assert.Equal("[]", await world.SetAside());
    }

    [Fact]
    public async Task Points_of_one_customer_from_two_terminals_count_once_each_and_an_overdraft_is_shown()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(
            ida, new CustomerData("Ida Example", "ida@example.com", null, null), "anna"));
        one.Sell("MUG", 1, new SaleCustomer(ida, 10, 0, Eur(0), 0));
        await world.Meet(one, two);
        await world.Meet(one, two);
        Assert.Equal(("Ida Example", 10), (two.Store.FindCustomer(ida)!.Data.Name, Points(two, ida)));

        one.Sell("TEA", 1, new SaleCustomer(ida, 0, 8, Eur(0), 0));
        two.Sell("TEA", 1, new SaleCustomer(ida, 0, 8, Eur(0), 0));
        Assert.Equal((2, 2), (Points(one, ida), Points(two, ida)));
        await world.Meet(one, two);
        await world.Meet(one, two);

        Assert.Equal((-6, -6), (Points(one, ida), Points(two, ida)));
        var overdrawn = await world.Office.Expect(
            world.Office.Get($"{world.Merchant}/customers?overdrawn=true"));
        Assert.Equal(-6, Assert.Single(overdrawn.EnumerateArray()).GetProperty("points").GetInt64());
        Assert.Equal(3, two.Store.FindCustomer(ida)!.Recent.Count);
    }

    [Fact]
    public async Task A_void_gives_redeemed_points_back_and_takes_earned_ones_once()
    {
        await using var world = await ShopWorld.Start();
        var one = await world.Open("T0000001");
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida", null, null, null), "anna"));
        ShopTill.Ok(one.Store.AdjustPoints(ida, 100, "welcome", "anna"));
        var sale = one.Sell("MUG", 1, new SaleCustomer(ida, 10, 60, Eur(60), 0));
        Assert.Equal(50, Points(one, ida));

        ShopTill.Ok(one.Store.VoidSale(sale.Sale, "anna", "mistake"));
        Assert.Equal(100, Points(one, ida));
        await world.Meet(one);
        await world.Applied(one);

        Assert.Equal(100, Points(one, ida));
    }

    [Fact]
    public async Task Who_was_erased_at_one_terminal_stays_erased_whatever_another_wrote_meanwhile()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida Example", null, null, null), "anna"));
        await world.Meet(one, two);

        ShopTill.Ok(one.Store.EraseCustomer(ida, "anna"));
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        ShopTill.Ok(two.Store.WriteCustomer(ida, new CustomerData("Ida Newname", null, null, null), "bert"));
        await world.Meet(one, two);
        await world.Meet(two, one);

        Assert.Null(one.Store.FindCustomer(ida));
        Assert.Null(two.Store.FindCustomer(ida));
        var all = (await world.Office.Expect(world.Office.Get($"{world.Merchant}/customers"))).ToString();
        Assert.DoesNotContain("Ida", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_records_of_one_person_are_merged_by_a_person_and_late_points_follow()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var (first, second) = (Id.New(), Id.New());
        ShopTill.Ok(one.Store.WriteCustomer(
            first, new CustomerData("Ida", "ida@example.com", null, null), "a"));
        ShopTill.Ok(two.Store.WriteCustomer(
            second, new CustomerData("I.", "IDA@example.com", null, null), "b"));
        two.Sell("MUG", 1, new SaleCustomer(second, 10, 0, Eur(0), 0));
        await world.Meet(one, two);
        var found = await world.Office.Expect(
            world.Office.Get($"{world.Merchant}/customer-duplicates"));
        Assert.Equal(2, Assert.Single(found.EnumerateArray()).GetProperty("customers").GetArrayLength());

        two.Sell("MUG", 1, new SaleCustomer(second, 10, 0, Eur(0), 0));
        await world.Office.Expect(world.Office.Post(
            $"{world.Merchant}/customers/{second}/merge", $$"""{"into":"{{first}}"}"""));
        await world.Meet(one, two);
        await world.Meet(one, two);

        Assert.Equal((20, 20), (Points(one, first), Points(two, first)));
        Assert.Equal(first, two.Store.FindCustomer(second)!.Id);
    }

    [Fact]
    public async Task Who_was_merged_is_erased_with_every_record()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var (first, second) = (Id.New(), Id.New());
        ShopTill.Ok(one.Store.WriteCustomer(
            first, new CustomerData("Ida", "ida@example.com", null, null), "a"));
        ShopTill.Ok(two.Store.WriteCustomer(
            second, new CustomerData("I.", "IDA@example.com", null, null), "b"));
        await world.Meet(one, two);
        await world.Office.Expect(world.Office.Post(
            $"{world.Merchant}/customers/{second}/merge", $$"""{"into":"{{first}}"}"""));
        await world.Meet(one, two);

        ShopTill.Ok(two.Store.EraseCustomer(second, "b"));
        Assert.Null(two.Store.FindCustomer(first));
        await world.Meet(two, one);

        Assert.Null(one.Store.FindCustomer(first));
        var all = (await world.Office.Expect(world.Office.Get($"{world.Merchant}/customers"))).ToString();
        Assert.DoesNotContain("example.com", all, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_an_outage_left_to_settle_is_one_list_and_settling_empties_it_everywhere()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida", null, null, null), "anna"));
        ShopTill.Ok(one.Store.EditProduct("TEA", new ProductFields(Price: Eur(250), LowStockAt: 3), "anna"));
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        ShopTill.Ok(two.Store.EditProduct("TEA", new ProductFields(Price: Eur(280)), "bert"));
        one.Sell("MUG", 1, new SaleCustomer(ida, 0, 8, Eur(0), 0));
        ShopTill.Ok(two.Store.ReceiveStock([new StockChange("TEA", 2)], "delivery"));
        await world.Meet(one, two);
        await world.Meet(one, two);

        var look = await world.Office.Expect(world.Office.Get($"{world.Merchant}/look"));
        using var page = await world.Office.Get($"{world.Merchant}/look?format=html");
        var html = await page.Content.ReadAsStringAsync();
        var conflict = Assert.Single(look.GetProperty("conflicts").EnumerateArray());
        Assert.Equal(-8, Assert.Single(
            look.GetProperty("overdrawn").EnumerateArray()).GetProperty("points").GetInt64());
        Assert.Equal(
            [("MUG", "negative"), ("TEA", "low")],
            look.GetProperty("stock").EnumerateArray().Select(line =>
                (line.GetProperty("sku").GetString(), line.GetProperty("state").GetString())));
        foreach (var seen in new[] { "250 EUR", "280 EUR", "Ida", "-8", "Mug" })
            Assert.Contains(seen, html);

        await world.Office.Expect(world.Office.Post(
            $"{world.Merchant}/conflicts/TEA",
            $$"""{"field":"price","keptMoment":"{{conflict.GetProperty("keptMoment").GetString()}}"}"""));
        await world.Office.Expect(world.Office.Post(
            $"{world.Merchant}/customers/{ida}/points", """{"points":8,"reason":"the outage's fault"}"""));
        await world.Office.Expect(world.Office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock",
            """[{"sku":"TEA","quantity":20},{"sku":"MUG","quantity":5}]"""));
        await world.Meet(one, two);

        var settled = await world.Office.Expect(world.Office.Get($"{world.Merchant}/look"));
        Assert.All(settled.EnumerateObject(), list => Assert.Equal(0, list.Value.GetArrayLength()));
        foreach (var till in new[] { one, two })
        {
            Assert.Empty(till.Store.ProductConflicts);
            Assert.Equal((0, 280L), (Points(till, ida), Price(till)));
            Assert.Equal((20, 5), (till.Store.Stock("TEA"), till.Store.Stock("MUG")));
        }
    }

    [Fact]
    public async Task Who_adjusts_points_in_the_back_office_says_why_and_is_a_manager()
    {
        await using var world = await ShopWorld.Start();
        var one = await world.Open("T0000001");
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida", null, null, null), "anna"));
        await world.Meet(one);
        var path = $"{world.Merchant}/customers/{ida}/points";

        using var support = await world.Office.Post(path, """{"points":8,"reason":"x"}""", "support");
        using var silent = await world.Office.Post(path, """{"points":8,"reason":" "}""");
        using var none = await world.Office.Post(path, """{"points":0,"reason":"x"}""");

        Assert.Equal(
            (403, 400, 400), ((int)support.StatusCode, (int)silent.StatusCode, (int)none.StatusCode));
        Assert.Equal(0, Points(one, ida));
    }

    [Fact]
    public async Task One_customer_changed_at_both_is_what_was_written_last_whatever_arrives_first()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var (ida, joe) = (Id.New(), Id.New());
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida", null, null, null), "anna"));
        await world.Meet(one, two);

        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida Old", null, "030 1", null), "anna"));
        ShopTill.Ok(two.Store.WriteCustomer(joe, new CustomerData("Joe", null, null, null), "bert"));
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        ShopTill.Ok(two.Store.WriteCustomer(
            ida, new CustomerData("Ida New", "i@example.com", null, null), "bert"));
        await world.Meet(two, one);
        await world.Meet(one, two);

        foreach (var till in new[] { one, two })
        {
            Assert.Equal(
                new CustomerData("Ida New", "i@example.com", null, null), till.Store.FindCustomer(ida)!.Data);
            Assert.Equal("Joe", till.Store.FindCustomer(joe)!.Data.Name);
        }
    }

    [Fact]
    public async Task A_part_given_back_moves_stock_and_points_once_on_both_sides()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(ida, new CustomerData("Ida", null, null, null), "anna"));
        var sale = one.Sell("MUG", 2, new SaleCustomer(ida, 20, 0, Eur(0), 0));
        two.Sell("MUG", 3);
        var half = new Money(sale.Total.Minor / 2, sale.Total.Currency);
        ShopTill.Ok(one.Store.RefundSale(new SaleRefunded(
            Id.New(), sale.Sale, "T0000001", sale.ReceiptNumber, "anna", null, "damaged",
            [new RefundLine(0, "MUG", 1, half)], [TaxLine.Included(half, 700)], half,
            [new RefundTender(TenderKind.Cash, half)], false)));
        Assert.Equal(-1, one.Store.Stock("MUG"));

        await world.Meet(one, two);
        await world.Meet(two, one);
        await world.Meet(one, two);

        Assert.Equal((-4, -4), (one.Store.Stock("MUG"), two.Store.Stock("MUG")));
        Assert.Equal((10, 10), (Points(one, ida), Points(two, ida)));
        Assert.Equal("[]", await world.SetAside());
    }

    [Fact]
    public async Task Two_counts_of_one_product_come_to_the_later_one_with_what_moved_after_it()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));

        ShopTill.Ok(one.Store.CountStock([new StockChange("TEA", 50)]));
        two.Sell("TEA", 2);
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        ShopTill.Ok(two.Store.CountStock([new StockChange("TEA", 30)]));
        two.Later(world.Office, TimeSpan.FromSeconds(5));
        two.Sell("TEA", 1);
        ShopTill.Ok(two.Store.WasteStock([new StockChange("TEA", 4)], "wet", "bert"));
        await world.Meet(two, one);
        await world.Meet(one, two);

        Assert.Equal((25, 25), (one.Store.Stock("TEA"), two.Store.Stock("TEA")));
    }

    [Fact]
    public async Task Who_is_erased_in_the_back_office_is_in_no_file_of_any_terminal_and_the_figures_stay()
    {
        await using var world = await ShopWorld.Start();
        var (one, two) = (await world.Open("T0000001"), await world.Open("T0000002"));
        var ida = Id.New();
        ShopTill.Ok(one.Store.WriteCustomer(
            ida, new CustomerData("Ida Example", "ida@example.com", "030 123", null), "anna"));
        var sale = one.Sell("MUG", 1, new SaleCustomer(ida, 10, 0, Eur(0), 0));
        await world.Meet(one, two);
        await world.Meet(one, two);
        var records = Records(one, "customer").Concat(Records(two, "customer")).ToList();

        await world.Office.Expect(world.Office.Post($"{world.Merchant}/customers/{ida}/erase", ""));
        await world.Meet(one, two);
        await world.Meet(one, two);

        Assert.Equal(2, records.Count);
        foreach (var till in new[] { one, two })
        {
            Assert.Null(till.Store.FindCustomer(ida));
            Assert.Empty(till.Store.FindCustomers("Ida"));
            Assert.Empty(Records(till, "customer"));
            Assert.True(till.Store.Verify().IsSound);
            till.Close();
            Assert.All(records, record => Assert.False(AnyFileHolds(till.Data, record)));
        }
        Assert.Equal(10_00, one.Store.FindSale(sale.Sale)!.Total.Minor);
    }

    /// <summary>The encrypted rows of a table, as they lie in the terminal's file.</summary>
    private static List<byte[]> Records(ShopTill till, string table) => StoreDatabase.Records(
        till.Store, $"SELECT sealed FROM {table} WHERE sealed IS NOT NULL");

    private static bool AnyFileHolds(string folder, byte[] record) =>
        Directory.EnumerateFiles(folder, "journal.db*").Any(
            file => File.ReadAllBytes(file).AsSpan().IndexOf(record) >= 0);

    private static long Price(ShopTill till) => till.Store.FindProduct("TEA")!.Price.Minor;

    private static long Points(ShopTill till, Id customer) => till.Store.FindCustomer(customer)!.Points;

    private static TransferView View(ShopTill till, string number) =>
        TransferView.Of(till.Store.FindTransfer(number)!);

    private static Money Eur(long minor) => Sales.Eur(minor);
}
