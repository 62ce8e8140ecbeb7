using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

public sealed class FeeTest
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    [Theory]
    [InlineData("the kind of card comes first", Scheme.Visa, "Debit", 0, 20)]
    [InlineData("other kinds pay the scheme's", Scheme.Visa, "Credit", 0, 150)]
    [InlineData("a new price holds from its date", Scheme.Visa, "Credit", 1, 170)]
    [InlineData("before the first date nothing is known", Scheme.Visa, "Credit", -30, null)]
    [InlineData("a scheme without a line is not free", Scheme.Amex, "Credit", 0, null)]
    public void The_fee_is_that_of_the_most_particular_line_that_has_begun(
        string why, Scheme scheme, string card, int days, int? minor)
    {
        var table = new FeeTable([
            new FeeLine(Scheme.Visa, "EUR", Day.AddDays(-9), 15_000),
            new FeeLine(Scheme.Visa, "EUR", Day.AddDays(1), 17_000),
            new FeeLine(Scheme.Visa, "EUR", Day.AddDays(-9), 2_000, Card: CardKind.Debit),
        ]);

        var fee = table.Of(new Money(10_000, MoneyWorld.Eur), scheme, Enum.Parse<CardKind>(card),
            Day.AddDays(days));

        Assert.True(fee?.Minor == minor, why);
    }

    [Fact]
    public async Task A_table_that_says_two_things_is_refused_with_the_line()
    {
        await using var world = await MoneyWorld.Create();
        var line = new FeeLine(Scheme.Visa, "EUR", Day, 15_000);

        var answer = await Put(world, new FeeTable([line, line with { FixedMinor = 5 }]));

        Assert.Equal(400, answer.Status);
        Assert.Contains(
            "lines[1]", System.Text.Encoding.UTF8.GetString(answer.Body.Span), StringComparison.Ordinal);
    }

    internal static Task<Answer> Put(MoneyWorld world, FeeTable table) => world.Get<FeeTables>().Put(
        new Call(
            new Dictionary<string, string> { ["merchant"] = MoneyWorld.Merchant },
            new Dictionary<string, string>(),
            JsonSerializer.SerializeToUtf8Bytes(table, FundingJson.Default.FeeTable)), default);
}
