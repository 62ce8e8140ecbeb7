using CloudPos.Functions.Receipts;

namespace CloudPos.Functions.Settlement;

/// <summary>How a payment differs between the two sides. Numbers are stored and never reused.</summary>
internal enum DifferenceKind
{
    /// <summary>We claim it, and the acquirer does not list it.</summary>
    OursOnly = 1,

    /// <summary>The acquirer lists it, and we do not claim it.</summary>
    TheirsOnly = 2,

    Amount = 3,

    /// <summary>Both have it, on different settlement dates.</summary>
    Date = 4,

    /// <summary>The acquirer lists it more than once.</summary>
    Twice = 5,
}

/// <summary>One payment that the two sides do not agree on.</summary>
/// <param name="Payment">Null where it is not known here.</param>
/// <param name="OursMinor">Null where we do not claim it on this date.</param>
/// <param name="TheirsMinor">Null where it is not listed on this date.</param>
/// <param name="What">A sentence for people.</param>
internal sealed record PaymentDifference(
    DifferenceKind Kind, ListedKind Of, Id? Payment, string Terminal, string RetrievalReference,
    long? OursMinor, long? TheirsMinor, string What);

/// <summary>What we claim of a cycle, one line for each capture and reversal.</summary>
internal sealed record ClaimedLine(Id Payment, ListedLine Line);

/// <summary>
/// Compares what we claim of a settlement cycle with the acquirer's listing, payment by payment. A payment
/// is the same on both sides when terminal, retrieval reference and kind are. Pure.
/// </summary>
internal static class Comparison
{
    /// <param name="claimed">Of the cycle.</param>
    /// <param name="listed">
    /// Of the cycle's currency; lines of other dates tell of payments that moved.
    /// </param>
    /// <param name="elsewhere">
    /// What is known of a payment that is listed and not claimed: its id, and where it stands.
    /// </param>
    public static IReadOnlyList<PaymentDifference> Of(
        Cycle cycle, IReadOnlyList<ClaimedLine> claimed, IReadOnlyList<ListedLine> listed,
        Func<ListedLine, (Id? Payment, DateOnly? ClaimedOn, string Where)> elsewhere)
    {
        var theirs = listed.Where(line => line.Amount.Currency == cycle.Currency)
            .GroupBy(KeyOf).ToDictionary(same => same.Key, same => same.ToList());
        var found = new List<PaymentDifference>();
        foreach (var (payment, ours) in claimed)
        {
            if (!theirs.Remove(KeyOf(ours), out var same))
                found.Add(Name(DifferenceKind.OursOnly, payment, ours, ours.Amount, null,
                    "We claim it; the acquirer does not list it."));
            else
                found.AddRange(Compare(cycle, payment, ours, same));
        }
        foreach (var here in theirs.Values
            .Select(same => same.Where(line => line.SettlementDate == cycle.Date).ToList())
            .Where(here => here.Count > 0))
        {
            var line = here[0];
            var (payment, claimedOn, where) = elsewhere(line);
            found.Add(claimedOn is { } date
                ? Name(DifferenceKind.Date, payment, line, null, line.Amount,
                    $"The acquirer counts it here, we on {Printed.Date(date)}.")
                : Name(DifferenceKind.TheirsOnly, payment, line, null, line.Amount, where));
            if (here.Count > 1)
                found.Add(Twice(payment, line, null, here));
        }
        return [.. found.OrderBy(one => one.Terminal, StringComparer.Ordinal)
            .ThenBy(one => one.RetrievalReference, StringComparer.Ordinal).ThenBy(one => one.Of)];
    }

    private static IEnumerable<PaymentDifference> Compare(
        Cycle cycle, Id payment, ListedLine ours, List<ListedLine> same)
    {
        var here = same.Where(line => line.SettlementDate == cycle.Date).ToList();
        if (here.Count == 0)
            yield return Name(DifferenceKind.Date, payment, ours, ours.Amount, null,
                $"The acquirer counts it on {Printed.Date(same[0].SettlementDate)}.");
        else if (here[0].Amount != ours.Amount)
            yield return Name(DifferenceKind.Amount, payment, ours, ours.Amount, here[0].Amount,
                $"Ours is {ours.Amount}, theirs {here[0].Amount}.");
        if (here.Count > 1)
            yield return Twice(payment, ours, ours.Amount, here);
    }

    /// <summary>What is listed beyond the first of them, all together.</summary>
    private static PaymentDifference Twice(
        Id? payment, ListedLine line, Money? ours, IReadOnlyList<ListedLine> here) => Name(
        DifferenceKind.Twice, payment, line, ours,
        here.Skip(1).Select(one => one.Amount).Aggregate((sum, amount) => sum + amount),
        $"The acquirer lists it {here.Count} times.");

    private static PaymentDifference Name(
        DifferenceKind kind, Id? payment, ListedLine line, Money? ours, Money? theirs, string what) => new(
        kind, line.Kind, payment, line.Terminal, line.RetrievalReference, ours?.Minor, theirs?.Minor, what);

    private static (ListedKind, string, string) KeyOf(ListedLine line) =>
        (line.Kind, line.Terminal, line.RetrievalReference);
}
