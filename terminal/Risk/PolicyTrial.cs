using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Risk;

/// <summary>One payment under the policy that is tried.</summary>
/// <param name="Was">What was decided.</param>
/// <param name="Reason">What would have been.</param>
/// <param name="State">What became of it; null where nothing did, since it was refused.</param>
internal sealed record TriedPayment(
    long Number, DateTimeOffset At, Id Payment, Money Amount, DecisionReason Was, DecisionReason Reason,
    PaymentState? State)
{
    public bool IsLost => State is PaymentState.Declined or PaymentState.Expired;
}

/// <summary>
/// Replays the payments that the policy decided under another one. Exposure and each card's use build up from
/// what that one would have accepted, so one sale more or less changes the next. What was refused has no
/// outcome; it leaves the exposure with the next outcome that came.
/// </summary>
internal sealed class PolicyTrial(OfflinePolicy policy, TerminalStore store)
{
    private readonly List<Accepted> _accepted = [];

    private readonly DateTimeOffset[] _outcomes =
        [.. store.Payments(int.MaxValue).Select(row => row.OutcomeAt).OfType<DateTimeOffset>().Order()];

    private sealed record Accepted(string Token, Money Amount, DateTimeOffset At, DateTimeOffset? Ended);

    /// <summary>In order. Decisions that recorded too little to be taken again are left out.</summary>
    public IEnumerable<TriedPayment> Run(IEnumerable<DecidedPayment> decided)
    {
        foreach (var payment in decided)
        {
            if (FactsOf(payment) is not { } facts)
                continue;
            var reason = OfflineDecision.Decide(facts).Reason;
            var row = payment.Decision.IsAccepted ? store.FindPayment(payment.Payment) : null;
            if (reason == DecisionReason.Accepted)
                _accepted.Add(new Accepted(
                    payment.Card.Token, payment.Amount, payment.At,
                    row is null ? NextOutcome(payment.At) : EndOf(row)));
            yield return new TriedPayment(
                payment.Number, payment.At, payment.Payment, payment.Amount, payment.Decision.Reason, reason,
                row?.State);
        }
    }

    private OfflineFacts? FactsOf(DecidedPayment payment)
    {
        if (DecisionReplay.FactsOf(payment.Decision, payment.Amount, payment.Card, policy) is not { } facts)
            return null;
        var (currency, at) = (payment.Amount.Currency, payment.At);
        var open = _accepted.Where(one => one.Amount.Currency == currency
            && (one.Ended is null || one.Ended > at)).ToList();
        var ofCard = _accepted.Where(one =>
            one.Amount.Currency == currency && one.Token == payment.Card.Token).ToList();
        var windows = PolicyLimits.PerCard(policy, currency).Select(limit => limit.WindowMinutes).Distinct();
        return facts with
        {
            Exposure = new Exposure(Sum(open, currency), open.Count),
            CardUses = [.. windows.Select(minutes => UseWithin(ofCard, minutes, at, currency))],
            LatestOfCard = ofCard.LastOrDefault(
                one => one.At > at.AddMinutes(-policy.SplitSaleMinutes))?.Amount,
            Draw = facts.Draw > 0 ? facts.Draw : DrawOf(payment.Payment),
        };
    }

    private static WindowUse UseWithin(
        List<Accepted> ofCard, int minutes, DateTimeOffset at, Currency currency)
    {
        var within = ofCard.Where(one => one.At > at.AddMinutes(-minutes)).ToList();
        return new WindowUse(minutes, Sum(within, currency), within.Count);
    }

    private static Money Sum(List<Accepted> payments, Currency currency) =>
        payments.Aggregate(Money.Zero(currency), (sum, one) => sum + one.Amount);

    private static DateTimeOffset? EndOf(PaymentRow row) => PaymentTable.IsAtRisk(row) ? null : row.OutcomeAt;

    private DateTimeOffset? NextOutcome(DateTimeOffset at)
    {
        var place = Array.BinarySearch(_outcomes, at);
        var next = place < 0 ? ~place : place;
        return next < _outcomes.Length ? _outcomes[next] : null;
    }

    /// <summary>
    /// Nothing was drawn then; the payment's random id stands in, so that a trial ends the same each time.
    /// </summary>
    private static int DrawOf(Id payment) =>
        1 + (int)(Convert.ToUInt32(payment.ToString()[..8], 16) % RandomSelection.PercentMax);
}
