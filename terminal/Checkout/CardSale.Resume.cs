using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Checkout;

internal sealed partial class CardSale
{
    /// <summary>Of the random selection: the last number that is drawn.</summary>
    private const int DrawnLast = RandomSelection.PercentMax;

    /// <summary>
    /// Goes on with an attempt whose end nobody knows, under its own id. With a line the issuer is asked
    /// again, which is the same question to the back office and has the same answer; without one the policy
    /// decides, where a manager let that pass. A refusal leaves the attempt open.
    /// </summary>
    /// <param name="mayStandIn">A manager said that the shop takes the risk.</param>
    public async Task<SaleResult> Resume(ApprovalOrder order, bool mayStandIn, CancellationToken cancel)
    {
        var attempt = resumed ?? throw new InvalidOperationException("There is no attempt to go on with.");
        var payment = new PaymentFacts(amount, store.PolicyNow(), Known(attempt), order, DrawnLast);
        if (ask is not null && line.Now.IsUp)
        {
            var answer = await AskFor(payment, attempt, ask, cancel);
            if (answer.Kind is LiveAnswerKind.Approved or LiveAnswerKind.Declined
                or LiveAnswerKind.PartApproved)
                return Settle(payment, answer);
        }
        return mayStandIn
            ? StandIn(payment, mayBeCharged: true, isBarred: false)
            : new SaleResult(
                SaleStatus.Unknown,
                ["There is no answer yet, and nothing has changed: try again, or let a manager keep it at "
                    + "the shop's risk."],
                null, _payment);
    }

    /// <summary>
    /// What is still known of the card. What only reading it told (expiry, service code, lists) is not, and
    /// counts as allowed: the card was accepted for the question that had no answer.
    /// </summary>
    private static SealedRead Known(AttemptDraft attempt) => new(
        attempt.Body.Card,
        new CardChecks(
            attempt.Body.Card.Scheme, attempt.Body.Card.Mode, Expired: false, AllowsOffline: true,
            DenyListed: false),
        attempt.SealedCard, []);
}
