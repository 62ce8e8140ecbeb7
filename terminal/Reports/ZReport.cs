using CloudPos.Journal;

namespace CloudPos.Terminal.Reports;

/// <summary>
/// What was sold and voided between two Z reports, from the journal's entries alone. Voids count where they
/// happened, also those of sales of an earlier report. Immutable.
/// </summary>
/// <param name="Report">Consecutive within the terminal.</param>
/// <param name="From">The first entry in it.</param>
/// <param name="Through">The last entry in it.</param>
/// <param name="Gross">Of all sales in it.</param>
/// <param name="Voided">Of all voids in it, positive.</param>
/// <param name="Net">Gross less voided and refunded.</param>
/// <param name="Taxes">Of sales less voids, one per rate, highest first.</param>
/// <param name="Declined">Cards that their issuer declined.</param>
/// <param name="Refused">Cards that the offline policy refused.</param>
/// <param name="Abandoned">Attempts that were given up.</param>
internal sealed record ZReport(
    long Report,
    long From,
    long Through,
    DateTimeOffset At,
    DateOnly BusinessDate,
    int Sales,
    int Voids,
    Money Gross,
    Money Voided,
    Money Net,
    IReadOnlyList<TenderTotal> Tenders,
    IReadOnlyList<TaxLine> Taxes,
    int Declined,
    int Refused,
    int Abandoned)
{
    /// <summary>Parts of sales that were given back, goods or amounts.</summary>
    public int Refunds { get; init; }

    public Money Refunded { get; init; } = Money.Zero(Gross.Currency);

    /// <summary>Beside the sales, in no tax, and part of what the tenders brought.</summary>
    public Money Tips { get; init; } = Money.Zero(Gross.Currency);

    /// <summary>Given back with voids and refunds, positive.</summary>
    public Money TipsReturned { get; init; } = Money.Zero(Gross.Currency);

    /// <param name="entries">Those that the report covers; others are left out.</param>
    /// <param name="saleOf">A sale by its id, for voids; null when it cannot be read.</param>
    public static ZReport Of(
        DayReported taken, EntryHeader header, Currency currency, IEnumerable<Entry> entries,
        Func<Id, SaleCompleted?> saleOf)
    {
        var sum = new Summing(currency);
        foreach (var entry in entries)
        {
            if (entry.Header.Number < taken.FromNumber || entry.Header.Number >= header.Number)
                continue;
            sum.Add(entry.Body, saleOf);
        }
        return new ZReport(
            taken.Report, taken.FromNumber, header.Number - 1, header.At, header.BusinessDate,
            sum.Sales, sum.Voids, sum.Gross, sum.Voided, sum.Gross - sum.Voided - sum.Refunded, sum.Tenders,
            sum.Taxes, sum.Declined, sum.Refused, sum.Abandoned)
        {
            Refunds = sum.Refunds,
            Refunded = sum.Refunded,
            Tips = sum.Tips,
            TipsReturned = sum.TipsReturned,
        };
    }

    private sealed class Summing(Currency currency)
    {
        private readonly SortedDictionary<(TenderKind Kind, Approval Approval), TenderTotal> _tenders = [];
        private readonly SortedDictionary<int, TaxLine> _taxes = [];

        public int Sales { get; private set; }

        public int Voids { get; private set; }

        public Money Gross { get; private set; } = Money.Zero(currency);

        public int Refunds { get; private set; }

        public Money Refunded { get; private set; } = Money.Zero(currency);

        public Money Voided { get; private set; } = Money.Zero(currency);

        public Money Tips { get; private set; } = Money.Zero(currency);

        public Money TipsReturned { get; private set; } = Money.Zero(currency);

        public int Declined { get; private set; }

        public int Refused { get; private set; }

        public int Abandoned { get; private set; }

        public IReadOnlyList<TenderTotal> Tenders => [.. _tenders.Values];

        public IReadOnlyList<TaxLine> Taxes => [.. _taxes.Values.Reverse()];

        public void Add(EntryBody body, Func<Id, SaleCompleted?> saleOf)
        {
            switch (body)
            {
                case SaleCompleted sale:
                    Sales++;
                    Gross += sale.Total;
                    Tips += sale.Tip;
                    Count(sale, 1);
                    break;
                case SaleVoided voided:
                    Voids++;
                    Voided += voided.Total;
                    if (saleOf(voided.Sale) is { } original)
                    {
                        TipsReturned += original.Tip;
                        Count(original, -1);
                    }
                    break;
                case SaleRefunded refunded:
                    Refunds++;
                    Refunded += refunded.Total;
                    TipsReturned += refunded.Tip ?? Money.Zero(currency);
                    Count(refunded);
                    break;
                case PaymentFailed failed:
                    Declined += failed.ResponseCode is null ? 0 : 1;
                    Refused += failed.ResponseCode is null ? 1 : 0;
                    break;
                case PaymentAbandoned:
                    Abandoned++;
                    break;
                default:
                    // Stock, policies and other reports move no money.
                    break;
            }
        }

        /// <summary>A card is given back to under the approval of the back office.</summary>
        private void Count(SaleRefunded refund)
        {
            var zero = Money.Zero(currency);
            foreach (var tender in refund.Tenders)
            {
                var approval = tender.Payment is null ? Approval.None : Approval.Online;
                var before = _tenders.GetValueOrDefault((tender.Kind, approval))
                    ?? new TenderTotal(tender.Kind, approval, 0, zero, 0, zero);
                _tenders[(tender.Kind, approval)] = before with
                {
                    VoidCount = before.VoidCount + 1, VoidAmount = before.VoidAmount + tender.Amount,
                };
            }
            foreach (var tax in refund.Taxes)
            {
                var before = _taxes.GetValueOrDefault(tax.RateBasisPoints)
                    ?? new TaxLine(tax.RateBasisPoints, zero, zero, zero);
                _taxes[tax.RateBasisPoints] = new TaxLine(
                    tax.RateBasisPoints, before.Net - tax.Net, before.Tax - tax.Tax,
                        before.Gross - tax.Gross);
            }
        }

        private void Count(SaleCompleted sale, int sign)
        {
            foreach (var tender in sale.Tenders)
            {
                var (kind, approval) = (tender.Kind, tender.Payment?.Approval ?? Approval.None);
                var zero = Money.Zero(currency);
                var before = _tenders.GetValueOrDefault((kind, approval))
                    ?? new TenderTotal(kind, approval, 0, zero, 0, zero);
                _tenders[(kind, approval)] = sign > 0
                    ? before with { Count = before.Count + 1, Amount = before.Amount + tender.Amount }
                    : before with
                    {
                        VoidCount = before.VoidCount + 1, VoidAmount = before.VoidAmount + tender.Amount,
                    };
            }
            foreach (var tax in sale.Taxes)
            {
                var zero = Money.Zero(currency);
                var before = _taxes.GetValueOrDefault(tax.RateBasisPoints)
                    ?? new TaxLine(tax.RateBasisPoints, zero, zero, zero);
                _taxes[tax.RateBasisPoints] = new TaxLine(
                    tax.RateBasisPoints, before.Net + tax.Net * sign, before.Tax + tax.Tax * sign,
                    before.Gross + tax.Gross * sign);
            }
        }
    }
}

/// <summary>What one way of paying brought.</summary>
/// <param name="Approval">None for cash.</param>
/// <param name="VoidAmount">Of voids in the report, positive.</param>
internal sealed record TenderTotal(
    TenderKind Kind, Approval Approval, int Count, Money Amount, int VoidCount, Money VoidAmount);
