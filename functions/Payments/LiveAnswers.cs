using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// What a terminal is told about a payment that is known: by its state, with a sentence for the cashier.
/// </summary>
internal static class LiveAnswers
{
    public static AuthoriseAnswer Of(PaymentRow payment)
    {
        var (result, sentence) = payment.State switch
        {
            PaymentState.Approved or PaymentState.Batched or PaymentState.Settled
                when payment.Facts is { Requested: { } whole, Amount: var part } =>
                (AuthoriseResult.PartApproved, $"The card pays {part} of {whole}; {whole - part} are left."),
            PaymentState.Approved or PaymentState.Batched or PaymentState.Settled =>
                (AuthoriseResult.Approved, "Approved."),
            PaymentState.Declined => (AuthoriseResult.Declined, Declined(payment)),
            PaymentState.Reversing or PaymentState.Reversed when payment.PartOnly =>
                (AuthoriseResult.Declined, TooLittle(payment)),
            PaymentState.Reversing or PaymentState.Reversed =>
                (AuthoriseResult.Declined, "This payment was taken back; nothing stays charged."),
            PaymentState.Voided or PaymentState.Abandoned =>
                (AuthoriseResult.NotAsked, "This payment was given up before it was asked for."),
            PaymentState.Expired => (AuthoriseResult.NotAsked, "This payment is too old to be asked for."),
            PaymentState.Pending =>
                (AuthoriseResult.Unknown, "This payment was accepted offline; its answer comes later."),
            PaymentState.Asked => (AuthoriseResult.Unknown, "The card issuer has not answered yet."),
            _ => (AuthoriseResult.Unknown, "What became of this payment is not known yet."),
        };
        return new AuthoriseAnswer(
            payment.Payment, result, payment.Answer?.ResponseCode, payment.Answer?.AuthorisationCode,
            payment.Asked?.RetrievalReference, sentence)
        {
            Approved = result == AuthoriseResult.PartApproved ? payment.Facts!.Amount : null,
        };
    }

    private static string TooLittle(PaymentRow payment) => payment.Answer?.AvailableMinor is { } minor
        ? $"The card has only {new Money(minor, payment.Facts!.Amount.Currency)}; nothing stays charged."
        : "The card has less than that; nothing stays charged.";

    private static string Declined(PaymentRow payment) => payment.Answer is { } answer
        ? $"Declined by the card issuer (code {answer.ResponseCode})."
        : "Declined by the card issuer.";
}
