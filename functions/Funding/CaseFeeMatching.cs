using System.Text.RegularExpressions;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>
/// Finds the fee that an acquirer charges on top of a chargeback. It is told by exact figures: what the fee
/// table says for the case, what the text calls a fee with its amount, or an entry of its own that names the
/// case and says fee. Pure.
/// </summary>
internal static partial class CaseFeeMatching
{
    private const int CasesMax = 20;

    /// <summary>As acquirers and banks write it.</summary>
    private const string Words = "(?:fees?|geb(?:ü|ue)hr(?:en)?|entgelte?|comisi[oó]n(?:es)?)";

    /// <summary>Cases and fees that make an entry smaller, or larger, than what waits for it.</summary>
    /// <param name="missing">What waits less what came; below zero where more came.</param>
    /// <param name="explained">By cases alone.</param>
    public static (IReadOnlyList<(Chargeback Case, long Minor)> Cases,
        IReadOnlyList<(Chargeback Case, long Minor)> Fees) Explain(
        BankEntry entry, Money missing, IReadOnlyList<(Chargeback Case, long Minor)> explained,
        IReadOnlyList<Chargeback> cases)
    {
        var named = Named(entry, cases);
        if (missing.Minor <= 0 || named.Count > 0 || explained.Count > CasesMax)
            return OfNamed(entry, missing.Minor, explained, named);
        var left = missing.Minor - explained.Sum(one => one.Minor);
        var ways = Ways(entry, missing.Minor, cases);
        return (explained.Count, ways.Count) switch
        {
            (0, 1) => ways[0],
            // Both would be a guess: a person looks.
            ( > 0, > 0) when left == 0 => ([], []),
            _ => (explained, []),
        };
    }

    private static (IReadOnlyList<(Chargeback, long)>, IReadOnlyList<(Chargeback, long)>) OfNamed(
        BankEntry entry, long missing, IReadOnlyList<(Chargeback Case, long Minor)> explained,
        List<Chargeback> named)
    {
        var owed = named.Sum(one => one.FeeOwedMinor);
        if (missing > 0 && owed == missing && SaysFee(entry.Text)
            && named.Sum(one => Math.Max(0, one.OwedMinor)) != missing)
            return ([], Owed(named));
        var left = missing - explained.Sum(one => one.Minor);
        if (left == 0 || named.Count is 0 or > CasesMax)
            return (explained, []);
        if (left < 0)
            return (explained, named.Sum(one => one.FeesMinor) == -left
                ? [.. named.Where(one => one.FeesMinor > 0).Select(one => (one, -one.FeesMinor))]
                : []);
        return (explained, owed == left ? Owed(named)
            : named is [var only] && StatedFee(entry.Text, left) ? [(only, left)]
            : []);
    }

    /// <summary>Each way in which cases with their fees, or one fee alone, are exactly what is missing.
    /// </summary>
    private static List<(IReadOnlyList<(Chargeback, long)>, IReadOnlyList<(Chargeback, long)>)> Ways(
        BankEntry entry, long missing, IReadOnlyList<Chargeback> cases)
    {
        var known = cases.Where(one => one.ReceivedOn <= entry.Booked).ToList();
        var open = known.Where(one => one.OwedMinor > 0).ToList();
        List<List<Chargeback>> sets = [.. open.Select(one => new List<Chargeback> { one })];
        if (open.Count is > 1 and <= CasesMax)
            sets.Add(open);
        return
        [
            .. sets.Where(set => set.Exists(one => one.FeeOwedMinor > 0)
                    && set.Sum(one => checked(one.OwedMinor + one.FeeOwedMinor)) == missing)
                .Select(set => (Cases(set), Owed(set))),
            .. known.Where(one => one.OwedMinor == 0 && one.FeeOwedMinor == missing)
                .Select(one => (Cases([]), Owed([one]))),
        ];

        static IReadOnlyList<(Chargeback, long)> Cases(List<Chargeback> set) =>
            [.. set.Select(one => (one, one.OwedMinor))];
    }

    /// <summary>
    /// What of an entry that names cases and no settlement date is a fee for them; null where nothing is.
    /// </summary>
    /// <param name="called">Those of them that the entry may take or give back.</param>
    public static IReadOnlyList<CaseAllotment>? OfItsOwn(
        BankEntry entry, List<Chargeback> called, IReadOnlyList<Chargeback> cases)
    {
        var named = Named(entry, cases);
        if (named.Count is 0 or > CasesMax || named.Exists(one => one.OwnCycle() is null))
            return null;
        var (currency, size) = (entry.Amount.Currency, Math.Abs(entry.Amount.Minor));
        var ofCases = called.Sum(one => Math.Abs(one.OwedMinor));
        if (size == ofCases)
            return null;
        if (entry.Amount.Minor > 0)
        {
            var charged = named.Sum(one => one.FeesMinor);
            return charged > 0 && (size == charged || size - ofCases == charged)
                ? [.. named.SelectMany(one => Back(one, one.FeesMinor, currency))]
                : null;
        }
        var agreed = named.Sum(one => one.FeeOwedMinor);
        if (agreed > 0 && (size == agreed || size - ofCases == agreed))
            return [.. Owed(named).Select(one => Of(one.Case, one.Minor))];
        var beyond = size > ofCases ? size - ofCases : size;
        return named is [var only] && SaysFee(entry.Text) ? [Of(only, beyond)] : null;

        CaseAllotment Of(Chargeback one, long minor) =>
            new(one, one.OwnCycle()!, new Money(minor, currency));
    }

    /// <summary>What comes back of fees goes to the payouts that lacked them, the last first.</summary>
    public static IEnumerable<CaseAllotment> Back(Chargeback one, long minor, Currency currency)
    {
        var left = minor;
        foreach (var cycle in one.Fees.GroupBy(fee => fee.Cycle, StringComparer.Ordinal).Reverse())
        {
            var part = Math.Min(left, cycle.Sum(fee => fee.AmountMinor));
            if (part <= 0 || !Cycle.TryParse(cycle.Key, out var from))
                continue;
            left -= part;
            yield return new CaseAllotment(one, from!, new Money(-part, currency));
        }
    }

    public static string Told(IEnumerable<CaseAllotment> fees) => string.Join(' ', fees.Select(part =>
        part.Amount.Minor > 0
            ? $"{part.Amount} of {Printed.Date(part.Cycle.Date)} are a fee for chargeback {part.Case.Case}."
            : $"The fee for chargeback {part.Case.Case} comes back: {-part.Amount}."));

    private static List<Chargeback> Named(BankEntry entry, IReadOnlyList<Chargeback> cases) =>
    [
        .. cases.Where(one => one.ReceivedOn <= entry.Booked && CaseMatching.IsNamed(entry.Text, one.Case)),
    ];

    private static IReadOnlyList<(Chargeback Case, long Minor)> Owed(List<Chargeback> cases) =>
        [.. cases.Where(one => one.FeeOwedMinor > 0).Select(one => (one, one.FeeOwedMinor))];

    private static bool SaysFee(string text) => FeeWord().IsMatch(text);

    /// <summary>The text calls exactly this amount a fee.</summary>
    private static bool StatedFee(string text, long minor) => StatedAmount().Matches(text).Any(match =>
        long.TryParse(
            match.Groups[1].Value + match.Groups[2].Value, System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out var stated) && stated == minor);

    [GeneratedRegex(@"\b" + Words + @"\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FeeWord();

    [GeneratedRegex(
        @"\b" + Words + @"\W{0,3}(?:[A-Z]{3}\s?)?(\d{1,7})[.,](\d\d)(?!\d)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex StatedAmount();
}
