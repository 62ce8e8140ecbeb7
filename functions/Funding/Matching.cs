using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>What a bank entry was found to be. Numbers are stored and never reused.</summary>
internal enum EntryResult
{
    Matched = 1,

    /// <summary>Entered before, from this file or another.</summary>
    Duplicate = 2,

    /// <summary>It does not name this merchant.</summary>
    NotOurs = 3,

    /// <summary>It names the merchant, and not what it pays for; a person has to look.</summary>
    Unmatched = 4,

    /// <summary>The line cannot be read.</summary>
    Faulty = 5,
}

/// <summary>A settlement cycle that waits for money, or has got it.</summary>
internal sealed record Payout(Cycle Cycle, Money Expected, Money Funded)
{
    /// <summary>What was kept of it for chargebacks, in minor units.</summary>
    public long ChargedBack { get; init; }

    /// <summary>What was kept of it as fees for chargebacks, in minor units.</summary>
    public long CaseFees { get; init; }

    public Money Open => Expected - Funded - new Money(checked(ChargedBack + CaseFees), Expected.Currency);
}

/// <summary>A part of an entry and the cycle that it pays.</summary>
internal sealed record Allotment(Cycle Cycle, Money Amount);

/// <summary>What an entry is, where its money goes, and which chargebacks change it.</summary>
/// <param name="Parts">Empty with a reason where that is not known.</param>
internal sealed record EntryMatch(EntryResult Result, IReadOnlyList<Allotment> Parts, string What)
{
    public IReadOnlyList<CaseAllotment> Cases { get; init; } = [];

    /// <summary>Fees for cases, below zero what came back of them.</summary>
    public IReadOnlyList<CaseAllotment> Fees { get; init; } = [];
}

/// <summary>
/// Finds which settlement cycles a bank entry pays. Acquirers name the merchant and the settlement dates in
/// the text; where they do not name a date, an amount that is exactly one open payout's is taken for it.
/// Pure.
/// </summary>
internal static partial class Matching
{
    public static EntryMatch Of(
        BankEntry entry, string merchant, IReadOnlyList<Payout> payouts, IReadOnlyList<Chargeback> cases)
    {
        if (!entry.Text.Contains(merchant, StringComparison.OrdinalIgnoreCase))
            return new EntryMatch(EntryResult.NotOurs, [], "It does not name this merchant.");
        var ours = payouts.Where(payout => payout.Cycle.Currency == entry.Amount.Currency)
            .OrderBy(payout => payout.Cycle.Date).ToList();
        var dates = DatesIn(entry.Text).ToHashSet();
        var named = ours.Where(payout => dates.Contains(payout.Cycle.Date)).ToList();
        if (dates.Count == 0 && CaseMatching.OfItsOwn(entry, cases) is { } own)
            return own;
        if (named.Count == 0 && dates.Count == 0
            && ours.Where(payout => payout.Open == entry.Amount).ToList() is [var only])
            return new EntryMatch(EntryResult.Matched, [new Allotment(only.Cycle, entry.Amount)],
                $"By its amount: it names no settlement date, and only {Printed.Date(only.Cycle.Date)} "
                + "waits for it.");
        if (named.Count == 0)
            return new EntryMatch(EntryResult.Unmatched, [], dates.Count == 0
                ? "It names no settlement date, and not exactly one payout waits for its amount."
                : $"No payout is known of {string.Join(", ", dates.Order().Select(Printed.Date))} "
                    + $"in {entry.Amount.Currency.Code}.");
        if (Payer(entry, named) is not { } payer)
            return new EntryMatch(EntryResult.Unmatched, [],
                "These dates were cleared with several acquirers ("
                + string.Join(", ", named.Select(payout => payout.Cycle.Acquirer ?? "not named").Distinct())
                + "); it names none of them, and its amount is not what exactly one of them owes.");
        return Pay(entry, payer, Unpaid(ours, payer), cases);
    }

    /// <summary>
    /// Payouts of the same acquirer right before these of which nothing came: a case may have eaten them
    /// whole. The newest first, up to one that did come.
    /// </summary>
    private static List<Payout> Unpaid(List<Payout> ours, List<Payout> payer) =>
    [
        .. ours.Where(payout => payout.Cycle.Date < payer[0].Cycle.Date
                && payout.Cycle.Acquirer == payer[0].Cycle.Acquirer)
            .Reverse().TakeWhile(payout =>
                payout is { Funded.IsZero: true, ChargedBack: 0, Open.Minor: > 0 }),
    ];

    private static EntryMatch Pay(
        BankEntry entry, List<Payout> payer, List<Payout> unpaid, IReadOnlyList<Chargeback> cases)
    {
        var zero = Money.Zero(entry.Amount.Currency);
        var missing = payer.Aggregate(zero, (sum, payout) => sum + payout.Open) - entry.Amount;
        var (taken, charged) = (new List<CaseAllotment>(), new List<CaseAllotment>());
        IReadOnlyList<(Chargeback Case, long Minor)> fees = [];
        if (CaseMatching.Eat(entry, missing, unpaid, cases, taken) is not { } explained)
            (explained, fees) = CaseFeeMatching.Explain(
                entry, missing, CaseMatching.Explain(entry, missing, cases), cases);
        var waiting = payer;
        if (missing.Minor > 0)
        {
            waiting = CaseMatching.Deduct(waiting, explained, taken);
            waiting = CaseMatching.Deduct(waiting, fees, charged, areFees: true);
        }
        else
        {
            taken.AddRange(explained.SelectMany(one =>
                CaseMatching.Back(one.Case, -one.Minor, zero.Currency)));
            charged.AddRange(fees.SelectMany(one =>
                CaseFeeMatching.Back(one.Case, -one.Minor, zero.Currency)));
        }
        // What a case gives back belongs to the payout that lacked it.
        var back = taken.Concat(charged).Where(part => part.Amount.Minor < 0)
            .Select(part => new Allotment(part.Cycle, -part.Amount)).ToList();
        var parts = Parts(back.Aggregate(entry.Amount, (left, part) => left - part.Amount), waiting);
        var isPart = missing.Minor > explained.Concat(fees).Sum(one => one.Minor);
        string[] told = [Told(waiting, parts), CaseMatching.Told(taken), CaseFeeMatching.Told(charged)];
        return new EntryMatch(
            EntryResult.Matched, [.. parts, .. back],
            string.Join(' ', told.Where(text => text.Length > 0))
                + (isPart
                    ? CaseMatching.Hint(cases.Except(explained.Select(one => one.Case)), zero.Currency)
                    : ""))
        {
            Cases = taken, Fees = charged,
        };
    }

    /// <summary>
    /// Of payouts of several acquirers, those of the one that pays: the one that is named, or the only one
    /// that owes exactly this; or all where one bank transfer is exactly for all of them. Null where it is
    /// not known: money must not be counted as another acquirer's.
    /// </summary>
    private static List<Payout>? Payer(BankEntry entry, List<Payout> named)
    {
        var acquirers = named.GroupBy(payout => payout.Cycle.Acquirer).ToList();
        if (acquirers.Count == 1)
            return named;
        var called = acquirers.Where(payouts => payouts.Key is { } name
            && entry.Text.Contains(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (called is [var one])
            return [.. one];
        var owing = acquirers.Where(payouts =>
            payouts.Aggregate(Money.Zero(entry.Amount.Currency), (sum, payout) => sum + payout.Open)
                == entry.Amount).ToList();
        return owing is [var exact] ? [.. exact]
            : named.Aggregate(Money.Zero(entry.Amount.Currency), (sum, payout) => sum + payout.Open)
                == entry.Amount ? named
            : null;
    }

    /// <summary>
    /// Oldest first, each what it waits for; what is left over goes to the last one named. A date on which
    /// more was given back than taken is deducted from the others.
    /// </summary>
    private static IReadOnlyList<Allotment> Parts(Money amount, List<Payout> named)
    {
        var parts = new List<Allotment>();
        var left = amount;
        var owing = amount.Minor >= 0 && named.Exists(payout => payout.Open.Minor > 0)
            ? named.Where(payout => payout.Open.Minor < 0).ToList()
            : [];
        foreach (var payout in owing)
        {
            parts.Add(new Allotment(payout.Cycle, payout.Open));
            left -= payout.Open;
        }
        var waiting = named.Except(owing).ToList();
        foreach (var payout in waiting)
        {
            var isLast = payout == waiting[^1];
            var share = isLast || left.Minor < payout.Open.Minor ? left : payout.Open;
            if (amount.Minor < 0 && !isLast)
                continue;
            if (share.IsZero)
                continue;
            parts.Add(new Allotment(payout.Cycle, share));
            left -= share;
        }
        return parts;
    }

    private static string Told(List<Payout> named, IReadOnlyList<Allotment> parts) => string.Join(" ",
        parts.Select(part =>
        {
            var rest = named.Single(payout => payout.Cycle == part.Cycle).Open - part.Amount;
            var date = Printed.Date(part.Cycle.Date) + (named.Exists(other =>
                other.Cycle.Date == part.Cycle.Date && other.Cycle != part.Cycle)
                ? $" of {part.Cycle.Acquirer}" : "");
            return rest.IsZero ? $"{date} is paid."
                : rest.Minor > 0 ? $"{date} is paid in part: {rest} are missing."
                : $"{date} is paid {-rest} more than was expected.";
        }));

    private static IEnumerable<DateOnly> DatesIn(string text)
    {
        foreach (Match match in DateShape().Matches(text))
            if (DateOnly.TryParseExact(
                match.Value.Replace("-", "", StringComparison.Ordinal), "yyyyMMdd",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                yield return date;
    }

    /// <summary>
    /// What an entry is known by: the bank's reference, or its content with its place among equal ones of the
    /// file, so that two equal payments are two and a file that comes again is none.
    /// </summary>
    public static string KeyOf(BankEntry entry, int ordinal)
    {
        var text = entry.Reference.Length > 0
            ? $"r|{entry.Account}|{entry.Reference}|{entry.Amount}|{entry.Booked:O}"
            : $"c|{entry.Account}|{entry.Booked:O}|{entry.Amount}|{entry.Text}|{ordinal}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    [GeneratedRegex(@"(?<!\d)20\d\d(-?)(0[1-9]|1[0-2])\1(0[1-9]|[12]\d|3[01])(?!\d)")]
    private static partial Regex DateShape();
}
