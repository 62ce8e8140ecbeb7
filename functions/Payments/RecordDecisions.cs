using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Payments;

/// <summary>
/// What the entries of a journal do to a payment, from its row as it is: pure functions, so that every pair
/// of state and entry can be tried. Each is idempotent: told again, it finds its effect there.
/// </summary>
internal static class RecordDecisions
{
    public const string NoCard = "its sealed card has not arrived";
    public const string WrongCard = "its sealed card does not match the digest in its entry";
    public const string UnknownApproval = "approved online at the terminal, but no request is known here";

    /// <summary>Why an entry on a payment in a batch is refused.</summary>
    public const string InBatch = "it is in a clearing batch: refund it";

    /// <summary>The attempt: id, amount and sealed card are known from here on.</summary>
    public static PaymentChange Attempt(
        PaymentRow? row, string terminal, Id payment, PaymentFacts facts, StoredAttachment? card,
        DateTimeOffset now)
    {
        if (facts.Amount.Minor <= 0)
            return PaymentChange.None(RecordOutcome.Refused("amount: a payment is above zero"));
        if (row?.Facts?.DifferenceTo(facts) is { } field)
            return Differs(row, facts, field);

        // The card moves to the payment, or goes where nothing remains to be asked with it. So there is one
        // copy of it, and whoever drops that one has dropped the card.
        var known = row ?? New(terminal, payment);
        var next = known.State == PaymentState.None
            ? known.Advance(PaymentState.Attempted, now, "attempted", PaymentEvent.Terminal)
            : known;
        var fits = card is not null && card.Content.Digest == facts.SealedDigest;
        if (next.NeedsSealed && next.Sealed is null && fits)
            next = next with { Sealed = card!.Content.Content.ToArray(), Held = null };
        else if (next.NeedsSealed && next.Sealed is null && card is not null)
            next = next with { Held = WrongCard };
        if (next.Facts?.SealedDigest is null)
            next = next with { Facts = facts };
        IReadOnlyList<Change> beside =
            card is null ? [] : [Change.Delete(terminal, card.Key, card.ETag)];
        if (ReferenceEquals(next, row) && beside.Count == 0)
            return PaymentChange.None(RecordOutcome.AlreadyRecorded);
        // A sale that was accepted before its card arrived can be asked for from now on.
        var canBeAsked = next.State == PaymentState.Pending && row?.Sealed is null && next.Sealed is not null;
        return (canBeAsked ? PaymentChange.ToOwing(next) : PaymentChange.To(next)) with { Beside = beside };
    }

    /// <summary>The sale that the payment paid for is complete.</summary>
    public static PaymentChange Accept(
        PaymentRow? row, string terminal, Id payment, PaymentFacts facts, AcceptedSale sale,
        DateTimeOffset now)
    {
        if (sale.Approval is not (Approval.Online or Approval.Deferred))
            return PaymentChange.None(RecordOutcome.Refused($"approval: {sale.Approval} is not taken"));
        if (row?.Facts?.DifferenceTo(facts) is { } field)
            return Differs(row, facts, field);
        if (row?.Accepted is { } before)
            return before.DifferenceTo(sale) is { } other
                ? Differs(row, facts, other)
                : PaymentChange.None(RecordOutcome.AlreadyRecorded);

        if (row?.Facts?.Requested is { } whole && facts.Amount == whole)
            return AcceptWhole(row, facts, whole, sale, now);
        var known = row ?? New(terminal, payment);
        known = known with { Facts = known.Facts ?? facts, Accepted = sale };
        return (known.State, sale.Approval) switch
        {
            (PaymentState.None or PaymentState.Attempted, Approval.Deferred) => PaymentChange.ToOwing(
                known.Advance(PaymentState.Pending, now, "accepted offline", PaymentEvent.Terminal)),
            // Whoever asked for it was not this back office, or one that has forgotten it: asking again could
            // charge the card twice, so a person decides.
            (PaymentState.None, _) => PaymentChange.To(
                known.Advance(PaymentState.Attempted, now, "its sale came before it", PaymentEvent.Terminal)
                    with { Held = UnknownApproval }),
            (PaymentState.Attempted, _) => PaymentChange.To(known with { Held = UnknownApproval }),
            _ => PaymentChange.To(known.Note(now, $"sale complete, {sale.Approval}", PaymentEvent.Terminal)),
        };
    }

    /// <summary>
    /// The terminal had no answer and stood in for the whole amount, of which the issuer approved a part: the
    /// part goes back, and the payment is lost.
    /// </summary>
    private static PaymentChange AcceptWhole(
        PaymentRow row, PaymentFacts facts, Money whole, AcceptedSale sale, DateTimeOffset now)
    {
        if (sale.Approval != Approval.Deferred || row.State != PaymentState.Approved)
            return Differs(row, facts, "amount");
        var known = row with
        {
            Accepted = sale, PartOnly = true, Facts = row.Facts! with { Amount = whole, Requested = null },
        };
        return PaymentChange.ToOwing(known.Advance(
            PaymentState.Reversing, now, $"accepted offline for {whole}, approved for a part of it",
            PaymentEvent.Terminal));
    }

    /// <summary>
    /// The payment was not accepted: declined by the issuer, or refused by the offline policy.
    /// </summary>
    /// <param name="responseCode">Field 39 as the terminal was told it; null when the policy refused.</param>
    public static PaymentChange Fail(
        PaymentRow? row, string terminal, Id payment, PaymentFacts facts, string? responseCode,
        DateTimeOffset now)
    {
        if (row?.Facts is { } first && first.DifferenceTo(facts with { SealedDigest = null }) is { } field)
            return Differs(row, facts, field);
        var known = row ?? New(terminal, payment);
        known = known with { Facts = known.Facts ?? facts };
        switch (known.State)
        {
            case PaymentState.None or PaymentState.Attempted when responseCode is null:
                return PaymentChange.To(
                    known.Advance(PaymentState.Abandoned, now, "refused offline", PaymentEvent.Terminal));
            case PaymentState.None:
                return Fail(
                    known.Advance(PaymentState.Attempted, now, "attempted", PaymentEvent.Terminal),
                    terminal, payment, facts, responseCode, now);
            case PaymentState.Attempted:
                return PaymentChange.To(known.Advance(
                    PaymentState.Declined, now, $"the terminal was told {responseCode}",
                    PaymentEvent.Terminal));
            case PaymentState.Pending:
                return PaymentChange.None(RecordOutcome.Refused("it was accepted before"));
            default:
                return Undo(known, PaymentState.Abandoned, "not accepted at the terminal", now);
        }
    }

    /// <summary>
    /// The attempt was given up; whatever became of it is undone. A payment not known yet leaves a mark.
    /// </summary>
    public static PaymentChange Abandon(
        PaymentRow? row, string terminal, Id payment, Money amount, string reason, DateTimeOffset now)
    {
        if (row?.Facts is { } facts && facts.Amount != amount && facts.Requested != amount)
            return Differs(row, facts with { Amount = amount }, "amount");
        return Undo(row ?? New(terminal, payment), PaymentState.Abandoned, $"abandoned: {reason}", now);
    }

    /// <summary>The sale was taken back. A payment not known yet leaves a mark.</summary>
    public static PaymentChange Void(
        PaymentRow? row, string terminal, Id payment, string receiptNumber, DateTimeOffset now) =>
        Undo(row ?? New(terminal, payment), PaymentState.Voided, $"sale {receiptNumber} voided", now);

    /// <summary>
    /// The sale of a lost payment was voided: its goods are back, so it is no loss. Its state stays.
    /// </summary>
    public static PaymentChange TakeBack(PaymentRow? row, string receiptNumber, DateTimeOffset now) =>
        row is { State: PaymentState.Declined or PaymentState.Expired, Accepted: not null, TakenBack: false }
            ? PaymentChange.To((row with { TakenBack = true }).Note(
                now, $"sale {receiptNumber} voided", PaymentEvent.Terminal))
            : PaymentChange.None(RecordOutcome.AlreadyRecorded);

    /// <summary>A part of a payment, or all of it, is given back: a payment of its own.</summary>
    /// <param name="original">The payment that took the money.</param>
    /// <param name="givenAt">Another terminal than the one that sold; null for that one.</param>
    /// <param name="reference">Its card, sealed for the refund; null when it is not kept any more.</param>
    public static PaymentChange Refund(
        PaymentRow? row, PaymentRow original, Id refund, string? givenAt, PaymentFacts facts,
        AcceptedSale sale, Func<PaymentRow, byte[]?> reference, DateTimeOffset until, DateTimeOffset now)
    {
        if (row is not null)
            return row.Origin?.Payment != original.Payment ? Differs(row, facts, "payment")
                : row.Facts?.DifferenceTo(facts) is { } field ? Differs(row, facts, field)
                : PaymentChange.None(RecordOutcome.AlreadyRecorded);
        var next = new PaymentRow
        {
            Terminal = original.Terminal, Payment = refund, Facts = facts, Accepted = sale,
            Origin = new PaymentOrigin(OriginKind.Refund, original.Payment, 0)
            {
                Acquirer = original.Asked?.Acquirer, GivenAt = givenAt,
            },
        };
        next = next with { Reference = reference(next), ReferenceUntil = until };
        return PaymentChange.ToOwing(next.Advance(
            PaymentState.Pending, now, $"gives back of {original.Payment}", PaymentEvent.Terminal));
    }

    private static PaymentChange Undo(PaymentRow row, PaymentState unasked, string why, DateTimeOffset now) =>
        row.State switch
        {
            PaymentState.None or PaymentState.Attempted => PaymentChange.To(
                row.Advance(unasked, now, why, PaymentEvent.Terminal) with { Held = null }),
            // Accepted, so there was a sale: a pending payment is voided, whichever entry takes it back.
            PaymentState.Pending => PaymentChange.To(
                row.Advance(PaymentState.Voided, now, why, PaymentEvent.Terminal) with { Held = null }),
            PaymentState.Asked or PaymentState.Approved => PaymentChange.ToOwing(
                row.Advance(PaymentState.Reversing, now, why, PaymentEvent.Terminal)),
            PaymentState.Declined or PaymentState.Expired or PaymentState.Voided or PaymentState.Reversing
                or PaymentState.Reversed or PaymentState.Abandoned =>
                PaymentChange.None(RecordOutcome.AlreadyRecorded),
            PaymentState.Batched or PaymentState.Settled =>
                PaymentChange.None(RecordOutcome.Refused(InBatch)),
            _ => throw new InvalidOperationException($"A payment in state {row.State} is not known here."),
        };

    private static PaymentRow New(string terminal, Id payment) =>
        new() { Terminal = terminal, Payment = payment };

    private static PaymentChange Differs(PaymentRow row, PaymentFacts other, string field) =>
        new(RecordOutcome.Differs(field)) { Next = row, Differing = other };
}
