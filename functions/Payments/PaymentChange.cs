using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Payments;

/// <summary>The kinds of work that a payment can owe; each is the name of its queue.</summary>
internal static class PaymentWork
{
    public const string Authorise = "authorise-payment";
    public const string Reverse = "reverse-payment";

    public static string IdOf(string terminal, Id payment) => $"{terminal}.{payment}";
}

/// <summary>
/// What a verb decided about a payment, from the row as it is. Pure: nothing is written until it is
/// committed.
/// </summary>
internal sealed record PaymentChange(RecordOutcome Outcome)
{
    /// <summary>The payment as it will be; null when nothing changes.</summary>
    public PaymentRow? Next { get; init; }

    /// <summary>
    /// The work that the payment owes when this is committed; null when none comes with it.
    /// </summary>
    public string? Owes { get; init; }

    /// <summary>When that work can first be done; null for at once.</summary>
    public DateTimeOffset? OwedFrom { get; init; }

    /// <summary>The other content, to be kept for review.</summary>
    public PaymentFacts? Differing { get; init; }

    /// <summary>Rows of the same partition that change with it.</summary>
    public IReadOnlyList<Change> Beside { get; init; } = [];

    public static PaymentChange None(RecordOutcome outcome) => new(outcome);

    public static PaymentChange To(PaymentRow next) => new(RecordOutcome.Recorded) { Next = next };

    /// <summary>To a payment that has to be asked for, or reversed, as its state says.</summary>
    public static PaymentChange ToOwing(PaymentRow next) => To(next) with
    {
        Owes = next.State switch
        {
            PaymentState.Pending or PaymentState.Asked => PaymentWork.Authorise,
            PaymentState.Reversing => PaymentWork.Reverse,
            _ => null,
        },
    };
}
