using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// The totals of one merchant, settlement date and currency, in minor units, seen from the cardholders:
/// purchases are debits, refunds are credits. A reversal is added to its own figures and takes nothing from
/// the others.
/// </summary>
/// <param name="Currency">Numeric, as in field 50.</param>
internal sealed record SettlementTotals(
    string Merchant,
    DateOnly SettlementDate,
    string Currency,
    long CreditsNumber = 0,
    long CreditsReversalNumber = 0,
    long DebitsNumber = 0,
    long DebitsReversalNumber = 0,
    long CreditsMinor = 0,
    long CreditsReversalMinor = 0,
    long DebitsMinor = 0,
    long DebitsReversalMinor = 0)
{
    /// <summary>Field 97; positive: the merchant is credited.</summary>
    public long NetMinor => (DebitsMinor - DebitsReversalMinor) - (CreditsMinor - CreditsReversalMinor);

    /// <param name="sign">1 to count the line, -1 to take it away again.</param>
    public SettlementTotals With(SettledLine line, int sign)
    {
        var amount = sign * line.AmountMinor;
        return (line.IsCredit, line.IsReversal) switch
        {
            (true, false) => this with
            {
                CreditsNumber = CreditsNumber + sign, CreditsMinor = CreditsMinor + amount,
            },
            (true, true) => this with
            {
                CreditsReversalNumber = CreditsReversalNumber + sign,
                CreditsReversalMinor = CreditsReversalMinor + amount,
            },
            (false, false) => this with
            {
                DebitsNumber = DebitsNumber + sign, DebitsMinor = DebitsMinor + amount,
            },
            (false, true) => this with
            {
                DebitsReversalNumber = DebitsReversalNumber + sign,
                DebitsReversalMinor = DebitsReversalMinor + amount,
            },
        };
    }

    /// <summary>The fields of a reconciliation and what they hold, absent ones counting as zero.</summary>
    private IEnumerable<(int Field, string Text)> Fields() =>
    [
        (74, $"{CreditsNumber:D10}"), (75, $"{CreditsReversalNumber:D10}"),
        (76, $"{DebitsNumber:D10}"), (77, $"{DebitsReversalNumber:D10}"),
        (86, $"{CreditsMinor:D16}"), (87, $"{CreditsReversalMinor:D16}"),
        (88, $"{DebitsMinor:D16}"), (89, $"{DebitsReversalMinor:D16}"),
        (97, SignedAmount.ToField97(NetMinor)),
    ];

    /// <summary>Whether every figure of the message is ours.</summary>
    public bool AgreesWith(Iso8583Message message) => Fields().All(row =>
        message.Get(row.Field) is { } text ? text == row.Text : row.Text.AsSpan().TrimStart("C0").IsEmpty);

    public void Write(Iso8583Message message)
    {
        foreach (var (field, text) in Fields()) message.Set(field, text);
    }
}
