using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>A part of a chargeback and the cycle whose payout lacks it; below zero, what came back.</summary>
internal sealed record CaseAllotment(Chargeback Case, Cycle Cycle, Money Amount);

/// <summary>
/// Finds which chargebacks make a bank entry smaller, or larger, than what waits for it. A case that the text
/// names comes first; else the cases must be exactly the difference, all of them or one alone. Pure.
/// </summary>
internal static class CaseMatching
{
    private const int CaseLengthMin = 3;
    private const int CasesMax = 40;
    private const int CasesTold = 5;

    /// <param name="missing">What waits less what came; below zero where more came.</param>
    /// <returns>Each case with its part, of the sign of what is missing; empty where none explains it.
    /// </returns>
    public static IReadOnlyList<(Chargeback Case, long Minor)> Explain(
        BankEntry entry, Money missing, IReadOnlyList<Chargeback> cases)
    {
        var open = Open(entry, Math.Sign(missing.Minor), cases);
        if (missing.IsZero || open.Count == 0)
            return [];
        var called = open.Where(one => IsNamed(entry.Text, one.Case)).ToList();
        if (called.Count > 0)
            return UpTo(called, missing.Minor);
        if (open.Sum(one => one.OwedMinor) == missing.Minor)
            return UpTo(open, missing.Minor);
        return open.Where(one => one.OwedMinor == missing.Minor).ToList() is [var only]
            ? [(only, missing.Minor)]
            : [];
    }

    /// <summary>
    /// A case that is more than a payout eats it whole: nothing comes for that date, and the next payout is
    /// short of the rest. Told by exact figures only: the cases are what the unpaid payouts and what is
    /// missing make together, and nothing less explains what is missing.
    /// </summary>
    /// <param name="unpaid">Right before those that the entry pays, the newest first.</param>
    /// <param name="taken">Gets the parts of the payouts that were eaten.</param>
    /// <returns>What is left of the cases for those that the entry pays; null where it is not so.</returns>
    public static IReadOnlyList<(Chargeback Case, long Minor)>? Eat(
        BankEntry entry, Money missing, IReadOnlyList<Payout> unpaid, IReadOnlyList<Chargeback> cases,
        List<CaseAllotment> taken)
    {
        if (missing.Minor < 0 || unpaid.Count == 0)
            return null;
        var open = Open(entry, 1, cases);
        var called = open.Where(one => IsNamed(entry.Text, one.Case)).ToList();
        IReadOnlyList<List<Chargeback>> sets = called.Count > 0
            ? [called]
            : [open, .. open.Select(one => new List<Chargeback> { one })];
        // Both would be a guess: then what is missing is explained as ever.
        if (!missing.IsZero && sets.Any(set => set.Sum(one => one.OwedMinor) == missing.Minor))
            return null;
        for (var count = 1; count <= unpaid.Count; count++)
        {
            var eaten = unpaid.Take(count).ToList();
            var sum = missing.Minor + eaten.Sum(payout => payout.Open.Minor);
            if (sets.FirstOrDefault(set => set.Count is > 0 and <= CasesMax
                && set.Sum(one => one.OwedMinor) == sum) is { } those)
                return Eat(eaten, UpTo(those, sum), taken);
        }
        return null;
    }

    private static IReadOnlyList<(Chargeback Case, long Minor)> Eat(
        List<Payout> eaten, IReadOnlyList<(Chargeback Case, long Minor)> cases, List<CaseAllotment> taken)
    {
        var left = new List<(Chargeback Case, long Minor)>(cases);
        foreach (var payout in eaten.OrderBy(payout => payout.Cycle.Date))
            for (var need = payout.Open.Minor; need > 0;)
            {
                var (one, minor) = left[0];
                var part = Math.Min(need, minor);
                taken.Add(new CaseAllotment(one, payout.Cycle, new Money(part, payout.Expected.Currency)));
                need -= part;
                left[0] = (one, minor - part);
                if (left[0].Minor == 0)
                    left.RemoveAt(0);
            }
        return left;
    }

    /// <summary>
    /// An entry for a case alone, or for a fee for it, whose text names it and no settlement date. What goes
    /// beyond both is missing, or too much, in the payout of the payment. Null: it is no such entry.
    /// </summary>
    public static EntryMatch? OfItsOwn(BankEntry entry, IReadOnlyList<Chargeback> cases)
    {
        var called = Open(entry, -Math.Sign(entry.Amount.Minor), cases)
            .Where(one => IsNamed(entry.Text, one.Case)).ToList();
        var fee = CaseFeeMatching.OfItsOwn(entry, called, cases);
        if (fee is null && called.Count == 0 || called.Exists(one => one.OwnCycle() is null))
            return null;
        var (parts, taken) = (new List<Allotment>(), new List<CaseAllotment>());
        var left = entry.Amount;
        foreach (var part in fee ?? [])
        {
            parts.Add(new Allotment(part.Cycle, -part.Amount));
            left += part.Amount;
        }
        if (left.IsZero)
            return new EntryMatch(EntryResult.Matched, parts, CaseFeeMatching.Told(fee!)) { Fees = fee! };
        var ofCases = left;
        foreach (var (one, minor) in UpTo(called, -ofCases.Minor))
            foreach (var part in minor > 0
                ? [new CaseAllotment(one, one.OwnCycle()!, new Money(minor, left.Currency))]
                : Back(one, -minor, left.Currency))
            {
                taken.Add(part);
                parts.Add(new Allotment(part.Cycle, -part.Amount));
                left += part.Amount;
            }
        if (!left.IsZero)
            parts.Add(new Allotment((taken.LastOrDefault() ?? fee![^1]).Cycle, left));
        string[] told =
        [
            Told(taken), CaseFeeMatching.Told(fee ?? []),
            left.IsZero ? "" : $"It is {left} beyond that: look at it.",
        ];
        return new EntryMatch(
            EntryResult.Matched, parts, string.Join(' ', told.Where(text => text.Length > 0)))
        {
            Cases = taken, Fees = fee ?? [],
        };
    }

    /// <summary>
    /// Takes cases out of what waits, from the newest date on: the acquirer deducts when he pays. What is
    /// more than all of it is with the newest.
    /// </summary>
    public static List<Payout> Deduct(
        IReadOnlyList<Payout> waiting, IReadOnlyList<(Chargeback Case, long Minor)> cases,
        List<CaseAllotment> taken, bool areFees = false)
    {
        var payouts = waiting.ToList();
        foreach (var (one, minor) in cases)
        {
            var left = minor;
            for (var place = payouts.Count - 1; place >= 0 && left > 0; place--)
                Take(place, Math.Min(left, Math.Max(0, payouts[place].Open.Minor)));
            Take(payouts.Count - 1, left);

            void Take(int place, long part)
            {
                if (part <= 0)
                    return;
                var (payout, amount) = (payouts[place], new Money(part, payouts[place].Expected.Currency));
                payouts[place] = areFees
                    ? payout with { CaseFees = payout.CaseFees + part }
                    : payout with { ChargedBack = payout.ChargedBack + part };
                taken.Add(new CaseAllotment(one, payout.Cycle, amount));
                left -= part;
            }
        }
        return payouts;
    }

    /// <summary>What comes back of a case goes where it was taken, the last first.</summary>
    public static IEnumerable<CaseAllotment> Back(Chargeback one, long minor, Currency currency)
    {
        var left = minor;
        foreach (var cycle in one.Taken.GroupBy(part => part.Cycle, StringComparer.Ordinal).Reverse())
        {
            var part = Math.Min(left, cycle.Sum(taken => taken.AmountMinor));
            if (part <= 0 || !Cycle.TryParse(cycle.Key, out var from))
                continue;
            left -= part;
            yield return new CaseAllotment(one, from!, new Money(-part, currency));
        }
    }

    public static string Told(IEnumerable<CaseAllotment> taken) => string.Join(' ', taken.Select(part =>
        part.Amount.Minor > 0
            ? $"{part.Amount} of {Printed.Date(part.Cycle.Date)} were taken for chargeback {part.Case.Case}."
            : $"Chargeback {part.Case.Case} gives {-part.Amount} back."));

    /// <summary>What a person may look at where something is missing and no case explains it.</summary>
    public static string Hint(IEnumerable<Chargeback> cases, Currency currency)
    {
        var open = cases.Where(one => one.OwedMinor > 0).ToList();
        return open.Count == 0 ? "" : " Charged back and not taken yet: " + string.Join(
            ", ", open.Take(CasesTold).Select(one =>
                $"{one.Case} ({new Money(one.OwedMinor, currency)})"))
            + (open.Count > CasesTold ? " and others." : ".")
            + $" If one of them is why: POST .../{open[0].Case}/taken with the settlement date; if it is a "
            + "fee for one: .../fees.";
    }

    public static List<Chargeback> Open(BankEntry entry, int sign, IReadOnlyList<Chargeback> cases) =>
    [
        .. cases.Where(one => Math.Sign(one.OwedMinor) == sign && one.ReceivedOn <= entry.Booked)
            .OrderBy(one => one.ReceivedOn).ThenBy(one => one.Case, StringComparer.Ordinal),
    ];

    private static IReadOnlyList<(Chargeback Case, long Minor)> UpTo(List<Chargeback> open, long minor)
    {
        var (parts, left) = (new List<(Chargeback, long)>(), minor);
        foreach (var one in open.Take(CasesMax))
        {
            var part = minor > 0 ? Math.Min(left, one.OwedMinor) : Math.Max(left, one.OwedMinor);
            if (part == 0)
                break;
            parts.Add((one, part));
            left -= part;
        }
        return parts;
    }

    /// <summary>As a word of its own: case C-1 is not named by C-17.</summary>
    public static bool IsNamed(string text, string name)
    {
        if (name.Length < CaseLengthMin)
            return false;
        for (var at = text.IndexOf(name, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = text.IndexOf(name, at + 1, StringComparison.OrdinalIgnoreCase))
            if ((at == 0 || !IsOfWord(text[at - 1]))
                && (at + name.Length == text.Length || !IsOfWord(text[at + name.Length])))
                return true;
        return false;

        static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || c == '-';
    }
}
