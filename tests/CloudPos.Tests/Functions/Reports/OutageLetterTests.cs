using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Languages;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Reports;

/// <summary>What an outage brought, in sums that add up, and in the store's own language.</summary>
public sealed class OutageLetterTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MoneyWorld.Create();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Kept_open_lost_and_voided_are_told_apart_and_add_up_to_what_was_taken()
    {
        await _world.CashSale("T1000001", 500, tip: 20);
        await _world.CardSale("T1000001", 1_000, PaymentState.Approved, tip: 100);
        await _world.CardSale("T1000001", 2_000, PaymentState.Declined, tip: 200);
        await _world.CardSale("T1000002", 300, PaymentState.Expired);
        await _world.CardSale("T1000002", 4_000, PaymentState.Pending);
        await _world.Void(await _world.CardSale("T1000002", 700, PaymentState.Pending), MoneyWorld.Date);
        await _world.Void(await _world.CardSale("T1000002", 50, PaymentState.Declined), MoneyWorld.Date);

        var outage = Assert.Single((await Figures()).Outages);

        Assert.Equal((7, 8_550), (outage.Takings.Count, outage.Takings.Amount.Minor));
        Assert.Equal((1_500, 4_000, 2_300, 750), (
            outage.Kept.Minor, outage.Pending.Amount.Minor, outage.Lost.Amount.Minor,
            outage.Undone!.Value.Amount.Minor));
        Assert.Equal(
            "berlin-1 sold offline from 2026-11-20 10:00 +01:00 to 2026-11-20 10:00 +01:00: 85.50 EUR taken, "
            + "of which 15.00 EUR was kept and 23.00 EUR was lost to declines; 40.00 EUR is still open.",
            OutageLetter.Sentence(outage, ReportWords.In(Locale.Default)));
    }

    [Theory]
    [InlineData("de-DE", "<html lang=\"de\">", "Ausfälle am 20.11.2026", "1.234,50", "Noch offen")]
    [InlineData("es-ES", "<html lang=\"es\">", "Cortes de línea del 20/11/2026", "1.234,50", "Pendiente")]
    [InlineData(null, "<html lang=\"en\">", "Outages on 2026-11-20", "1234.50", "Still open")]
    public async Task The_letter_is_in_the_language_of_the_store(string? locale, params string[] words)
    {
        var row = (await _world.Tables.Get(TableNames.Store, "berlin-1", "i"))!;
        row["locale"] = locale;
        Assert.Null(await _world.Tables.TryCommit(TableNames.Store, "berlin-1", [Change.Replace(row)]));
        await _world.CardSale("T1000001", 123_450, PaymentState.Pending);
        var version = new ReportVersion(1, MoneyWorld.Noon, [], await Figures());

        var letter = OutageLetter.Html(version);

        Assert.All(words, word => Assert.Contains(word, letter, StringComparison.Ordinal));
        Assert.Contains(
            "Still open", OutageLetter.Html(version, Locale.Of("en-GB")), StringComparison.Ordinal);
    }

    private async Task<SettlementFigures> Figures() => FiguresOf.Facts(Assert.Single(
        await _world.Get<ReportReader>().Read(MoneyWorld.Merchant, MoneyWorld.Date, default)));
}
