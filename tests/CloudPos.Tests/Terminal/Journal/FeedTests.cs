using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class FeedTests
{
    private static readonly Product Apple = new("apple", "4001", "Apple", "Fruit", TestTill.Euro(50), 700);

    [Fact]
    public void A_page_and_its_cursor_commit_together_or_not_at_all()
    {
        using var till = new TestTill();
        till.Feed("1", new FeedRow(Product: Apple));
        var dearer = Apple with { Price = TestTill.Euro(60) };
        var unreadable = new FeedRow(Deny: new DenyList(1, "no key", []));

        var outcome = till.Feed("2", new FeedRow(Product: dearer), unreadable);

        Assert.Equal(WriteStatus.Malformed, outcome.Status);
        Assert.Equal("1", till.Reopen().Cursor);
        Assert.Equal(Apple, till.Store.FindProduct("apple"));
        Assert.True(till.Feed("2", new FeedRow(Product: dearer)).IsStored);
        Assert.Equal("2", till.Reopen().Cursor);
        Assert.Equal(dearer, till.Store.FindProduct("4001"));
    }

    [Fact]
    public void A_product_is_found_by_number_before_EAN_and_stays_when_withdrawn()
    {
        using var till = new TestTill();
        var pear = Apple with { Sku = "4001", Ean = "4002", Name = "Pear" };
        till.Feed("1", new FeedRow(Product: Apple), new FeedRow(Product: pear));

        Assert.Equal("Pear", till.Store.FindProduct("4001")!.Name);
        Assert.Null(till.Store.FindProduct(""));
        Assert.Null(till.Store.FindProduct("unknown"));
        till.Feed("2", new FeedRow(Product: pear with { Withdrawn = true }));
        Assert.True(till.Store.FindProduct("4002")!.Withdrawn);
        Assert.Equal(2, till.Store.Products.Count);
    }

    [Fact]
    public void Goods_are_shown_by_name_page_by_page_of_all_of_a_category_or_with_a_text()
    {
        using var till = new TestTill();
        Product Of(int n, string category) =>
            new($"sku-{n}", $"40{n:D2}", $"Thing {9 - n}", category, TestTill.Euro(50), 700);
        till.Feed("1",
        [
            new FeedRow(Of(1, "Toys")), new FeedRow(Of(2, "Toys")), new FeedRow(Of(3, "Fruit")),
            new FeedRow(Of(4, "Gone") with { Withdrawn = true }), new FeedRow(Of(5, "")),
        ]);

        Assert.Equal(["sku-5", "sku-3", "sku-2", "sku-1"], Skus("", "", 0, 9));
        Assert.Equal(["sku-3", "sku-2"], Skus("", "", 1, 2));
        Assert.Equal(["sku-2", "sku-1"], Skus("", "Toys", 0, 9));
        Assert.Equal(["sku-1"], Skus("", "Toys", 1, 9));
        Assert.Empty(Skus("", "Gone", 0, 9));
        Assert.Equal(["sku-3", "sku-2"], Skus("thing", "", 1, 2));
        Assert.Equal(["sku-3"], Skus("4003", "", 0, 9));
        Assert.Equal(["sku-2"], Skus("THING 7", "Toys", 0, 9));
        Assert.Empty(Skus("%", "", 0, 9));
        Assert.Equal(["", "Fruit", "Toys"], till.Store.ProductCategories);

        IEnumerable<string> Skus(string text, string category, int skip, int most) =>
            till.Store.SearchProducts(text, category, skip, most).Select(product => product.Sku);
    }

    [Fact]
    public void A_policy_is_an_entry_once_per_version()
    {
        using var till = new TestTill();
        Assert.Equal(OfflinePolicy.None, till.Store.Policy);

        till.Feed("1", new FeedRow(Policy: TestTill.Policy(3)));
        till.Feed("1", new FeedRow(Policy: TestTill.Policy(3)));
        till.Feed("2", new FeedRow(Policy: TestTill.Policy(2)));

        Assert.Equal(3, till.Reopen().Policy.Version);
        Assert.Equal(2, till.Store.LastNumber);
    }

    [Fact]
    public void A_key_list_must_be_signed_by_the_root_key_and_never_goes_back()
    {
        using var till = new TestTill();
        using var stranger = new TestBackOffice();
        Assert.True(till.Feed("1", new FeedRow(Keys: till.BackOffice.SignKeys(5))).IsStored);

        Assert.Equal(
            WriteStatus.KeysRefused, till.Feed("2", new FeedRow(Keys: till.BackOffice.SignKeys(4))).Status);
        Assert.Equal(WriteStatus.KeysRefused, till.Feed("2", new FeedRow(Keys: stranger.SignKeys(6))).Status);

        Assert.Equal(5, till.Reopen().Keys!.Version);
        Assert.Equal("1", till.Store.Cursor);
    }

    [Fact]
    public void The_deny_list_is_looked_up_by_tag_and_encrypted_on_the_disk()
    {
        using var till = new TestTill();
        var key = Convert.ToBase64String(new byte[32]);
        till.Feed("1", new FeedRow(Deny: new DenyList(1, key, ["0102030405", "a0b0c0d0e0"])));

        var list = till.Reopen().DenyList!;

        Assert.True(list.Contains([1, 2, 3, 4, 5]));
        Assert.True(list.Contains([0xA0, 0xB0, 0xC0, 0xD0, 0xE0]));
        Assert.False(list.Contains([1, 2, 3, 4, 6]));
        Assert.False(till.AnyFileContains("a0b0c0d0e0"));
    }

    [Theory]
    [InlineData("AAAA", "0102030405")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "01020304")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "01020304zz")]
    public void A_deny_list_that_cannot_be_read_whole_is_refused_whole(string key, string tag)
    {
        using var till = new TestTill();

        Assert.Equal(
            WriteStatus.Malformed, till.Feed("1", new FeedRow(Deny: new DenyList(1, key, [tag]))).Status);
    }

    [Fact]
    public void A_page_with_too_many_rows_is_refused()
    {
        using var till = new TestTill();
        var rows = Enumerable.Repeat(new FeedRow(Product: Apple), FeedPage.RowsMax + 1).ToArray();

        Assert.Equal(WriteStatus.Malformed, till.Feed("1", rows).Status);
    }

    [Fact]
    public void A_terminal_that_is_not_enrolled_takes_no_feed()
    {
        using var till = new TestTill(enrol: false);

        Assert.Equal(WriteStatus.NotEnrolled, till.Feed("1").Status);
        Assert.Equal(WriteStatus.NotEnrolled, till.SellCash().Status);
    }
}
