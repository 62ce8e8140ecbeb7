using CloudPos.Terminal.Risk;

namespace CloudPos.Tests.Terminal.Risk;

public class BiasedSelectionTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly Money Floor = Eur(10_000);
    private static readonly RandomSelection Rule = new(Eur(2_000), 20, 60);

    /// <summary>EMV 4.4 Book 3, 10.6.2, as published implementations of it compute it.</summary>
    [Theory]
    [InlineData(1, 20)]
    [InlineData(1_999, 20)]
    [InlineData(2_000, 20)]
    [InlineData(4_000, 30)]
    [InlineData(6_000, 40)]
    [InlineData(8_000, 50)]
    [InlineData(9_999, 59)]
    public void The_percentage_is_that_of_the_published_formula(long amount, int percent) =>
        Assert.Equal(percent, BiasedSelection.Percent(Eur(amount), Floor, Rule));

    [Theory]
    [InlineData(1_000, 20)]
    [InlineData(4_000, 30)]
    [InlineData(9_999, 59)]
    public void So_many_of_the_payments_are_selected_as_the_percentage_says(long amount, int percent)
    {
        const int payments = 100_000;
        var random = new Random(20260302);
        var selected = 0;
        for (var payment = 0; payment < payments; payment++)
            if (BiasedSelection.IsSelected(
                random.Next(1, 100), BiasedSelection.Percent(Eur(amount), Floor, Rule), Rule))
                selected++;

        // Of 99 numbers; five standard deviations on either side.
        var expected = payments * percent / 99.0;
        Assert.InRange(selected, expected - 800, expected + 800);
    }

    [Fact]
    public void The_draws_of_a_terminal_are_1_to_99_and_each_comes_up()
    {
        var drawn = Enumerable.Range(0, 20_000).Select(_ => BiasedSelection.Draw()).Distinct().Order();

        Assert.Equal(Enumerable.Range(1, 99), drawn);
    }

    [Fact]
    public void A_target_of_nought_selects_nothing() =>
        Assert.False(BiasedSelection.IsSelected(1, 60, Rule with { TargetPercent = 0 }));

    private static Money Eur(long minor) => new(minor, Euro);
}
