using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Funding;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Reports;

/// <summary>
/// The report over three fixed days in each format, as it was reviewed by eye; see
/// <see cref="GoldenReportTests"/>.
/// </summary>
public sealed class GoldenRangeTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        await FeeTest.Put(_world, new FeeTable(
            [new FeeLine(Scheme.Visa, "EUR", MoneyWorld.Date.AddDays(-9), 12_345, 7)]));
        var (one, two) = (MoneyWorld.Date, MoneyWorld.Date.AddDays(1));
        await _world.CashSale("T1000001", 4_50, one);
        var kept = await _world.CardSale("T1000001", 40_00, PaymentState.Approved, Approval.Online, one);
        var voided = await _world.CardSale("T1000002", 12_00, PaymentState.Approved, date: one);
        var lost = await _world.CardSale("T2000001", 31_00, PaymentState.Declined, date: one);
        await _world.CardSale("T2000001", 23_10, PaymentState.Declined, date: two);
        await _world.CardSale("T2000002", 18_40, PaymentState.Pending, date: two);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        await _world.Void(voided, two);
        await _world.Void(lost, two);
        var (back, part) = (Id.New(), new Money(10_00, MoneyWorld.Eur));
        await _world.Refund(
            kept.Facts!.Sale, "T1000001", two, new RefundTender(TenderKind.Card, part, kept.Payment, back));
        await _world.CardRefund(kept, part.Minor, PaymentState.Approved, two, back);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        await _world.Get<BankStatements>().Enter(MoneyWorld.Merchant, new BankStatement(
            [
                new BankEntry(
                    1, two, new Money(45_00, MoneyWorld.Eur), "DE02", "R1",
                    $"{MoneyWorld.Merchant} {MoneyWorld.Date:yyyyMMdd}"),
            ], []), "Fay", default);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task The_range_in_each_format_is_the_one_that_was_reviewed()
    {
        var figures = await Figures();

        GoldenReportTests.Compare("range.html", RangeContent.Html(figures));
        GoldenReportTests.Compare("range.csv", Encoding.UTF8.GetString(RangeContent.Csv(figures)));
        GoldenReportTests.Compare(
            "range.json", JsonSerializer.Serialize(figures, RangeJson.Default.RangeFigures));
        GoldenReportTests.Compare("range.pdf", RangeContent.Pdf(figures));
    }

    [Fact]
    public async Task Stores_terminals_and_cashiers_each_add_up_to_the_days()
    {
        var figures = await Figures();

        foreach (var groups in new[] { figures.Stores, figures.Terminals, figures.Cashiers })
            foreach (var (ofDays, ofGroup) in new (Func<RangeDay, Figure>, Func<RangeGroup, Figure>)[]
            {
                (day => day.Sales, group => group.Sales), (day => day.Voids, group => group.Voids),
                (day => day.Refunds, group => group.Refunds),
            })
                Assert.Equal(Sum(figures.Days.Select(ofDays)), Sum(groups.Select(ofGroup)));
        Assert.Equal(new Figure(2, new Money(43_00, MoneyWorld.Eur)), figures.Cashiers[0].Voids);
        Assert.True(figures.Money.Holds);
    }

    private Task<RangeFigures> Figures() => _world.Get<RangeReport>().Of(
        MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(6),
        default);

    private static Figure Sum(IEnumerable<Figure> figures) =>
        figures.Aggregate(Figure.Zero(MoneyWorld.Eur), (sum, one) => sum + one);
}
