using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

public class PaymentTests
{
    [Fact]
    public void An_attempt_is_open_until_it_has_a_result_and_over_restarts()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        Assert.Equal(WriteStatus.Stored, till.Store.RecordAttempt(attempt).Status);

        var open = Assert.Single(till.Reopen().OpenAttempts);

        Assert.Equal(attempt.Body.Payment, open.Payment);
        Assert.Equal(TestTill.Euro(500), open.Amount);
        Assert.True(open.Online);
        Assert.Equal(PaymentState.Attempted, till.Store.FindPayment(open.Payment)!.State);
        Assert.True(till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online)).IsStored);
        Assert.Empty(till.Store.OpenAttempts);
    }

    [Fact]
    public void The_entry_of_an_attempt_carries_the_moment_that_the_card_was_sealed_for()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Clock.Advance(TimeSpan.FromSeconds(3));

        var entry = till.Store.RecordAttempt(attempt).Entry!;

        Assert.Equal(attempt.At.ToUnixTimeMilliseconds(), entry.Header.At.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void The_same_attempt_again_is_stored_once_and_another_amount_differs()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        var first = till.Store.RecordAttempt(attempt);

        var again = till.Store.RecordAttempt(attempt);
        var other = till.Store.RecordAttempt(
            attempt with { Body = attempt.Body with { Amount = TestTill.Euro(501) } });

        Assert.Equal((WriteStatus.AlreadyStored, first.Entry!.Hash), (again.Status, again.Entry!.Hash));
        Assert.Equal(WriteStatus.Differs, other.Status);
        Assert.Equal(2, till.Store.LastNumber);
    }

    [Fact]
    public void An_attempt_with_another_card_than_its_digest_says_is_refused()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);

        var outcome = till.Store.RecordAttempt(
            attempt with { SealedCard = till.Attempt(500, true).SealedCard });

        Assert.Equal(WriteStatus.Malformed, outcome.Status);
    }

    [Fact]
    public void A_payment_gets_one_result_only()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        till.Store.AbandonPayment(attempt.Body.Payment, "customer left");

        Assert.Equal(
            WriteStatus.AttemptNotOpen, till.Store.AbandonPayment(attempt.Body.Payment, "again").Status);
        Assert.Equal(WriteStatus.AttemptNotOpen, till.Store.FailPayment(Failed(attempt, "05")).Status);
        Assert.Equal(
            WriteStatus.AttemptNotOpen,
            till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online)).Status);
        Assert.Equal(WriteStatus.AttemptNotOpen, till.Store.AbandonPayment(Id.New(), "unknown").Status);
        Assert.Equal(3, till.Store.LastNumber);
        Assert.Equal(1, till.Store.FindSale(1) is null ? 1 : 0);
    }

    [Fact]
    public void A_refusal_by_the_policy_needs_no_attempt_and_a_decline_does()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: false);
        var decision = new Decision(
            DecisionReason.AtOrOverFloorLimit, 1, 400, 500, TestTill.Euro(0), 0, 60);

        Assert.Equal(WriteStatus.AttemptNotOpen, till.Store.FailPayment(Failed(attempt, "05")).Status);
        Assert.Equal(WriteStatus.Stored, till.Store.FailPayment(
            Failed(attempt, null) with { Decision = decision }).Status);
        Assert.Equal(PaymentState.Abandoned, till.Store.FindPayment(attempt.Body.Payment)!.State);
        Assert.Equal(0, till.Store.Exposure(TestTill.Eur).Count);
    }

    [Fact]
    public void Deferred_payments_are_exposure_until_their_outcome()
    {
        using var till = new TestTill();
        var (first, _, _) = till.SellDeferred(300);
        till.SellDeferred(400);
        Assert.Equal(new Exposure(TestTill.Euro(700), 2), till.Reopen().Exposure(TestTill.Eur));

        till.Feed("1", TestTill.Outcome(first, PaymentState.Asked, null));
        Assert.Equal(2, till.Store.Exposure(TestTill.Eur).Count);
        till.Feed("2", TestTill.Outcome(first, PaymentState.Declined, "51"));

        Assert.Equal(new Exposure(TestTill.Euro(400), 1), till.Reopen().Exposure(TestTill.Eur));
        var row = till.Store.FindPayment(first)!;
        Assert.Equal(
            (PaymentState.Declined, "51", Approval.Deferred), (row.State, row.ResponseCode, row.Approval));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void What_the_card_had_of_a_declined_payment_is_known_at_the_terminal()
    {
        using var till = new TestTill();
        var (part, _, sold) = till.SellDeferred(12_00);
        var (whole, _, _) = till.SellDeferred(4_00);
        till.Feed("1", TestTill.PartOnly(part, 5_00));
        till.Feed("2", TestTill.Outcome(whole, PaymentState.Declined, "51"));

        var store = till.Reopen();

        Assert.Equal(TestTill.Euro(5_00), store.FindPayment(part)!.Available);
        Assert.Null(store.FindPayment(whole)!.Available);
        Assert.Equal(0, store.Exposure(TestTill.Eur).Count);
        Assert.Equal(
            [part, whole], store.PaymentsLost(DateTimeOffset.MinValue, 10).Select(row => row.Payment).Order()
                .OrderBy(id => id != part));
        Assert.True(store.Verify().IsSound);
    }

    [Fact]
    public void A_sale_approved_online_is_no_exposure()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);

        till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online), attempt);

        Assert.Equal(0, till.Store.Exposure(TestTill.Eur).Count);
        Assert.Equal("123456", till.Store.FindPayment(attempt.Body.Payment)!.AuthorisationCode);
    }

    [Fact]
    public void Voiding_lowers_the_exposure_at_once()
    {
        using var till = new TestTill();
        var (payment, sale, _) = till.SellDeferred();

        Assert.True(till.Store.VoidSale(sale, "anna", "mistake").IsStored);

        Assert.Equal(0, till.Reopen().Exposure(TestTill.Eur).Count);
        Assert.Equal(PaymentState.Voided, till.Store.FindPayment(payment)!.State);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_payment_whose_outcome_came_first_is_no_exposure()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        till.Feed("1", TestTill.Outcome(attempt.Body.Payment, PaymentState.Approved));

        Assert.True(till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Deferred)).IsStored);

        Assert.Equal(0, till.Store.Exposure(TestTill.Eur).Count);
        Assert.Equal(PaymentState.Approved, till.Store.FindPayment(attempt.Body.Payment)!.State);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_payment_that_was_declined_meanwhile_is_not_accepted_any_more()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        till.Feed("1", TestTill.Outcome(attempt.Body.Payment, PaymentState.Declined, "51"));

        var outcome = till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Deferred));

        Assert.Equal(WriteStatus.OutcomeKnown, outcome.Status);
        Assert.Single(till.Store.OpenAttempts);
    }

    [Fact]
    public void An_outcome_of_a_payment_that_is_unknown_here_changes_nothing()
    {
        using var till = new TestTill();

        Assert.True(till.Feed("1", TestTill.Outcome(Id.New(), PaymentState.Approved)).IsStored);

        Assert.Empty(till.Store.Payments());
    }

    [Fact]
    public void A_payment_that_was_declined_before_it_was_given_up_stays_declined()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        till.Feed("1", TestTill.Outcome(attempt.Body.Payment, PaymentState.Declined, "51"));

        Assert.True(till.Store.AbandonPayment(attempt.Body.Payment, "declined after all").IsStored);

        Assert.Equal(PaymentState.Declined, till.Store.FindPayment(attempt.Body.Payment)!.State);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_card_is_kept_while_its_payment_may_be_asked_for_again_and_goes_with_its_end()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        var payment = attempt.Body.Payment;
        till.Store.RecordAttempt(attempt);

        till.Feed("1", TestTill.Outcome(payment, PaymentState.Declined, "51"));
        Assert.NotNull(till.Store.ReadAttempt(payment));

        Assert.True(till.Store.AbandonPayment(payment, "declined after all").IsStored);
        Assert.Empty(SecrecyTests.SealedRecords(till));
    }

    [Fact]
    public void Voiding_a_sale_ends_the_refund_that_was_asked_for_it()
    {
        using var till = new TestTill();
        var (_, sale, _) = till.SellDeferred();
        till.Store.BeginRefund(new OpenRefund(
            TestTill.Refund(till.Store, sale), null, till.Store.Now));

        Assert.True(till.Store.VoidSale(sale, "anna", "mistake").IsStored);

        Assert.Empty(till.Reopen().OpenRefunds);
    }

    private static PaymentFailed Failed(AttemptDraft attempt, string? code) => new(
        attempt.Body.Payment, attempt.Body.Sale, attempt.Body.Amount, attempt.Body.Card, code, null);
}
