using System.Globalization;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Journal;

namespace CloudPos.Functions.Totals;

/// <summary>
/// What sales, voids, refunds and payments add to the totals of a business date. Pure, and the one place that
/// says so: maintained totals and a full scan are made by the same functions, in another order.
/// </summary>
internal static class Contributions
{
    public static string Key(Currency currency, params ReadOnlySpan<string> parts) =>
        $"{currency.Code}/{string.Join('/', parts)}";

    /// <summary>A completed sale, on its business date, whether or not it was voided later.</summary>
    public static IEnumerable<Contribution> OfSale(SaleRow sale)
    {
        var (date, currency) = (sale.BusinessDate, sale.Total.Currency);
        yield return Of(date, currency, 1, sale.Total, "sales");
        yield return Of(date, currency, 1, sale.Total, "cashier", sale.Cashier);
        if (!sale.Tip.IsZero)
            yield return Of(date, currency, 1, sale.Tip, "tips");
        foreach (var tender in sale.Tenders)
        {
            yield return Of(date, currency, 1, tender.Amount, "tender", $"{tender.Kind}");
            if (tender.Payment is { } card)
                yield return Of(
                    date, currency, 1, tender.Amount, "card", $"{card.Approval}", $"{card.Card.Scheme}");
        }
        foreach (var line in sale.Taxes)
            foreach (var tax in OfTax(date, currency, line, 1))
                yield return tax;
    }

    /// <summary>A sale that was taken back, on the business date of the void.</summary>
    public static IEnumerable<Contribution> OfVoid(SaleRow sale)
    {
        if (sale.VoidBusinessDate is not { } date)
            yield break;
        var currency = sale.Total.Currency;
        yield return Of(date, currency, 1, sale.Total, "voids");
        if (sale.VoidCashier is { } cashier)
            yield return Of(date, currency, 1, sale.Total, "voidedBy", cashier);
        if (!sale.Tip.IsZero)
            yield return Of(date, currency, 1, sale.Tip, "tips-returned");
        foreach (var tender in sale.Tenders)
            yield return Of(date, currency, 1, tender.Amount, "returned", $"{tender.Kind}");
        foreach (var line in sale.Taxes)
            foreach (var tax in OfTax(date, currency, line, -1))
                yield return tax;
    }

    /// <summary>A part of a sale that was given back, on the business date of the refund.</summary>
    public static IEnumerable<Contribution> OfRefund(TakenRefund refund)
    {
        // What was only asked for is reserved; its entry counts.
        if (refund is not { Until: null, BusinessDate: { } date })
            yield break;
        var currency = refund.Total.Currency;
        yield return Of(date, currency, 1, refund.Total, "refunds");
        // It stands with the sale, and may have been given back at another terminal.
        if (refund.Cashier is { } cashier)
        {
            yield return Of(date, currency, 1, refund.Total, "refundedBy", cashier);
            yield return Of(date, currency, 1, refund.Total, "refundedAt", refund.Terminal);
        }
        if (refund.Tip is { IsZero: false } tip)
            yield return Of(date, currency, 1, tip, "tips-returned");
        foreach (var tender in refund.Tenders)
            yield return Of(date, currency, 1, tender.Amount, "refunded", $"{tender.Kind}");
        foreach (var line in refund.Taxes ?? [])
            foreach (var tax in OfTax(date, currency, line, -1))
                yield return tax;
    }

    /// <summary>
    /// An accepted payment, in the one place in which it is, on its sale's business date.
    /// </summary>
    public static IEnumerable<Contribution> OfPayment(PaymentRow? payment)
    {
        if (payment is not { Facts: { } facts, Accepted: { } sale })
            yield break;
        if (payment.IsRefund)
        {
            // It stands beside the payment that took the money, on the date on which it was given back.
            yield return Of(
                sale.BusinessDate, facts.Amount.Currency, 1, facts.Amount, "back",
                PaymentRecorder.IsOfVoid(payment) ? "Void" : "Refund", $"{FiguresOf.BucketOf(payment)}",
                $"{facts.Scheme}");
            yield break;
        }
        if (payment.Origin is not null)
        {
            // The same money was accepted once; what a further try brings in is counted apart.
            if (payment.State is PaymentState.Approved or PaymentState.Batched or PaymentState.Settled)
            {
                yield return Of(sale.BusinessDate, facts.Amount.Currency, 1, facts.Amount, "recovered");
                // Of that, by the customers themselves.
                if (payment.Origin.Kind == OriginKind.Link)
                    yield return Of(
                        sale.BusinessDate, facts.Amount.Currency, 1, facts.Amount, "recovered", "link");
            }
            yield break;
        }
        yield return Of(
            sale.BusinessDate, facts.Amount.Currency, 1, facts.Amount, "place", $"{sale.Approval}",
            $"{FiguresOf.BucketOf(payment)}", $"{facts.Scheme}");
    }

    private static IEnumerable<Contribution> OfTax(
        DateOnly date, Currency currency, TaxLine line, int sign)
    {
        var rate = line.RateBasisPoints.ToString(CultureInfo.InvariantCulture);
        yield return Of(date, currency, sign, line.Net * sign, "tax", rate, "net");
        yield return Of(date, currency, sign, line.Tax * sign, "tax", rate, "tax");
        yield return Of(date, currency, sign, line.Gross * sign, "tax", rate, "gross");
    }

    private static Contribution Of(
        DateOnly date, Currency currency, int count, Money amount, params ReadOnlySpan<string> parts) =>
        new(date, Key(currency, parts), new Tally(count, amount.Minor));
}
