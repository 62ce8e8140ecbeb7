using CloudPos.Functions.Acquiring;

namespace CloudPos.Functions.Payments;

/// <summary>What the acquirer's messages do to a payment: pure functions of its row.</summary>
internal static class AnswerDecisions
{
    public const string RefundDeclined = "the refund was declined: give the money back another way";

    public const string Contradiction = "the acquirer has answered twice, and not the same";

    /// <summary>The STAN, RRN and time of a first request, or one more beginning of the same.</summary>
    /// <param name="first">Used when nothing was asked before; its Count is 1.</param>
    /// <param name="until">When this beginning ends.</param>
    public static PaymentRow Begin(
        PaymentRow row, AskedRequest first, DateTimeOffset until, DateTimeOffset now)
    {
        if (row.Asked is { } asked)
            return row with { Asked = asked with { Until = until, Count = asked.Count + 1 } };
        var why = first.IsDeferred ? "asked, deferred" : "asked";
        return row.Advance(PaymentState.Asked, now, why, PaymentEvent.BackOffice) with { Asked = first };
    }

    /// <summary>
    /// The first answer decides; the same again changes nothing, another one is for a person to see.
    /// </summary>
    /// <param name="reference">Number and expiry resealed; null where the card cannot be opened any
    /// more.</param>
    public static PaymentChange Answer(
        PaymentRow? row, CardAnswer answer, ResponseCodes codes, byte[]? reference,
        DateTimeOffset referenceUntil,
        DateTimeOffset now)
    {
        if (row?.Asked is not { } asked || asked.Stan != answer.Stan
            || (answer.RetrievalReference ?? asked.RetrievalReference) != asked.RetrievalReference)
            return PaymentChange.None(RecordOutcome.Refused("no request of this payment has that number"));
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var meaning = MeaningOf(row, answer, codes);
        var told = new PaymentAnswer(
            answer.ResponseCode, meaning, answer.AuthorisationCode,
            answer.SettlementDate(today) ?? today, now)
        {
            AvailableMinor = meaning == CodeMeaning.Partial ? PartOf(row, answer)?.Minor : null,
        };

        if (row.Answer is { } before)
            return meaning == CodeMeaning.Unresolved || before.SaysTheSameAs(told)
                ? PaymentChange.None(RecordOutcome.AlreadyRecorded)
                : Contradicts(row, answer, now);
        if (meaning == CodeMeaning.Unresolved)
            return PaymentChange.To(
                row.Note(now, $"answered {answer.ResponseCode}, which tells nothing", PaymentEvent.Acquirer));

        var kept = row with
        {
            Answer = told, Reference = reference ?? row.Reference, Held = null,
            ReferenceUntil = reference is null ? row.ReferenceUntil : referenceUntil,
        };
        // While it is being reversed, or has been, its answer is worth knowing and changes nothing.
        if (row.State != PaymentState.Asked)
            return PaymentChange.To(
                kept.WithoutSpentCard().Note(
                    now, $"answered {answer.ResponseCode} meanwhile", PaymentEvent.Acquirer));
        return Decide(kept, answer, meaning, now);
    }

    /// <summary>The reversal's own request, first or again.</summary>
    public static PaymentRow BeginReversal(PaymentRow row, PaymentReversal first, DateTimeOffset until) =>
        row with
    {
        Reversal = row.Reversal is { } reversal
            ? reversal with { Until = until, Count = reversal.Count + 1 }
            : first,
    };

    /// <summary>The answer to a reversal.</summary>
    public static PaymentChange Reversed(
        PaymentRow? row, CardAnswer answer, AcquirerProfile profile, DateTimeOffset now)
    {
        if (row?.Reversal is not { } reversal || reversal.Stan != answer.Stan)
            return PaymentChange.None(RecordOutcome.Refused("no reversal of this payment has that number"));
        if (row.State != PaymentState.Reversing)
            return PaymentChange.None(RecordOutcome.AlreadyRecorded);
        var date = answer.SettlementDate(DateOnly.FromDateTime(now.UtcDateTime));
        var told = row with
        {
            Reversal = reversal with
            {
                ResponseCode = answer.ResponseCode, SettlementDate = date,
                FoundMoney = profile.Codes.MeaningOf(answer.ResponseCode) == CodeMeaning.Approved,
            },
        };
        if (profile.ReversalDone.Contains(answer.ResponseCode))
            return PaymentChange.To(told.Advance(
                PaymentState.Reversed, now, $"reversal answered {answer.ResponseCode}", PaymentEvent.Acquirer)
                with { Held = told is { IsRefund: true, PartOnly: true } ? RefundDeclined : null });
        return reversal.ResponseCode == answer.ResponseCode
            ? PaymentChange.None(RecordOutcome.AlreadyRecorded)
            : PaymentChange.To(
                (told with { Held = $"its reversal is answered {answer.ResponseCode}" }).Note(
                    now, $"reversal answered {answer.ResponseCode}, asked again", PaymentEvent.Acquirer));
    }

    private static CodeMeaning MeaningOf(PaymentRow row, CardAnswer answer, ResponseCodes codes)
    {
        var meaning = codes.MeaningOf(answer.ResponseCode);
        // An approval of another amount is partial whatever its code says.
        return meaning == CodeMeaning.Approved && answer.AmountMinor is { } minor
            && minor != row.Facts?.AskedFor.Minor
            ? CodeMeaning.Partial
            : meaning;
    }

    /// <summary>Null where the acquirer did not tell a figure that could be a part.</summary>
    private static Money? PartOf(PaymentRow row, CardAnswer answer) =>
        row.Facts?.AskedFor is { } whole && answer.AmountMinor is { } minor && minor > 0
        && minor < whole.Minor
            ? new Money(minor, whole.Currency)
            : null;

    private static PaymentChange Decide(
        PaymentRow kept, CardAnswer answer, CodeMeaning meaning, DateTimeOffset now)
    {
        var why = $"answered {answer.ResponseCode}";
        switch (meaning)
        {
            case CodeMeaning.Approved:
                return PaymentChange.To(kept.Advance(PaymentState.Approved, now, why, PaymentEvent.Acquirer));
            // The sale is still open at the terminal, which asks another tender for the rest.
            case CodeMeaning.Partial when kept is { Asked.TakesPart: true, Accepted: null, IsRefund: false }
                && PartOf(kept, answer) is { } part:
                var whole = kept.Facts!.AskedFor;
                return PaymentChange.To(
                    (kept with { Facts = kept.Facts with { Amount = part, Requested = whole } }).Advance(
                        PaymentState.Approved, now, $"{why} for {part} of {whole}", PaymentEvent.Acquirer));
            case CodeMeaning.Partial:
                var held = kept.IsRefund ? RefundDeclined : null;
                return PaymentChange.ToOwing((kept with { PartOnly = true, Held = held }).Advance(
                    PaymentState.Reversing, now, $"{why} for {PartOf(kept, answer)?.ToString() ?? "a part"}",
                    PaymentEvent.Acquirer));
            // A refund is declined by the card's issuer, not for what its holder did: a person pays it out.
            case CodeMeaning.DeclinedForNow or CodeMeaning.DeclinedForGood or CodeMeaning.DeclinedAndDenied
                when kept.IsRefund:
                return PaymentChange.To(
                    kept.Advance(PaymentState.Declined, now, why, PaymentEvent.Acquirer)
                        with { Held = RefundDeclined });
            // A card that a customer typed and that brought nothing is not kept for a day.
            case CodeMeaning.DeclinedForNow or CodeMeaning.DeclinedForGood
                when kept.Origin?.Kind == OriginKind.Link:
                return PaymentChange.To(
                    kept.Advance(PaymentState.Declined, now, why, PaymentEvent.Acquirer)
                        with { Reference = null, ReferenceUntil = null });
            case CodeMeaning.DeclinedForNow or CodeMeaning.DeclinedForGood:
                return PaymentChange.To(kept.Advance(PaymentState.Declined, now, why, PaymentEvent.Acquirer));
            case CodeMeaning.DeclinedAndDenied:
                // Owed anew, since the deny list lies in another partition.
                return PaymentChange.To(
                    kept.Advance(PaymentState.Declined, now, why, PaymentEvent.Acquirer)
                        with
                        {
                            DenyOwed = kept.Reference is not null,
                            // Kept for the deny list alone; the next purge takes it.
                            ReferenceUntil = kept.Origin?.Kind == OriginKind.Link ? now : kept.ReferenceUntil,
                        }) with { Owes = PaymentWork.Authorise };
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(meaning), meaning, "Not the meaning of an answer.");
        }
    }

    private static PaymentChange Contradicts(PaymentRow row, CardAnswer answer, DateTimeOffset now)
    {
        if (row.Held == Contradiction)
            return PaymentChange.None(RecordOutcome.AlreadyRecorded);
        var next = row with { Held = Contradiction };
        return new(RecordOutcome.Refused(Contradiction))
        {
            Next = next.Note(now, $"answered {answer.ResponseCode} as well", PaymentEvent.Acquirer),
        };
    }
}
