using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;

namespace CloudPos.Functions.Reports;

/// <summary>From rows to figures: a pure function, so that any history can be tried.</summary>
internal static class FiguresOf
{
    /// <summary>The cashier of a void or refund from before cashiers were kept with them.</summary>
    private const string NobodyKnown = "(not recorded)";

    public static SettlementFigures Facts(SettlementFacts facts)
    {
        var zero = Figure.Zero(facts.Currency);
        var cards = CardsOf(facts.Sales);
        var buckets = Buckets(facts, cards);
        var (sales, voids) = (Total(facts.Sales, zero), Total(facts.Voids, zero));
        var refunds = RefundFigures.Of(facts);
        return new SettlementFigures(
            facts.Merchant, facts.MerchantName, facts.Date, facts.Currency.Code,
            sales, voids, sales.Amount - voids.Amount - refunds.All.Amount,
            OfKind(facts.Sales, TenderKind.Cash, zero), OfKind(facts.Voids, TenderKind.Cash, zero),
            OfKind(facts.Sales, TenderKind.Card, zero), OfKind(facts.Sales, TenderKind.Other, zero),
            buckets,
            new Proof(
                cards.Aggregate(zero, (sum, tender) => sum.Plus(tender.Amount)),
                buckets.Aggregate(zero, (sum, line) => sum + line.Total)),
            Deferred(buckets, facts, cards),
            Schemes(cards, zero),
            Groups(
                facts, sale => sale.Store, sale => sale.Store, refund => refund.GivenIn ?? refund.Store),
            Groups(
                facts, sale => sale.Sale.Terminal, sale => sale.Sale.Terminal,
                refund => refund.Refund.Terminal),
            Groups(
                facts, sale => sale.Sale.Cashier, sale => sale.Sale.VoidCashier ?? NobodyKnown,
                refund => refund.Refund.Cashier ?? NobodyKnown),
            Vat(facts),
            [.. facts.Batches.OrderBy(
                batch => batch.Head.Id.ToString(), StringComparer.Ordinal).Select(Batch)],
            [.. facts.WithoutSale.OrderBy(payment => payment.Payment).Select(Loose)],
            [.. facts.Stores.OrderBy(store => store.Store, StringComparer.Ordinal).Select(Store)],
            Stragglers(facts))
        {
            Cleared = Cleared(facts),
            Locale = facts.Locale,
            Refunds = refunds,
            Tips = TipFigures.Of(facts),
            Outages = OutageLetter.Of(facts),
            Chargebacks = [.. facts.Chargebacks.OrderBy(one => one.Case, StringComparer.Ordinal).Select(
                one => ChargedBack(one, facts.Currency))],
            PaidTwice = facts.PaidTwice.Count == 0
                ? null
                : [.. facts.PaidTwice.OrderBy(one => one.Payment)],
            VoidsSetAside = facts.VoidsSetAside.Count == 0
                ? null
                : [.. facts.VoidsSetAside.OrderBy(one => one.Payment)],
        };
    }

    /// <summary>Exactly one bucket for each payment, whatever its state.</summary>
    public static Bucket BucketOf(PaymentRow? payment) => payment?.State switch
    {
        null or PaymentState.None => Bucket.NotRecorded,
        PaymentState.Attempted or PaymentState.Pending or PaymentState.Asked => Bucket.Pending,
        PaymentState.Approved => Bucket.Approved,
        PaymentState.Batched => Bucket.InBatch,
        PaymentState.Settled => Bucket.Settled,
        PaymentState.Declined or PaymentState.Expired when payment.TakenBack => Bucket.TakenBack,
        PaymentState.Declined => Bucket.Declined,
        PaymentState.Expired => Bucket.Expired,
        PaymentState.Voided or PaymentState.Abandoned => Bucket.Cancelled,
        PaymentState.Reversing => Bucket.Reversing,
        PaymentState.Reversed => Bucket.Reversed,
        _ => throw new ArgumentOutOfRangeException(nameof(payment), payment.State, "Not a payment state."),
    };

    /// <summary>Of a sale that was taken back: nobody owes it.</summary>
    public static bool IsUndone(Bucket bucket) =>
        bucket is Bucket.Cancelled or Bucket.Reversing or Bucket.Reversed or Bucket.TakenBack;

    /// <summary>Each payment once, by its own row's amount; where there is no row, by the sale's.</summary>
    private static IReadOnlyList<BucketLine> Buckets(SettlementFacts facts, IEnumerable<Tender> cards)
    {
        var zero = Figure.Zero(facts.Currency);
        var lines = Enum.GetValues<Bucket>().ToDictionary(
            bucket => bucket, bucket => new BucketLine(bucket, zero, zero));
        foreach (var tender in cards.DistinctBy(tender => tender.Payment!.Payment))
        {
            var payment = facts.Payments.GetValueOrDefault(tender.Payment!.Payment);
            var line = lines[BucketOf(payment)];
            var amount = payment?.Amount ?? tender.Amount;
            lines[line.Bucket] = tender.Payment.Approval == Approval.Deferred
                ? line with { Deferred = line.Deferred.Plus(amount) }
                : line with { Online = line.Online.Plus(amount) };
        }
        return [.. lines.Values.OrderBy(line => line.Bucket)];
    }

    private static DeferredFigures Deferred(
        IReadOnlyList<BucketLine> buckets, SettlementFacts facts, IEnumerable<Tender> cards)
    {
        Figure In(params Bucket[] those) => buckets.Where(line => those.Contains(line.Bucket))
            .Aggregate(Figure.Zero(facts.Currency), (sum, line) => sum + line.Deferred);
        var pending = cards.Where(tender => tender.Payment!.Approval == Approval.Deferred)
            .Select(tender => facts.Payments.GetValueOrDefault(tender.Payment!.Payment))
            .Where(payment => payment is not null && BucketOf(payment) == Bucket.Pending)
            .Select(payment => payment!.Facts?.AttemptAt).Min();
        return new DeferredFigures(
            In(Enum.GetValues<Bucket>()), In(Bucket.Approved, Bucket.InBatch, Bucket.Settled),
            In(Bucket.Declined),
            In(Bucket.Expired), In(Bucket.Pending), pending,
            In(Bucket.Cancelled, Bucket.Reversing, Bucket.Reversed, Bucket.TakenBack),
            In(Bucket.NotRecorded))
        {
            Recovered = Those(payment => IsCase(facts, payment, CaseState.Recovered)),
            RecoveredByLink = Those(payment => IsRecoveredByLink(facts, payment)),
            // A case is closed by a void too; what is taken back is not given up.
            WrittenOff = Those(payment =>
                !payment.TakenBack && IsCase(facts, payment, CaseState.WrittenOff)),
        };

        Figure Those(Func<PaymentRow, bool> which) => cards
            .Where(tender => tender.Payment!.Approval == Approval.Deferred)
            .Select(tender => facts.Payments.GetValueOrDefault(tender.Payment!.Payment))
            .Where(payment => payment?.Amount is not null && which(payment))
            .DistinctBy(payment => payment!.Payment)
            .Aggregate(Figure.Zero(facts.Currency), (sum, payment) => sum.Plus(payment!.Amount!.Value));
    }

    private static bool IsRecoveredByLink(SettlementFacts facts, PaymentRow payment) =>
        facts.Cases.GetValueOrDefault(payment.Payment) is
            { State: CaseState.Recovered, Tries: [.., { IsByLink: true }] };

    /// <summary>Whether the recovery of a lost payment stands so.</summary>
    public static bool IsCase(SettlementFacts facts, PaymentRow payment, CaseState state) =>
        facts.Cases.GetValueOrDefault(payment.Payment)?.State == state;

    private static ClearedFigures? Cleared(SettlementFacts facts)
    {
        var shares = facts.Batches.SelectMany(batch => batch.Head.Shares)
            .Where(share => share.Date == facts.Date).ToList();
        if (shares.Count == 0)
            return null;
        var refunds = new Money(shares.Sum(share => share.CreditMinor), facts.Currency);
        var gross = new Money(shares.Sum(share => share.GrossMinor), facts.Currency) + refunds;
        var fees = new Money(shares.Sum(share => share.FeeMinor), facts.Currency);
        return new ClearedFigures(
            gross, fees, gross - refunds - fees, shares.Sum(share => share.Unpriced)) { Refunds = refunds };
    }

    private static IReadOnlyList<SchemeLine> Schemes(IEnumerable<Tender> cards, Figure zero) =>
    [
        .. cards.GroupBy(tender => tender.Payment!.Card.Scheme.ToString()).OrderBy(
            group => group.Key, StringComparer.Ordinal)
            .Select(group => new SchemeLine(group.Key, Sum(group, false, zero), Sum(group, true, zero))),
    ];

    private static IReadOnlyList<SalesLine> Groups(
        SettlementFacts facts, Func<SaleFact, string> ofSale, Func<SaleFact, string> ofVoid,
        Func<RefundFact, string> ofRefund)
    {
        var zero = Figure.Zero(facts.Currency);
        var (sales, voids) = (facts.Sales.ToLookup(ofSale), facts.Voids.ToLookup(ofVoid));
        var refunds = facts.Refunds.ToLookup(ofRefund);
        var names = sales.Select(group => group.Key).Concat(voids.Select(group => group.Key))
            .Concat(refunds.Select(group => group.Key)).Distinct().Order(StringComparer.Ordinal);
        return
        [
            .. names.Select(name =>
            {
                var cards = CardsOf(sales[name]);
                return new SalesLine(
                    name, Total(sales[name], zero), OfKind(sales[name], TenderKind.Cash, zero),
                    Sum(cards, false, zero), Sum(cards, true, zero),
                    OfKind(sales[name], TenderKind.Other, zero))
                {
                    Voids = Total(voids[name], zero),
                    Refunds = refunds[name].Aggregate(zero, (sum, one) => sum.Plus(one.Refund.Total)),
                };
            }),
        ];
    }

    private static IReadOnlyList<Tender> CardsOf(IEnumerable<SaleFact> sales) =>
        [.. sales.SelectMany(sale => sale.Sale.Tenders).Where(tender => tender.Payment is not null)];

    private static Figure Sum(IEnumerable<Tender> cards, bool deferred, Figure zero) => cards
        .Where(tender => tender.Payment!.Approval == Approval.Deferred == deferred)
        .Aggregate(zero, (sum, tender) => sum.Plus(tender.Amount));

    private static Figure Total(IEnumerable<SaleFact> sales, Figure zero) =>
        sales.Aggregate(zero, (sum, sale) => sum.Plus(sale.Sale.Total));

    private static Figure OfKind(IEnumerable<SaleFact> sales, TenderKind kind, Figure zero) => sales
        .SelectMany(sale => sale.Sale.Tenders).Where(tender => tender.Kind == kind)
        .Aggregate(zero, (sum, tender) => sum.Plus(tender.Amount));

    private static IReadOnlyList<VatLine> Vat(SettlementFacts facts)
    {
        var rates = new SortedDictionary<int, VatLine>();
        void Add(TaxLine tax, int sign)
        {
            var zero = Money.Zero(facts.Currency);
            var line = rates.GetValueOrDefault(tax.RateBasisPoints)
                ?? new VatLine(tax.RateBasisPoints, zero, zero, zero);
            rates[tax.RateBasisPoints] = line with
            {
                Net = line.Net + tax.Net * sign,
                Tax = line.Tax + tax.Tax * sign,
                Gross = line.Gross + tax.Gross * sign,
            };
        }
        foreach (var tax in facts.Sales.SelectMany(sale => sale.Sale.Taxes))
            Add(tax, 1);
        foreach (var tax in facts.Voids.SelectMany(sale => sale.Sale.Taxes))
            Add(tax, -1);
        foreach (var tax in facts.Refunds.SelectMany(refund => refund.Refund.Taxes ?? []))
            Add(tax, -1);
        return [.. rates.Values];
    }

    private static BatchFigures Batch(BatchFact batch)
    {
        var (head, cycle) = (batch.Head, batch.Cycle);
        var zero = Money.Zero(head.Id.Cycle.Currency);
        var ofDate = batch.OfDate.Aggregate(new Figure(0, zero), (sum, member) =>
            sum.Plus(new Money(member.AmountMinor, zero.Currency)));
        // A batch that was sealed after the last question is in nobody's totals yet.
        var isAsked = head.Id.Sequence <= cycle.Through;
        return new BatchFigures(
            head.Id.ToString(), head.Id.Cycle.Date, head.State, new Figure(head.Count, head.Sum), ofDate,
            head.Digest, isAsked ? cycle.Balance : Balance.NotAsked,
            isAsked ? cycle.Ours : null, isAsked ? cycle.Theirs : null,
            isAsked ? Differences(cycle) : [])
        {
            Acquirer = cycle.Cycle.Acquirer,
            Expected = batch.Payout?.Expected,
            Funded = batch.Payout?.Funded,
            ChargedBack = batch.Payout is { ChargedBack: not 0 and var kept }
                ? new Money(kept, zero.Currency)
                : null,
            CaseFees = batch.Payout is { CaseFees: not 0 and var fees }
                ? new Money(fees, zero.Currency)
                : null,
            Refunds = head.CreditCount == 0
                ? null
                : new Figure(head.CreditCount, new Money(head.CreditMinor, zero.Currency)),
            Payments = batch.Comparison is { } listing && Counts(listing, cycle) ? listing.Differences : [],
        };
    }

    /// <summary>
    /// What differed before the totals agreed is over. What differs in a listing that came afterwards cancels
    /// out in the totals, or has changed since: it is told.
    /// </summary>
    private static bool Counts(ListingComparison listing, CycleRow cycle) =>
        cycle.Balance != Balance.InBalance || listing.At > cycle.AnsweredAt;

    private static IReadOnlyList<string> Differences(CycleRow cycle)
    {
        if (cycle.Balance == Balance.Refused)
            return [$"The acquirer did not compare: it answered {cycle.ResponseCode}."];
        if (cycle is not { Ours: { } ours, Theirs: { } theirs })
            return cycle.Balance == Balance.OutOfBalance ? ["The acquirer did not tell its totals."] : [];
        var found = new List<string>();
        void Compare(string what, MessageTotal a, MessageTotal b)
        {
            if (a != b)
                found.Add($"{what}: ours {Text(a, cycle)}, theirs {Text(b, cycle)}; ours less theirs is "
                    + Printed.Figure(new Money(a.AmountMinor - b.AmountMinor, cycle.Cycle.Currency)));
        }
        Compare("Purchases", ours.Debits, theirs.Debits);
        Compare("Reversed purchases", ours.DebitReversals, theirs.DebitReversals);
        Compare("Refunds", ours.Credits, theirs.Credits);
        Compare("Reversed refunds", ours.CreditReversals, theirs.CreditReversals);
        return found;
    }

    private static string Text(MessageTotal total, CycleRow cycle) =>
        $"{total.Count} with {Printed.Figure(new Money(total.AmountMinor, cycle.Cycle.Currency))}";

    private static ChargebackFigure ChargedBack(Chargeback known, Currency currency) => new(
        known.Case, known.Payment, known.Terminal, new Money(known.AmountMinor, currency), known.ReceivedOn,
        known.Reason,
        [
            .. known.Reversals.Select(back => new ChargebackReturn(
                back.Reference, back.Kind, new Money(back.AmountMinor, currency), back.ReceivedOn,
                back.Reason)),
        ])
    {
        Taken = known.Taken.Count == 0 ? null
            :
            [
                .. known.Taken.GroupBy(part => part.Cycle, StringComparer.Ordinal).Select(cycle =>
                    new ChargebackTaken(
                        PayoutName(cycle.Key), new Money(cycle.Sum(part => part.AmountMinor), currency)))
                    .Where(taken => !taken.Amount.IsZero),
            ],
        Fees = known.Fees.Count == 0
            ? null
            :
            [
                .. known.Fees.GroupBy(fee => fee.Cycle, StringComparer.Ordinal).Select(cycle =>
                    new ChargebackTaken(
                        PayoutName(cycle.Key), new Money(cycle.Sum(fee => fee.AmountMinor), currency)))
                    .Where(fee => !fee.Amount.IsZero),
            ],
    };

    private static string PayoutName(string cycle) => Cycle.TryParse(cycle, out var known)
        ? Printed.Date(known!.Date) + (known.Acquirer is { } acquirer ? $", {acquirer}" : "")
        : cycle;

    private static LoosePayment Loose(PaymentRow payment) => new(
        payment.Payment, payment.Terminal, payment.Amount!.Value, payment.Answer?.SettlementDate);

    private static StoreLine Store(StoreFact store) => new(
        store.Store, store.Name, store.Closing.FirstClosedAt is null ? store.Closing.State : DayState.Closed,
        store.Closing.FirstClosedAt, store.Closing.By, store.Closing.Forced, store.Closing.Dark,
            store.Closing.Unapplied);

    private static IReadOnlyList<Straggler> Stragglers(SettlementFacts facts)
    {
        var closed = facts.Stores.ToDictionary(store => store.Store, store => store.Closing.FirstClosedAt);
        return
        [
            .. facts.Sales.Where(
                sale => closed.GetValueOrDefault(sale.Store) is { } at && sale.Sale.StoredAt > at)
                .OrderBy(sale => sale.Sale.ReceiptNumber, StringComparer.Ordinal)
                .Select(sale => new Straggler(
                    sale.Sale.ReceiptNumber, sale.Store, sale.Sale.Terminal, sale.Sale.Total,
                        sale.Sale.StoredAt)),
        ];
    }
}
