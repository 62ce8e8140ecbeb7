using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// One till sells by card and another one gives back: the program over HTTP, with a scripted acquirer behind
/// it.
/// </summary>
public sealed class TellRefundTests : IAsyncLifetime
{
    private readonly ScriptedAcquirer _acquirer = new();
    private TestBackOffice _office = null!;
    private TestTerminal _seller = null!;
    private TestTerminal _second = null!;

    public async ValueTask InitializeAsync()
    {
        _office = await TestBackOffice.WithStore(
            services => PaymentsHttpTests.Connect(services, _acquirer));
        _seller = await _office.Enrol();
        _second = await _office.Enrol("T0000002");
        await PaymentWorld.Until(() => _office.Services.GetRequiredService<AcquirerLink>().IsReady);
    }

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        await _acquirer.DisposeAsync();
    }

    [Theory]
    [InlineData("00", PaymentState.Approved)]
    [InlineData("57", PaymentState.Declined)]
    public async Task The_till_that_gave_back_hears_what_the_cards_bank_said_and_so_does_the_one_that_sold(
        string code, PaymentState state)
    {
        var refund = await GiveBack(code);

        await TestBackOffice.Eventually(
            async () => (await Told(_second, refund)).Count > 0, "the outcome at the till that gave back");

        Assert.Equal((state, code), Assert.Single(await Told(_second, refund)));
        Assert.Equal((state, code), Assert.Single(await Told(_seller, refund)));
    }

    [Fact]
    public async Task Told_again_it_is_told_once()
    {
        var refund = await GiveBack("00");
        await TestBackOffice.Eventually(
            async () => (await Told(_second, refund)).Count > 0, "the outcome at the till that gave back");
        var (cursor, _) = await _second.FeedToEnd();
        var due = _office.Services.GetRequiredService<CloudPos.Functions.Bus.DueTable>();
        var id = PaymentWork.IdOf("T0000001", refund);
        await due.Owe(
            TellRefund.Work, id, null, default,
            [("terminal", "T0000001"), ("payment", refund.ToString())]);

        await _office.Services.GetRequiredService<TellRefund>().Run(
            new CloudPos.Functions.Bus.Doorbell(TellRefund.Work, id), default);

        Assert.Empty((await _second.FeedToEnd(cursor)).Rows);
        Assert.Null(await due.Take(TellRefund.Work, id));
    }

    /// <summary>A sale by card at one till, and all of it given back at the other.</summary>
    private async Task<Id> GiveBack(string code)
    {
        var sale = PaymentsHttpTests.Sale(_seller);
        var sold = Sales.Card(1, sale.Attempted, null, ("TEA", 1));
        _seller.Append(sale.Attempted, sale.Card);
        _seller.Append(sold);
        await _seller.Uploaded();
        await TestBackOffice.Eventually(
            async () => (await Told(_seller, sale.Payment)).Count > 0, "the approval");
        _acquirer.Ledger.Decide = _ => code;
        var refund = Id.New();
        _second.Append(new SaleRefunded(
            Id.New(), sold.Sale, _seller.Terminal, sold.ReceiptNumber, "Bo", null, "returned",
            [new RefundLine(0, "TEA", 1, sale.Amount)], [TaxLine.Included(sale.Amount, 1900)], sale.Amount,
            [new RefundTender(TenderKind.Card, sale.Amount, sale.Payment, refund)], Online: true)
        {
            SoldElsewhere = sold,
        });
        await _second.Uploaded();
        return refund;
    }

    private static async Task<IReadOnlyList<(PaymentState State, string? Code)>> Told(
        TestTerminal terminal, Id payment) =>
        [
            .. (await terminal.FeedToEnd()).Rows.Select(row => row.Outcome)
                .Where(outcome => outcome?.Payment == payment)
                .Select(outcome => (outcome!.State, outcome.ResponseCode)),
        ];
}
