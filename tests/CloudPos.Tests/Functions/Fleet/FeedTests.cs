using System.Globalization;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Fleet;

public class FeedTests
{
    private const string CataloguePath = $"/api/backoffice/merchants/{TestBackOffice.Merchant}/catalogue";
    private const string PolicyPath = $"/api/backoffice/merchants/{TestBackOffice.Merchant}/policy";

    [Fact]
    public async Task The_feed_brings_keys_deny_list_products_policy_and_trading_days()
    {
        await using var office = await TestBackOffice.WithStore();
        await PutProducts(office, 3);
        await office.Expect(office.Put(PolicyPath, PolicyJson()));
        var terminal = await office.Enrol();

        var (_, rows) = await terminal.FeedToEnd();

        Assert.Equal(terminal.Enrolled.Keys, rows.Single(row => row.Keys is not null).Keys);
        Assert.Equal(
            32, Convert.FromBase64String(rows.Single(row => row.Deny is not null).Deny!.TagKey).Length);
        Assert.Equal(["P0", "P1", "P2"], rows.Select(row => row.Product?.Sku).OfType<string>().Order());
        Assert.Equal(1, rows.Single(row => row.Plan is not null).Plan!.Policies.Single().Version);
        Assert.Equal(17, rows.Count(row => row.Day is not null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(120)]
    public async Task The_feed_asks_idle_terminals_for_the_configured_pause(int? seconds)
    {
        await using var office = await TestBackOffice.WithStore(services =>
        {
            var options = services.Select(s => s.ImplementationInstance).OfType<BackOfficeOptions>().Single();
            services.AddSingleton(options with { FeedPauseSeconds = seconds });
        });

        Assert.Equal(seconds, (await (await office.Enrol()).Feed()).PauseSeconds);
    }

    [Fact]
    public async Task Only_what_changed_comes_behind_a_cursor()
    {
        await using var office = await TestBackOffice.WithStore();
        await PutProducts(office, 5);
        var terminal = await office.Enrol();
        var (cursor, _) = await terminal.FeedToEnd();
        Assert.Empty((await terminal.Feed(cursor)).Rows);

        await PutProducts(office, 5, price: i => i == 3 ? 999 : 100);
        var (later, changed) = await terminal.FeedToEnd(cursor);
        await PutProducts(office, 4, price: i => i == 3 ? 999 : 100);
        var (_, withdrawn) = await terminal.FeedToEnd(later);

        var product = Assert.Single(changed).Product!;
        Assert.Equal(("P3", 999L), (product.Sku, product.Price.Minor));
        product = Assert.Single(withdrawn).Product!;
        Assert.Equal(("P4", true), (product.Sku, product.Withdrawn));
    }

    [Fact]
    public async Task A_long_feed_comes_in_bounded_pages_and_nothing_twice()
    {
        await using var office = await TestBackOffice.WithStore();
        await PutProducts(office, 450);
        var terminal = await office.Enrol();

        var first = await terminal.Feed();
        var (_, rows) = await terminal.FeedToEnd();

        Assert.Equal((FeedPage.RowsMax, true), (first.Rows.Count, first.More));
        var skus = rows.Select(row => row.Product?.Sku).OfType<string>().ToList();
        Assert.Equal((450, 450), (skus.Count, skus.Distinct().Count()));
    }

    [Fact]
    public async Task A_row_that_was_superseded_is_gone_from_the_feed()
    {
        await using var office = await TestBackOffice.WithStore();
        for (var round = 0; round < 4; round++)
        {
            var price = 100 + round;
            await PutProducts(office, 3, _ => price);
        }
        var terminal = await office.Enrol();

        var (_, rows) = await terminal.FeedToEnd();

        var products = rows.Select(row => row.Product).OfType<Product>().ToList();
        Assert.Equal([103, 103, 103], products.Select(product => product.Price.Minor));
    }

    /// <summary>Two catalogues can be put within one millisecond: the second holds.</summary>
    [Fact]
    public void Of_two_edits_at_one_moment_the_second_is_the_later()
    {
        var edits = new ProductEdits(null!, null!, new FakeTimeProvider());

        var moments = Enumerable.Range(0, 200).Select(_ => edits.Now()).ToList();

        Assert.All(
            moments.Zip(moments.Skip(1)),
            pair => Assert.True(EditMoment.IsLater(pair.Second, pair.First)));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("-1.0.0")]
    [InlineData("99999999999999999999.0.0")]
    public async Task What_is_no_cursor_is_refused(string cursor)
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();

        using var response = await terminal.Send(
            HttpMethod.Get, WireContract.FeedPath(terminal.Terminal, cursor), null);

        Assert.Equal(ProblemCode.Malformed, (await TestBackOffice.ProblemOf(response)).Code);
    }

    [Fact]
    public async Task A_cursor_from_before_a_restore_begins_its_stream_anew()
    {
        await using var office = await TestBackOffice.WithStore();
        await PutProducts(office, 2);
        var terminal = await office.Enrol();

        var page = await terminal.Feed("1000000.0.0");

        Assert.Equal(2, page.Rows.Count(row => row.Product is not null));
    }

    [Fact]
    public async Task Tags_on_the_deny_list_reach_the_terminal_sorted_and_once()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var (cursor, _) = await terminal.FeedToEnd();
        var deny = office.Services.GetRequiredService<DenyLists>();

        foreach (var tag in new[] { "ffffffffff", "00000000aa", "0a0b0c0d0e", "ffffffffff" })
            await deny.Add(TestBackOffice.Merchant, tag, CancellationToken.None);

        var (_, rows) = await terminal.FeedToEnd(cursor);
        var list = Assert.Single(rows).Deny!;
        Assert.Equal(["00000000aa", "0a0b0c0d0e", "ffffffffff"], list.Tags);
        Assert.Equal(3, list.Version);
    }

    [Fact]
    public async Task A_policy_put_again_keeps_its_version_and_a_changed_one_gets_the_next()
    {
        await using var office = await TestBackOffice.WithStore();

        var versions = new List<long>();
        foreach (var json in new[] { PolicyJson(), PolicyJson(), PolicyJson(minutes: 99) })
            versions.Add(
                (await office.Expect(office.Put(PolicyPath, json))).GetProperty("version").GetInt64());

        Assert.Equal([1, 1, 2], versions);
    }

    [Theory]
    [InlineData("\"sku\":\"A\"", "\"sku\":\"\"", "$[0].sku")]
    [InlineData("4006381333931", "4006381333932", "$[0].ean")]
    [InlineData("EUR", "USD", "$[0].price")]
    [InlineData("\"minor\":1", "\"minor\":-1", "$[0].price")]
    [InlineData("\"price\"", "\"cost\"", "$[0]")]
    [InlineData("1900", "19000", "$[0].taxBasisPoints")]
    [InlineData("[", "", "$")]
    public async Task A_wrong_product_is_named_and_nothing_is_kept(string right, string wrong, string field)
    {
        await using var office = await TestBackOffice.WithStore();
        const string good = """
            [{"sku":"A","ean":"4006381333931","name":"N","category":"",
              "price":{"minor":1,"currency":"EUR"},"taxBasisPoints":1900}]
            """;

        using var response = await office.Put(CataloguePath, good.Replace(right, wrong));

        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((ProblemCode.Malformed, field), (problem.Code, problem.Field));
        await office.Expect(office.Put(CataloguePath, good));
    }

    private static async Task PutProducts(TestBackOffice office, int count, Func<int, long>? price = null)
    {
        var products = Enumerable.Range(0, count).Select(i => new Product(
            "P" + i.ToString(CultureInfo.InvariantCulture), i == 0
                ? "4006381333931"
                : "", $"Product {i}", "Food",
            Sales.Eur(price?.Invoke(i) ?? 100), 700));
        var json = products.Select(product => JsonSerializer.Serialize(product, WireJson.Default.Product));
        await office.Expect(office.Put(CataloguePath, $"[{string.Join(",", json)}]"));
    }

    private static string PolicyJson(int minutes = 60) => JsonSerializer.Serialize(
        new OfflinePolicy(
            77, true, [Scheme.Visa], [EntryMode.Chip], [new FloorLimit(null, null, Sales.Eur(5_000))],
            [new ExposureLimit(Sales.Eur(20_000), 10)], [], minutes, 3_000),
        WireJson.Default.OfflinePolicy);
}
