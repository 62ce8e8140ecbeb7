using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Risk;

/// <summary>A payment that the policy decided, as the journal tells it.</summary>
/// <param name="Number">Of the entry that records the decision.</param>
/// <param name="Policy">The policy that decided; null when the journal no longer has it.</param>
internal sealed record DecidedPayment(
    long Number, DateTimeOffset At, Id Payment, Money Amount, CardFacts Card, Decision Decision,
    OfflinePolicy? Policy)
{
    private const int Page = 500;

    /// <summary>
    /// All of the current epoch that are still here, in order. Entries that cannot be read are left out.
    /// </summary>
    public static IEnumerable<DecidedPayment> All(TerminalStore store)
    {
        var policies = new Dictionary<long, OfflinePolicy>();
        var from = 1L;
        while (from <= store.LastNumber && store.Entries(from, Page) is [.., var last] lines)
        {
            from = last.Number + 1;
            foreach (var line in lines)
            {
                if (line.Entry is not { } entry)
                    continue;
                if (entry.Body is PolicyApplied applied)
                    policies[applied.Policy.Version] = applied.Policy;
                foreach (var (payment, amount, card, decision) in Of(entry.Body))
                    yield return new DecidedPayment(
                        line.Number, entry.Header.At, payment, amount, card, decision,
                        policies.GetValueOrDefault(decision.PolicyVersion));
            }
        }
    }

    private static IEnumerable<(Id Payment, Money Amount, CardFacts Card, Decision Decision)> Of(
        EntryBody body)
    {
        if (body is PaymentFailed { Decision: { } refusal, Card: { } refused } failed)
            yield return (failed.Payment, failed.Amount, refused, refusal);
        if (body is not SaleCompleted sale)
            yield break;
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { Decision: { } decision } card)
                yield return (card.Payment, tender.Amount, card.Card, decision);
    }
}
