using CloudPos.Cards;
using CloudPos.Local.Demo;
using CloudPos.Terminal.Reader;

namespace CloudPos.Tests.Local;

/// <summary>What the demo shop is furnished with.</summary>
public class DemoTests
{
    [Fact]
    public void The_catalogue_has_at_least_40_products_with_two_tax_rates()
    {
        var products = DemoCatalogue.Products;
        Assert.True(products.Count >= 40);
        Assert.Equal([700, 1900], products.Select(product => product.TaxBasisPoints).Distinct().Order());
        Assert.All(products, product => Assert.True(product.PriceMinor > 0 && product.OpeningStock > 0));
    }

    [Fact]
    public void No_two_products_share_a_number()
    {
        var products = DemoCatalogue.Products;
        Assert.Equal(products.Count, products.DistinctBy(product => product.Sku).Count());
        Assert.Equal(products.Count, products.DistinctBy(product => product.Ean).Count());
    }

    [Fact]
    public void Every_barcode_is_a_valid_EAN_13() =>
        Assert.All(DemoCatalogue.Products, product => Assert.True(IsEan13(product.Ean), product.Sku));

    [Theory]
    [InlineData("4006381333931", true)]
    [InlineData("4006381333932", false)]
    [InlineData("400638133393", false)]
    [InlineData("400638133393X", false)]
    public void The_check_digit_is_really_checked(string ean, bool valid) =>
        Assert.Equal(valid, IsEan13(ean));

    public static TheoryData<string, EntryMode, Scheme> Cards => new()
    {
        { DemoCards.VisaChip, EntryMode.Chip, Scheme.Visa },
        { DemoCards.VisaChip2, EntryMode.Chip, Scheme.Visa },
        { DemoCards.VisaChip3, EntryMode.Chip, Scheme.Visa },
        { DemoCards.VisaContactless, EntryMode.Contactless, Scheme.Visa },
        { DemoCards.MastercardChip, EntryMode.Chip, Scheme.Mastercard },
        { DemoCards.MastercardContactless, EntryMode.Contactless, Scheme.Mastercard },
        { DemoCards.MastercardContactless2, EntryMode.Contactless, Scheme.Mastercard },
        { DemoCards.MastercardSwipe, EntryMode.Swipe, Scheme.Mastercard },
        { DemoCards.SwipedChipCard, EntryMode.Fallback, Scheme.Visa },
        { DemoCards.Expired, EntryMode.Chip, Scheme.Visa },
        { DemoCards.WrongScheme, EntryMode.Chip, Scheme.Jcb },
        { DemoCards.DenyListed, EntryMode.Chip, Scheme.Visa },
        { DemoCards.Declined51, EntryMode.Chip, Scheme.Visa },
        { DemoCards.Declined05, EntryMode.Chip, Scheme.Visa },
        { DemoCards.SilentUntilRepeat, EntryMode.Chip, Scheme.Visa },
        { DemoCards.AnsweredLate, EntryMode.Contactless, Scheme.Mastercard },
        { DemoCards.HasFive, EntryMode.Contactless, Scheme.Mastercard },
        { DemoCards.AnsweredTwice, EntryMode.Contactless, Scheme.Mastercard },
        { DemoCards.LineDropped, EntryMode.Chip, Scheme.Mastercard },
    };

    [Theory, MemberData(nameof(Cards))]
    public void Every_card_reads_as_what_it_shows(string name, EntryMode mode, Scheme scheme)
    {
        using var card = Read(name);
        Assert.Equal(mode, card.EntryMode);
        Assert.Equal(scheme, card.Scheme);
        Assert.Equal(name == DemoCards.Expired, card.Expiry.IsPast(new DateOnly(2026, 1, 1)));
    }

    [Fact]
    public void Every_card_file_is_listed() => Assert.Equal(
        Cards.Select(row => row.Data.Item1).Order(StringComparer.Ordinal),
        Directory.GetFiles(DemoCards.Folder).Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal));

    /// <summary>Through the terminal's own reader, which is what the story plays them with.</summary>
    private static CardData Read(string name)
    {
        var purchase = new Purchase(new Money(1000, Currency.Parse("EUR")), new DateOnly(2026, 11, 22));
        var read = ScriptedReader.Read(CardSource.FromFile(DemoCards.PathOf(name)), purchase);
        Assert.True(read.IsRead, read.Fault);
        return read.Card;
    }

    /// <summary>
    /// GS1 General Specifications, 7.9: weights 1 and 3 from the left, the sum a multiple of ten.
    /// </summary>
    private static bool IsEan13(string ean) => ean.Length == 13 && ean.All(char.IsAsciiDigit)
        && ean.Select((digit, place) => (digit - '0') * (place % 2 == 0 ? 1 : 3)).Sum() % 10 == 0;
}
