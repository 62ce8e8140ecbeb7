using System.Globalization;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>Count and sum of one kind of message, in minor units.</summary>
internal readonly record struct MessageTotal(long Count, long AmountMinor);

/// <summary>
/// The totals of one merchant, settlement date and currency. A purchase debits the cardholder, a refund
/// credits him, so purchases are debits here; the net is positive when the merchant is credited.
/// </summary>
internal sealed record SettlementTotals(
    MessageTotal Debits, MessageTotal DebitReversals, MessageTotal Credits, MessageTotal CreditReversals)
{
    public long NetMinor => checked(
        Debits.AmountMinor - DebitReversals.AmountMinor
        - (Credits.AmountMinor - CreditReversals.AmountMinor));
}

/// <summary>What the acquirer says to totals. Its own figures are null where it did not tell them.</summary>
/// <param name="SettlementCode">Field 66: 1 in balance, 2 out of balance, 3 error.</param>
internal sealed record ReconciliationAnswer(
    string ResponseCode, string? SettlementCode, SettlementTotals? Totals);

/// <summary>
/// Reconciliation (0500, repeated as 0501) with totals in fields 74 to 77, 86 to 89 and 97, settlement date
/// in field 15 and currency in field 50.
/// </summary>
internal static class Reconciliation
{
    public static Iso8583Message Request(
        AcquirerProfile profile, string merchant, DateOnly settlementDate, Currency currency,
        SettlementTotals totals, int stan, DateTimeOffset transmittedAt, bool repeat)
    {
        var mti = repeat ? Mti.ReconciliationRequestRepeat : Mti.ReconciliationRequest;
        var message = new Iso8583Message(mti);
        message.Set(7, CardMessages.Field7(transmittedAt));
        message.Set(11, RetrievalReference.ToField11(stan));
        message.Set(15, settlementDate.ToString("MMdd", CultureInfo.InvariantCulture));
        message.Set(32, profile.AcquirerId);
        message.Set(42, merchant);
        message.Set(50, currency.Numeric.ToString("D3", CultureInfo.InvariantCulture));
        Write(message, 74, 86, totals.Credits);
        Write(message, 75, 87, totals.CreditReversals);
        Write(message, 76, 88, totals.Debits);
        Write(message, 77, 89, totals.DebitReversals);
        message.Set(97, SignedAmount.ToField97(totals.NetMinor));
        return message;
    }

    /// <returns>Null when the message has no field 39.</returns>
    public static ReconciliationAnswer? TryRead(Iso8583Message message)
    {
        if (message.Get(39) is not { Length: 2 } code)
            return null;
        SettlementTotals? totals = null;
        if (TryTotal(message, 76, 88, out var debits) && TryTotal(message, 77, 89, out var debitReversals)
            && TryTotal(message, 74, 86, out var credits)
            && TryTotal(message, 75, 87, out var creditReversals))
            totals = new SettlementTotals(debits, debitReversals, credits, creditReversals);
        return new ReconciliationAnswer(code, message.Get(66), totals);
    }

    private static void Write(Iso8583Message message, int countField, int amountField, MessageTotal total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(total.AmountMinor);
        message.Set(countField, total.Count.ToString("D10", CultureInfo.InvariantCulture));
        message.Set(amountField, total.AmountMinor.ToString("D16", CultureInfo.InvariantCulture));
    }

    private static bool TryTotal(
        Iso8583Message message, int countField, int amountField, out MessageTotal total)
    {
        total = default;
        if (!long.TryParse(
                message.Get(countField), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || !long.TryParse(
                message.Get(amountField), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return false;
        total = new MessageTotal(count, amount);
        return true;
    }
}
