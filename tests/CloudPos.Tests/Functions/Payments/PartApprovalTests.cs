using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// An issuer that approves a part: kept where the terminal can ask for the rest, taken back and told as a
/// decline with its figure where the customer has left.
/// </summary>
public sealed class PartApprovalTests : IAsyncLifetime
{
    private PaymentWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await PaymentWorld.Start();
        _world.Acquirer.Ledger.Decide = _ => "10";
        _world.Acquirer.Ledger.PartOf = minor => 500;
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_part_is_kept_for_a_terminal_that_asks_for_the_rest()
    {
        var sale = _world.Sale(1234);

        var answer = await Ask(sale, takesPart: true);
        await _world.Attempt(sale);
        var accepted = await Accept(sale, 500, Approval.Online);
        await _world.Settle();

        Assert.Equal(AuthoriseResult.PartApproved, answer.Result);
        Assert.Equal(Eur(500), answer.Approved);
        Assert.Equal("The card pays 5.00 EUR of 12.34 EUR; 7.34 EUR are left.", answer.Sentence);
        Assert.Equal(RecordResult.Recorded, accepted.Result);
        var payment = await _world.Find(sale);
        Assert.Equal((PaymentState.Approved, Eur(500)), (payment.State, payment.Amount!.Value));
        Assert.Equal(Eur(1234), payment.Facts!.Requested);
        Assert.Equal(500, _world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(AuthoriseResult.PartApproved, (await Ask(sale, takesPart: true)).Result);
    }

    [Fact]
    public async Task A_part_whose_customer_has_no_other_tender_is_reversed()
    {
        var sale = _world.Sale(1234);
        await Ask(sale, takesPart: true);
        await _world.Attempt(sale);

        Assert.Equal(RecordResult.Recorded, (await _world.Abandon(sale)).Result);
        await _world.Settle();

        Assert.Equal(PaymentState.Reversed, (await _world.Find(sale)).State);
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
        Assert.Null(await CaseOf(sale));
    }

    [Fact]
    public async Task A_terminal_that_cannot_ask_for_the_rest_is_declined_and_nothing_stays_charged()
    {
        var sale = _world.Sale(1234);

        var answer = await Ask(sale, takesPart: false);
        await _world.Settle();

        Assert.Equal(AuthoriseResult.Declined, answer.Result);
        Assert.Equal("The card has only 5.00 EUR; nothing stays charged.", answer.Sentence);
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task Offline_it_is_a_decline_with_a_figure_and_a_case()
    {
        var sale = _world.Sale(1234);
        await _world.Attempt(sale);
        await _world.Accept(sale);
        await _world.Settle();

        var payment = await _world.Find(sale);
        Assert.Equal((PaymentState.Reversed, Eur(1234)), (payment.State, payment.Amount!.Value));
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
        var told = (await _world.Outcomes())[^1];
        Assert.Equal(
            (PaymentState.Declined, "10", Eur(500)), (told.State, told.ResponseCode, told.Available!.Value));
        var lost = (await CaseOf(sale))!;
        Assert.Equal((CaseState.Open, Eur(1234), Eur(500)), (lost.State, lost.Amount, lost.Available!.Value));
    }

    [Fact]
    public async Task Stood_in_for_the_whole_before_the_answer_the_part_goes_back_and_a_case_opens()
    {
        var sale = _world.Sale(1234);
        await Ask(sale, takesPart: true);
        await _world.Attempt(sale);
        // The terminal never heard the answer, and its policy accepted the whole.
        await _world.Accept(sale);
        await _world.Settle();

        var payment = await _world.Find(sale);
        Assert.Equal((PaymentState.Reversed, Eur(1234)), (payment.State, payment.Amount!.Value));
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(Eur(500), (await CaseOf(sale))!.Available);
        Assert.Equal(PaymentState.Declined, (await _world.Outcomes())[^1].State);
    }

    [Fact]
    public async Task A_sale_that_claims_the_whole_of_a_part_is_refused_and_kept_for_review()
    {
        var sale = _world.Sale(1234);
        await Ask(sale, takesPart: true);
        await _world.Attempt(sale);

        var accepted = await Accept(sale, 1234, Approval.Online);

        Assert.Equal((RecordResult.Differs, "amount"), (accepted.Result, accepted.Detail));
        Assert.Equal(1, (await _world.Find(sale)).DifferingCount);
    }

    [Fact]
    public async Task Lost_and_then_voided_it_is_no_case_any_more()
    {
        var sale = _world.Sale(1234);
        await _world.Attempt(sale);
        await _world.Accept(sale);
        await _world.RunDue();
        await _world.Void(sale);
        await _world.Settle();

        Assert.Equal(CaseState.WrittenOff, (await CaseOf(sale))!.State);
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
    }

    private static Money Eur(long minor) => new(minor, Currency.Parse("EUR"));

    private async Task<AuthoriseAnswer> Ask(TestSale sale, bool takesPart)
    {
        var result = await _world.Live.Authorise(
            PaymentWorld.Acceptor, 1, sale.Request with { TakesPart = takesPart }, isActive: true, default);
        return result.Answer!;
    }

    private Task<RecordOutcome> Accept(TestSale sale, long minor, Approval approval) =>
        _world.Recorder.RecordAccepted(
            PaymentWorld.Acceptor, PaymentWorld.Journal, sale.Completed, sale.Paid(approval), Eur(minor),
            new DateOnly(2026, 7, 4), sale.At, default);

    private async Task<RecoveryCase?> CaseOf(TestSale sale) =>
        await _world.Tables.Get(
            TableNames.Terminal, PaymentWorld.Terminal, RecoveryCase.KeyOf(sale.Payment)) is { } row
            ? RecoveryCase.From(row)
            : null;
}
