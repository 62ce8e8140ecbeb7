using System.Collections.Frozen;
using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// Which published test card and which amount makes the acquirer answer how. Documented in DESIGN.md;
/// whatever is not in the table is approved.
/// </summary>
internal static class TestTable
{
    /// <summary>
    /// Amounts from here, in minor units, are commands: 9 000 000.00 to 9 000 009.99 of a currency with two
    /// digits, far above a shop's prices. The last two digits are field 39; the digit before is a
    /// <see cref="MisbehaviourKind"/>.
    /// </summary>
    public const long CommandAmountMin = 900_000_000, CommandAmountMax = CommandAmountMin + 599;

    private static readonly FrozenDictionary<string, string> Declined = new Dictionary<string, string>
    {
        ["4000000000000002"] = ResponseCode.DoNotHonour,
        ["4000000000009995"] = ResponseCode.InsufficientFunds,
        ["4000000000009987"] = ResponseCode.LostCard,
        ["4000000000009979"] = ResponseCode.StolenCard,
        ["4000000000000069"] = ResponseCode.ExpiredCard,
        ["4000000000000119"] = ResponseCode.SystemMalfunction,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Misbehaviour> Misbehaving =
        new Dictionary<string, Misbehaviour>
        {
            ["2223003122003222"] = Misbehaviour.Late,
            ["5105105105105100"] = new(MisbehaviourKind.Twice),
            ["5200828282828210"] = new(MisbehaviourKind.Drop),
            ["4000056655665556"] = new(MisbehaviourKind.Silent),
        }.ToFrozenDictionary();

    /// <summary>This card has five of any currency with two digits left, at each payment.</summary>
    private const string PoorCard = "5577000055770004";

    private const long PoorCardMinor = 500;

    /// <summary>What is approved where the answer is a part: five, or the half of less.</summary>
    public static long PartOf(long amountMinor) =>
        amountMinor > PoorCardMinor ? PoorCardMinor : Math.Max(1, amountMinor / 2);

    /// <summary>Field 39 for a request that nothing else decides.</summary>
    public static string CodeFor(string pan, long amountMinor) =>
        IsCommand(amountMinor) ? $"{amountMinor % 100:D2}"
            : pan == PoorCard && amountMinor > PoorCardMinor ? ResponseCode.PartialApproval
            : Declined.GetValueOrDefault(pan, ResponseCode.Approved);

    public static Misbehaviour MisbehaviourFor(string pan, long amountMinor)
    {
        if (!IsCommand(amountMinor)) return Misbehaving.GetValueOrDefault(pan);
        var kind = (MisbehaviourKind)((amountMinor - CommandAmountMin) / 100);
        return kind == MisbehaviourKind.Late ? Misbehaviour.Late : new Misbehaviour(kind);
    }

    private static bool IsCommand(long amountMinor) =>
        amountMinor is >= CommandAmountMin and <= CommandAmountMax;
}
