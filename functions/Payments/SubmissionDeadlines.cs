using CloudPos.Cards;

namespace CloudPos.Functions.Payments;

/// <summary>
/// How long after its sale a deferred payment may still be submitted, per scheme. Before it the payment is
/// shown with its deadline; behind it, it expires and is a loss that people see. Only what was never asked
/// for can expire: an unknown answer is asked for until it is known. Immutable.
/// </summary>
internal sealed record SubmissionDeadlines
{
    public TimeSpan Usual { get; init; } = TimeSpan.FromHours(72);

    /// <summary>Schemes with a time of their own.</summary>
    public IReadOnlyDictionary<Scheme, TimeSpan> Others { get; init; } = new Dictionary<Scheme, TimeSpan>();

    /// <summary>Null for a payment that is not waiting to be submitted, or is no terminal's.</summary>
    public DateTimeOffset? Of(PaymentRow payment) =>
        payment is { State: PaymentState.Pending, Facts: { } facts, Origin: null }
            ? facts.AttemptAt + (Others.TryGetValue(facts.Scheme, out var own) ? own : Usual)
            : null;

    public bool IsPast(PaymentRow payment, DateTimeOffset now) => Of(payment) < now;
}
