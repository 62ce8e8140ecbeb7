using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Risk;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// One sale's card payment, from the tap to the entry that ends it. The payment's id is made once; whatever
/// happens to the line, the card is charged under that id or not at all.
/// </summary>
/// <param name="amount">What the card pays, the tip included: asked for, decided on and at risk as a whole.
/// </param>
internal sealed partial class CardSale(
    TerminalStore store,
    LineState line,
    AskIssuer? ask,
    Lock deciding,
    Enrolment enrolment,
    SaleDraft draft,
    Money amount,
    Money? tip = null,
    bool isPart = false,
    AttemptDraft? resumed = null)
{
    /// <summary>Bounds of the policy's time-out: nobody waits for ever, nor asks without a chance.</summary>
    private const int AskMillisecondsMin = 250;

    private const int AskMillisecondsMax = 30_000;
    private readonly Id _payment = resumed?.Body.Payment ?? Id.New();

    public async Task<SaleResult> Pay(CardSource source, ApprovalOrder order, CancellationToken cancel)
    {
        var policy = store.PolicyNow();
        // Entries and seals know milliseconds; both must name the same one.
        var at = DateTimeOffset.FromUnixTimeMilliseconds(store.Now.ToUnixTimeMilliseconds());
        var today = DateOnly.FromDateTime(at.ToOffset(store.BusinessDateAt(at).Offset).DateTime);
        var read = ScriptedReader.Read(source, new Purchase(amount, today));
        if (!read.IsRead)
            return SaleResult.BadInput(read.Fault);
        var card = CardSealer.Seal(read.Card, new SealOrder(
            enrolment, _payment, amount, at, today, CardSealer.KeyAt(store.Keys, at), store.VelocityKeys,
            store.DenyList, policy, store.Seals, store.TokenOf));
        var payment = new PaymentFacts(amount, policy, card, order, BiasedSelection.Draw());
        var attempt = card.Sealed is null ? null : Attempt(card, card.Sealed, at, online: false);
        if (attempt is null || ask is null || !line.Now.IsUp
            || order.Behaviour == ApprovalBehaviour.ForceOffline)
            return DecideAtOnce(payment, attempt);
        if (IsOfflineFirst(payment) && TryAcceptFirst(payment, attempt) is { } accepted)
            return accepted;
        return await Ask(payment, attempt with { Body = attempt.Body with { Online = true } }, ask, cancel);
    }

    /// <summary>So small that speed is worth more than the issuer's word.</summary>
    private bool IsOfflineFirst(PaymentFacts payment) =>
        payment.Order.Behaviour == ApprovalBehaviour.PreferOnline
        && (payment.Policy.OfflineFirstBelow ?? []).Any(
            limit => limit.Currency == amount.Currency && amount < limit);

    /// <summary>
    /// Accepts what the policy would accept, unless it is drawn for the issuer; null when the issuer is to be
    /// asked, whatever the reason: he may say yes where the policy cannot.
    /// </summary>
    private SaleResult? TryAcceptFirst(PaymentFacts payment, AttemptDraft attempt)
    {
        lock (deciding)
        {
            var facts = OfflineFactsGatherer.Gather(store, payment, isBarred: false);
            var decision = OfflineDecision.Decide(facts);
            return decision.IsAccepted && !BiasedSelection.IsSelected(facts)
                ? Accept(payment, attempt, decision)
                : null;
        }
    }

    private SaleResult Accept(PaymentFacts payment, AttemptDraft attempt, Decision decision)
    {
        if (IsSecondOffline)
            return Second(Fail(payment.Card, null, Counted(decision)));
        if (isPart)
        {
            var recorded = store.RecordAttempt(attempt);
            return recorded.IsStored
                ? SaleResult.PartPaid(TenderOf(DeferredBy(payment.Card, decision)), decision)
                : SaleResult.NotStored(recorded);
        }
        var outcome = store.CompleteSale(Deferred(payment.Card, decision), attempt);
        return outcome.IsStored
            ? SaleResult.Completed(outcome.Entry, _payment, decision, OfflineWarning.Of(store))
            : SaleResult.NotStored(outcome);
    }

    private AttemptDraft Attempt(SealedRead card, Attachment envelope, DateTimeOffset at, bool online) => new(
        new PaymentAttempted(_payment, draft.Sale, amount, card.Facts, envelope.Digest, online) { Tip = tip },
        at, envelope, card.Tags);

    /// <summary>Nobody is asked: attempt and sale become durable together, or the refusal alone.</summary>
    private SaleResult DecideAtOnce(PaymentFacts payment, AttemptDraft? attempt)
    {
        lock (deciding)
        {
            var decision = Decide(payment, isBarred: false);
            return decision.IsAccepted
                ? Accept(payment, attempt!, decision)
                : Fail(payment.Card, null, decision);
        }
    }

    /// <summary>The attempt is durable before the first byte leaves; from then on it needs an end.</summary>
    private async Task<SaleResult> Ask(
        PaymentFacts payment, AttemptDraft attempt, AskIssuer asking, CancellationToken cancel)
    {
        var recorded = store.RecordAttempt(attempt);
        return recorded.IsStored
            ? Settle(payment, await AskFor(payment, attempt, asking, cancel))
            : SaleResult.NotStored(recorded);
    }

    private async Task<LiveAnswer> AskFor(
        PaymentFacts payment, AttemptDraft attempt, AskIssuer asking, CancellationToken cancel)
    {
        var request = new AuthoriseRequest(
            _payment, draft.Sale, amount, attempt.At, payment.Card.Facts,
            Convert.ToBase64String(attempt.SealedCard.Content.Span),
            Convert.ToBase64String(attempt.SealedCard.Salt.Span), attempt.SealedCard.Digest)
        {
            TakesPart = true,
        };
        var timeout = TimeSpan.FromMilliseconds(Math.Clamp(
            payment.Policy.OnlineTimeoutMilliseconds, AskMillisecondsMin, AskMillisecondsMax));
        var reply = await asking(request, timeout, cancel);
        return LiveAnswer.Of(reply, _payment);
    }

    private SaleResult Settle(PaymentFacts payment, LiveAnswer live) => live.Kind switch
    {
        LiveAnswerKind.Approved => Approve(payment.Card, live.Answer!),
        LiveAnswerKind.PartApproved => ApprovePart(payment, live.Answer!),
        LiveAnswerKind.Declined => Fail(payment.Card, live.Answer, null),
        LiveAnswerKind.NotAsked => StandIn(payment, mayBeCharged: false, isBarred: false),
        LiveAnswerKind.Barred => StandIn(payment, mayBeCharged: false, isBarred: true),
        LiveAnswerKind.Unknown => StandIn(payment, mayBeCharged: true, isBarred: false),
        _ => throw new InvalidOperationException($"{live.Kind} is no answer."),
    };

    private SaleResult Approve(SealedRead card, AuthoriseAnswer answer)
    {
        var paid = new CardPayment(
            _payment, Approval.Online, card.Facts, answer.AuthorisationCode, answer.RetrievalReference, null);
        if (isPart)
            return SaleResult.PartPaid(TenderOf(paid));
        var outcome = store.CompleteSale(With(paid));
        return outcome.IsStored ? SaleResult.Completed(outcome.Entry, _payment)
            : outcome.Status == WriteStatus.OutcomeKnown ? Overtaken(outcome)
            : SaleResult.Unknown(_payment, outcome);
    }

    /// <summary>
    /// The terminal answers in the issuer's place, under the same id: if the first try was heard after all,
    /// its answer is the outcome. Where the policy says no and a charge is possible, the attempt is given up
    /// and the back office undoes it.
    /// </summary>
    private SaleResult StandIn(PaymentFacts payment, bool mayBeCharged, bool isBarred)
    {
        lock (deciding)
        {
            var decision = Decide(payment, isBarred);
            if (!decision.IsAccepted)
                return resumed is not null ? SaleResult.Refused(_payment, decision)
                    : mayBeCharged ? Abandon(decision) : Fail(payment.Card, null, decision);
            if (IsSecondOffline)
                return Second(resumed is not null ? SaleResult.Refused(_payment, Counted(decision))
                    : mayBeCharged ? Abandon(Counted(decision))
                    : Fail(payment.Card, null, Counted(decision)));
            if (isPart)
                return SaleResult.PartPaid(TenderOf(DeferredBy(payment.Card, decision)), decision);
            var outcome = store.CompleteSale(Deferred(payment.Card, decision));
            if (outcome.IsStored)
                return SaleResult.Completed(outcome.Entry, _payment, decision, OfflineWarning.Of(store));
            if (outcome.Status == WriteStatus.OutcomeKnown)
                return Overtaken(outcome);
            return mayBeCharged ? SaleResult.Unknown(_payment, outcome) : SaleResult.NotStored(outcome);
        }
    }

    /// <summary>
    /// While this sale waited, the feed brought the payment's final state from the back office, and it was no
    /// approval.
    /// </summary>
    private SaleResult Overtaken(WriteOutcome overtaken)
    {
        var ended = store.AbandonPayment(_payment, overtaken.Sentence);
        if (!ended.IsStored)
            return SaleResult.Unknown(_payment, ended);
        var code = store.FindPayment(_payment)?.ResponseCode;
        string[] sentences = [overtaken.Sentence, "Nothing was sold; ask for another card."];
        return new SaleResult(SaleStatus.Declined, sentences, null, _payment, code);
    }

    private SaleResult Abandon(Decision decision)
    {
        var reason = $"No answer from the issuer, and not accepted offline: {decision.Reason}.";
        var outcome = store.AbandonPayment(_payment, reason);
        return outcome.IsStored
            ? SaleResult.Refused(_payment, decision)
            : SaleResult.Unknown(_payment, outcome) with { Decision = decision };
    }

    /// <summary>
    /// The issuer declined (an answer), or the policy refused and nobody was asked (a decision). Either way
    /// nothing was charged; if it cannot be written down, an attempt stays open that may be given up.
    /// </summary>
    private SaleResult Fail(SealedRead card, AuthoriseAnswer? answer, Decision? decision)
    {
        var outcome = store.FailPayment(new PaymentFailed(
            _payment, draft.Sale, amount, card.Facts, answer?.ResponseCode, decision));
        var result = decision is not null
            ? SaleResult.Refused(_payment, decision)
            : SaleResult.Declined(_payment, answer!);
        var unwritten = $"It was not written down: {outcome.Sentence}";
        return outcome.IsStored ? result : result with { Sentences = [.. result.Sentences, unwritten] };
    }

    private Decision Decide(PaymentFacts payment, bool isBarred) => OfflineDecision.Decide(
        OfflineFactsGatherer.Gather(store, payment, isBarred));

    private SaleDraft Deferred(SealedRead card, Decision decision) =>
        With(DeferredBy(card, decision));

    private CardPayment DeferredBy(SealedRead card, Decision decision) =>
        new(_payment, Approval.Deferred, card.Facts, null, null, decision);

    private Tender TenderOf(CardPayment payment) =>
        new(TenderKind.Card, amount, amount, payment) { Tip = tip };

    /// <summary>
    /// Of the cards of one sale only one is accepted offline: the exposure counts a payment from its sale's
    /// completion, so a second one would be decided on figures that lack the first.
    /// </summary>
    private bool IsSecondOffline =>
        draft.Tenders.Any(tender => tender.Payment?.Approval == Approval.Deferred);

    private static Decision Counted(Decision accepted) =>
        accepted with { Reason = DecisionReason.CardCountReached };

    /// <summary>What to do instead. What could not be written down is said as it is.</summary>
    private static SaleResult Second(SaleResult ended) => ended.Status != SaleStatus.Refused
        ? ended
        : ended with
        {
            Sentences = ["Another card of this sale was accepted offline; take the rest in cash."],
        };

    private SaleDraft With(CardPayment payment) => draft with
    {
        Tenders = [.. draft.Tenders, TenderOf(payment)],
    };
}
