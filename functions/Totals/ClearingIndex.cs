using System.Globalization;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Totals;

/// <summary>
/// What a terminal's payments owe to clearing, so that a closing reads what it has to do and not all that was
/// ever sold. A hint <c>cr.{currency}.{date}.{payment}</c> stands for an approved payment: it is written with
/// the approval and taken away after the payment is in a batch, so it may be stale, and the payment's own row
/// decides. A row <c>cv.{currency}.{date}.{payment}.{c|r}</c> is exact: a capture that was taken back, or its
/// reversal, on the acquirer's date. Pure.
/// </summary>
internal static class ClearingIndex
{
    public const string ReadyPrefix = "cr.";
    public const string UndonePrefix = "cv.";

    /// <summary>Stands where the acquirer named no settlement date.</summary>
    private const string NoDate = "00000000";

    /// <summary>The hint that the payment should have, or null.</summary>
    public static Row? Ready(PaymentRow? payment)
    {
        if (payment is not { State: PaymentState.Approved, Facts: { } facts })
            return null;
        var date = payment.Answer?.SettlementDate is { } day ? Text(day) : NoDate;
        var row = new Row(
            payment.Terminal, $"{ReadyPrefix}{facts.Amount.Currency.Code}.{date}.{payment.Payment}")
        {
            ["merchant"] = facts.Merchant,
            ["acquirer"] = payment.Asked?.Acquirer,
            ["sale"] = payment.Accepted is not null,
        };
        if (payment.Accepted is not null)
            Member.Of(payment).WriteTo(row);
        return row;
    }

    /// <summary>The rows of what was captured and taken back.</summary>
    public static IEnumerable<Row> Undone(PaymentRow? payment)
    {
        if (payment is not { Facts: { } facts })
            yield break;
        if (CaptureDate(payment) is { } captured)
            yield return Of(captured, "c");
        if (ReversalDate(payment) is { } reversed)
            yield return Of(reversed, "r");

        Row Of(DateOnly date, string what) => new(
            payment.Terminal,
            $"{UndonePrefix}{facts.Amount.Currency.Code}.{Text(date)}.{payment.Payment}.{what}")
        {
            ["merchant"] = facts.Merchant,
            ["acquirer"] = payment.Asked?.Acquirer,
            ["amountMinor"] =
                payment.IsRefund ? -facts.Amount.Minor : facts.Amount.Minor,
        };
    }

    public static string UndoneOf(Cycle cycle) => $"{UndonePrefix}{cycle.Currency.Code}.{cycle.DateText}.";

    /// <summary>The cycle of a hint; null where no settlement date is known.</summary>
    public static Cycle? CycleOf(Row ready) =>
        ready.Key.Split('.') is [_, var currency, var date, _] && date != NoDate
            ? new Cycle(
                ready.Text("merchant"), Currency.Parse(currency),
                DateOnly.ParseExact(date, "yyyyMMdd", CultureInfo.InvariantCulture))
            {
                Acquirer = AcquirerOf(ready),
            }
            : null;

    /// <summary>Null in rows of releases that knew one acquirer a merchant and currency.</summary>
    public static string? AcquirerOf(Row owed) => owed.TextOrNull("acquirer");

    public static Id PaymentOf(Row ready) => Id.Parse(ready.Key.Split('.')[3]);

    /// <summary>
    /// The day on which the acquirer captured a payment that is being reversed, or was. Where its approval
    /// was never heard, the reversal's answer tells that there was one, and its day is the nearest that is
    /// known.
    /// </summary>
    private static DateOnly? CaptureDate(PaymentRow payment) => payment switch
    {
        { State: not (PaymentState.Reversing or PaymentState.Reversed) } => null,
        { Answer: { Meaning: CodeMeaning.Approved, SettlementDate: { } date } } => date,
        { Answer: null } => ReversalDate(payment),
        _ => null,
    };

    /// <summary>
    /// Null unless the acquirer said that there was something to reverse, and has reversed it.
    /// </summary>
    private static DateOnly? ReversalDate(PaymentRow payment) =>
        payment is { State: PaymentState.Reversed, Reversal.HasUndone: true }
            ? payment.Reversal.SettlementDate ?? DateOnly.FromDateTime(payment.History[^1].At.UtcDateTime)
            : null;

    private static string Text(DateOnly date) => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
