using System.Text;
using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>Money that the shop gives back while the card's bank takes it as well.</summary>
public sealed class PaidTwiceTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;
    private PaymentRow _paid = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await MoneyWorld.Create();
        _paid = await _world.CardSale("T1000001", 5_000, PaymentState.Settled);
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_void_of_what_was_charged_back_is_refused_as_a_whole_until_the_case_is_won()
    {
        await Post("C-1", 2_000);
        var body = await _world.Voided(_paid);

        var reason = await _world.Apply(_paid, body, MoneyWorld.Date.AddDays(1));

        Assert.Contains("charged back 20.00 EUR already", reason, StringComparison.Ordinal);
        Assert.Null(SaleRow.From((await Sale())!).VoidedBy);
        Assert.Null(await Find(PaymentRecorder.RefundOf(_paid.Payment)));

        var won = JsonSerializer.SerializeToUtf8Bytes(
            new ReversalBody("L-1", ReversalKind.Won, 2_000, MoneyWorld.Date.AddDays(40), "won"),
            LedgerJson.Default.ReversalBody);
        Assert.Equal(200, (await _world.Get<Chargebacks>().Reverse(Call("C-1", won), default)).Status);
        Assert.Null(await _world.Apply(_paid, body, MoneyWorld.Date.AddDays(41)));
        Assert.Equal(
            PaymentState.Pending, (await Find(PaymentRecorder.RefundOf(_paid.Payment)))!.State);
    }

    [Fact]
    public async Task A_promised_refund_is_told_with_the_case_and_named_once_it_is_given_out()
    {
        var refund = MoneyWorld.Refunded(_paid, 3_000);
        Assert.True(await _world.Promise(_paid, refund));

        var told = await Post("C-1", 5_000);
        Assert.Contains(
            $"Refund {refund.Tenders[0].Refund} of 30.00 EUR is promised at T1000001", told,
            StringComparison.Ordinal);
        Assert.Empty((await View()).PaidTwice);

        Assert.Null(await _world.Apply(_paid, refund, MoneyWorld.Date));

        var both = Assert.Single((await View()).PaidTwice);
        Assert.Equal(
            (_paid.Payment, 3_000, "C-1", refund.Tenders[0].Refund!.Value),
            (both.Payment, both.Amount.Minor, Assert.Single(both.Cases), Assert.Single(both.Refunds)));
        await _world.Get<ReportVersions>().Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);
        var report = (await _world.Get<ReportVersions>().Find(
            MoneyWorld.Merchant, MoneyWorld.Date, MoneyWorld.Eur, null, default))!;
        Assert.Contains(
            $"Paid back twice: refund {both.Refunds[0]}, chargeback C-1", ReportHtml.Of(report),
            StringComparison.Ordinal);
        Assert.Contains(
            "Paid back twice", Encoding.UTF8.GetString(ReportCsv.Of(report)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refund_that_the_card_declined_was_paid_once()
    {
        var refund = MoneyWorld.Refunded(_paid, 3_000);
        Assert.True(await _world.Promise(_paid, refund));
        await Post("C-1", 5_000);
        await _world.Apply(_paid, refund, MoneyWorld.Date);

        await _world.Answer(
            (await Find(refund.Tenders[0].Refund!.Value))!, PaymentState.Declined, MoneyWorld.Date);

        Assert.Empty((await View()).PaidTwice);
    }

    [Fact]
    public async Task A_later_decline_of_the_refund_owes_the_report_of_the_sale_and_takes_the_line_away()
    {
        var refund = MoneyWorld.Refunded(_paid, 3_000);
        Assert.True(await _world.Promise(_paid, refund));
        await Post("C-1", 5_000);
        await _world.Apply(_paid, refund, MoneyWorld.Date.AddDays(1));
        await _world.Get<ReportVersions>().Begin(MoneyWorld.Merchant, MoneyWorld.Date, default);
        Assert.Contains("Paid back twice", await Report(), StringComparison.Ordinal);
        await Refresh();

        await _world.Answer(
            (await Find(refund.Tenders[0].Refund!.Value))!, PaymentState.Declined, MoneyWorld.Date);

        Assert.NotNull(await Owed());
        await Refresh();
        Assert.DoesNotContain("<h2>Paid back twice", await Report(), StringComparison.Ordinal);
        Assert.Contains("Paid back twice, " + _paid.Payment, await Report(), StringComparison.Ordinal);
        Assert.DoesNotContain("Object to the case", await Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_void_that_waits_for_a_case_is_named_with_the_case_and_in_the_report_until_it_is_done()
    {
        await _world.Get<ReportVersions>().Begin(MoneyWorld.Merchant, MoneyWorld.Date, default);
        await Post("C-1", 5_000);
        await Refresh();
        var entry = await _world.SetAside(_paid, await _world.Voided(_paid), MoneyWorld.Date.AddDays(1));

        Assert.Contains(
            $"set-aside/T1000001/1/{entry}/retry gives the money back", await List(),
            StringComparison.Ordinal);
        Assert.NotNull(await Owed());
        await Refresh();
        Assert.Contains($"entry 1.{entry} of the terminal", await Report(), StringComparison.Ordinal);

        var won = JsonSerializer.SerializeToUtf8Bytes(
            new ReversalBody("L-1", ReversalKind.Won, 5_000, MoneyWorld.Date.AddDays(40), "won"),
            LedgerJson.Default.ReversalBody);
        Assert.Equal(200, (await _world.Get<Chargebacks>().Reverse(Call("C-1", won), default)).Status);
        await Refresh();
        await _world.Retry(_paid.Terminal, entry);

        Assert.DoesNotContain("set-aside", await List(), StringComparison.Ordinal);
        Assert.NotNull(await Owed());
        await Refresh();
        Assert.DoesNotContain($"entry 1.{entry} of the terminal", await Report(), StringComparison.Ordinal);
    }

    private Task<DueRow?> Owed() => _world.Get<DueTable>().Take(
        ReportOwed.Queue, $"{MoneyWorld.Merchant}.2026-11-20", default);

    /// <summary>The report is made anew where it is owed, once what is owed is old enough.</summary>
    private async Task Refresh()
    {
        _world.Time.Advance(TimeSpan.FromMinutes(2));
        await _world.Get<RefreshReport>().Handle(
            new Doorbell(ReportOwed.Queue, $"{MoneyWorld.Merchant}.2026-11-20"), default);
        Assert.Null(await Owed());
    }

    private async Task<string> Report() => ReportHtml.Of((await _world.Get<ReportVersions>().Find(
        MoneyWorld.Merchant, MoneyWorld.Date, MoneyWorld.Eur, null, default))!);

    private async Task<string> List() => Encoding.UTF8.GetString(
        (await _world.Get<Chargebacks>().List(Call("", []), default)).Body.Span);

    [Fact]
    public async Task A_case_that_is_told_while_a_void_gives_back_is_named()
    {
        await _world.Void(_paid, MoneyWorld.Date);
        await _world.Tables.TryCommit(TableNames.Terminal, _paid.Terminal, [Change.Delete(
            (await _world.Tables.Get(TableNames.Terminal, _paid.Terminal, PaymentRowCodec.KeyOf(
                PaymentRecorder.RefundOf(_paid.Payment))))!)]);
        await Post("C-1", 5_000);

        // The void had been struck out before the case, and gives back after it.
        await _world.Void(_paid, MoneyWorld.Date, again: true);
        await _world.Get<PaidTwice>().Look(_paid, default);

        Assert.Equal(5_000, Assert.Single((await View()).PaidTwice).Amount.Minor);
    }

    private async Task<string> Post(string name, long minor)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new ChargebackBody(
                name, _paid.Terminal, minor, MoneyWorld.Date.AddDays(30), "10.4 fraud", $"{_paid.Payment}"),
            LedgerJson.Default.ChargebackBody);
        var answer = await _world.Get<Chargebacks>().Post(Call(name, body), default);
        Assert.Equal(200, answer.Status);
        return Encoding.UTF8.GetString(answer.Body.Span);
    }

    private Task<FourWayView> View() => _world.Get<FourWay>().Of(
        MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(2), default);

    private Task<Row?> Sale() => _world.Tables.Get(
        TableNames.Terminal, _paid.Terminal, SaleRow.KeyOf(_paid.Facts!.Sale));

    private Task<PaymentRow?> Find(Id payment) =>
        _world.Get<PaymentStore>().Find(_paid.Terminal, payment, default);

    private static Call Call(string name, byte[] body) => new(
        new Dictionary<string, string>
        {
            ["merchant"] = MoneyWorld.Merchant, ["currency"] = "EUR", ["case"] = name,
        },
        new Dictionary<string, string>(), body)
    {
        Person = new Person("Fay", [Role.Finance]),
    };
}
