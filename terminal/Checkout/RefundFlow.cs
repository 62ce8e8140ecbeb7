using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What is to be given back of a sale: some of its goods, an amount, or all that is left.</summary>
/// <param name="Items">Empty: no goods come back.</param>
/// <param name="Amount">Null with no items: all that is left, goods included.</param>
/// <param name="Approver">The manager whose PIN was checked, or null.</param>
internal sealed record RefundOrder(
    SaleRow Sale, IReadOnlyList<BasketItem> Items, string? Amount, string Cashier, string? Approver,
    string Reason)
{
    /// <summary>
    /// How much of the tip, as typed; null: it stays with those who served. With an amount of nought the tip
    /// alone.
    /// </summary>
    public string? Tip { get; init; }

    /// <summary>The sale, where another terminal made it.</summary>
    public ForeignSale? Elsewhere { get; init; }

    public static RefundOrder Of(
        SaleRow? own, ForeignSale? elsewhere, IReadOnlyList<BasketItem> items, string? amount,
        string cashier, string? approver, string reason) => new(
        own ?? ForeignReceipts.RowOf(elsewhere!), items, amount, cashier, approver, reason)
        {
            Elsewhere = own is null ? elsewhere : null,
        };
}

/// <summary>Asks the back office to reserve a refund; null where nobody can be asked.</summary>
internal delegate Task<Reply<RefundAnswer>> AskRefund(
    RefundRequest request, TimeSpan timeout, CancellationToken cancel);

/// <summary>How a refund ended: the entry, or why nothing was given back.</summary>
/// <param name="IsRefused">The back office or the merchant's limit said no.</param>
internal sealed record RefundResult(
    Entry? Entry, string? Fault, bool IsRefused = false, WriteOutcome? NotStored = null)
{
    public static RefundResult Bad(string fault) => new(null, fault);

    public static RefundResult Refused(string fault) => new(null, fault, IsRefused: true);
}

/// <summary>
/// Gives back what a sale took: asks first, then journals, and only then hands anything out. Without a line
/// only as much as the merchant lets a terminal give back unasked, and only of payments whose outcome is
/// known here.
/// </summary>
internal sealed class RefundFlow(TerminalStore store, AskRefund? ask)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<RefundResult> Refund(RefundOrder order, CancellationToken cancel)
    {
        if (SaleOf(order) is not { } sale)
            return RefundResult.Bad($"Receipt {order.Sale.ReceiptNumber} cannot be read.");
        if (order.Elsewhere?.Refusal is { } refusal)
            return RefundResult.Refused(refusal);
        if (order.Sale.VoidedBy is not null)
            return RefundResult.Bad($"Receipt {order.Sale.ReceiptNumber} was voided.");
        if (store.Staff.Count > 0 && order.Approver is null)
            return RefundResult.Refused("A refund takes a manager.");
        var earlier = EarlierOf(order);
        var (refund, fault) = Compose(order, sale, earlier);
        if (refund is null)
            return RefundResult.Bad(fault!);
        var before = OpenOf(sale.Sale);
        refund = before?.Again(refund) ?? refund;
        var isFirst = before?.Refund.Refund != refund.Refund;
        var open = new OpenRefund(refund, order.Elsewhere is null ? null : sale, store.Now);
        if (isFirst && store.BeginRefund(open) is { IsStored: false } failed)
            return new RefundResult(null, failed.Sentence, NotStored: failed);
        return await Ask(open, sale, earlier, isFirst, cancel);
    }

    /// <summary>Asks once more for a refund of a sale whose answer was lost, under its own ids.</summary>
    public async Task<RefundResult> Again(Id sale, CancellationToken cancel)
    {
        if (OpenOf(sale) is not { } open)
            return RefundResult.Bad("No refund of this receipt waits for an answer.");
        if ((open.Elsewhere ?? (store.FindSale(sale) is { } row ? store.SaleEntry(row)?.Body : null))
            is not SaleCompleted sold)
            return RefundResult.Bad($"Receipt {open.Refund.ReceiptNumber} cannot be read.");
        return await Ask(open, sold, store.RefundsOf(sale), isFirst: false, cancel);
    }

    private OpenRefund? OpenOf(Id sale) =>
        store.OpenRefunds.FirstOrDefault(open => open.Refund.Sale == sale);

    /// <param name="isFirst">Not asked for before: nothing is held if nothing was sent.</param>
    private async Task<RefundResult> Ask(
        OpenRefund open, SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier, bool isFirst,
        CancellationToken cancel)
    {
        var refund = open.Refund;
        var reply = ask is null
            ? Reply<RefundAnswer>.NotSent("There is no back office to ask.")
            : await ask(new RefundRequest(refund), Timeout, cancel);
        if (reply.IsAnswered && reply.Value.Refund == refund.Refund)
            return reply.Value.Reserved
                ? Store(open.Elsewhere is null ? refund : refund with { SoldElsewhere = sale })
                : Refuse(reply.Value.Sentence ?? "The back office refused.");
        if (reply.Kind == ReplyKind.Refused)
            return Refuse(reply.Problem!.Sentence);
        var why = open.Elsewhere is null
            ? OfflineFault(refund, sale, earlier)
            : ForeignReceipts.Offline(refund.ReceiptNumber);
        if (why is null)
            return Store(refund with { Online = false });
        return reply.Kind == ReplyKind.NotSent && isFirst ? Refuse(why) : RefundResult.Refused(why);

        RefundResult Refuse(string sentence)
        {
            store.DropRefund(sale.Sale);
            return RefundResult.Refused(sentence);
        }
    }

    /// <summary>What it would come to, and where it would go; nobody is asked, nothing is written.</summary>
    public (SaleRefunded? Refund, string? Fault) Plan(RefundOrder order) =>
        order.Sale.VoidedBy is not null ? (null, $"Receipt {order.Sale.ReceiptNumber} was voided.")
        : order.Elsewhere?.Refusal is { } refusal ? (null, refusal)
        : SaleOf(order) is { } sale
            ? Compose(order, sale, EarlierOf(order))
            : (null, $"Receipt {order.Sale.ReceiptNumber} cannot be read.");

    private SaleCompleted? SaleOf(RefundOrder order) =>
        order.Elsewhere?.Sale ?? store.SaleEntry(order.Sale)?.Body as SaleCompleted;

    private IReadOnlyList<SaleRefunded> EarlierOf(RefundOrder order) =>
        order.Elsewhere?.Earlier ?? store.RefundsOf(order.Sale.Sale);

    private RefundResult Store(SaleRefunded refund)
    {
        var outcome = store.RefundSale(refund);
        return outcome.IsStored
            ? new RefundResult(outcome.Entry, null)
            : new RefundResult(null, outcome.Sentence, NotStored: outcome);
    }

    private static (SaleRefunded? Refund, string? Fault) Compose(
        RefundOrder order, SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier)
    {
        var currency = sale.Total.Currency;
        var left = earlier.Aggregate(sale.Total, (sum, one) => sum - one.Total);
        var (tip, tipFault) = TipOf(order, sale, earlier);
        if (tipFault is not null)
            return (null, tipFault);
        if (left.Minor <= 0 && tip is null)
            return (null, "All of this sale has been given back.");
        IReadOnlyList<TaxLine> taxed = [.. earlier.SelectMany(one => one.Taxes)];
        IReadOnlyList<RefundLine> lines = [];
        IReadOnlyList<TaxLine> taxes;
        Money total;
        if (order.Amount is { } text)
        {
            if (order.Items.Count > 0)
                return (null, "Say which goods come back, or an amount, not both.");
            if (!AmountText.TryParse(text, currency, out total) || (total.Minor <= 0 && tip is null))
                return (null, $"'{text}' is no amount above zero in {currency}.");
            if (total > left)
                return (null, $"{left} is left to give back.");
            taxes = RefundSum.OfAmount(sale, total, taxed);
        }
        else
        {
            var (chosen, fault) = LinesOf(order.Items, sale, earlier);
            if (chosen is null)
                return (null, fault);
            lines = chosen;
            total = lines.Aggregate(Money.Zero(currency), (sum, line) => sum + line.Amount);
            if ((total.Minor <= 0 && tip is null) || total > left)
                return (null, $"These goods come to {total}; {left} is left to give back.");
            taxes = RefundSum.OfLines(sale, lines, taxed);
        }
        return (new SaleRefunded(
            Id.New(), sale.Sale, order.Sale.ReceiptNumber.Split('-')[0], order.Sale.ReceiptNumber,
            order.Cashier, order.Approver, order.Reason, lines, taxes, total,
            TendersOf(sale, earlier, tip is { } more ? total + more : total), Online: true)
        {
            Tip = tip,
        }, null);
    }

    private static (Money? Tip, string? Fault) TipOf(
        RefundOrder order, SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier)
    {
        if (order.Tip is not { } text)
            return (null, null);
        var left = TipLeft(sale, earlier);
        if (!AmountText.TryParse(text, sale.Total.Currency, out var tip) || tip.IsZero)
            return (null, $"'{text}' is no amount above zero in {sale.Total.Currency}.");
        return tip > left ? (null, $"Of the tip, {left} is left to give back.") : (tip, null);
    }

    public static Money TipLeft(SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier) =>
        earlier.Aggregate(sale.Tip, (sum, one) => one.Tip is { } given ? sum - given : sum);

    /// <summary>Pieces are taken from the sale's lines in their order; without items all that is
    /// left.</summary>
    private static (IReadOnlyList<RefundLine>? Lines, string? Fault) LinesOf(
        IReadOnlyList<BasketItem> items, SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier)
    {
        var before = earlier.SelectMany(one => one.Lines).GroupBy(line => line.Line)
            .ToDictionary(line => line.Key, line => line.Sum(one => one.Quantity));
        var wanted = items.GroupBy(item => item.Code).ToDictionary(
            item => item.Key, item => item.Sum(one => one.Quantity), StringComparer.Ordinal);
        var lines = new List<RefundLine>();
        for (var index = 0; index < sale.Lines.Count; index++)
        {
            var line = sale.Lines[index];
            var given = before.GetValueOrDefault(index);
            var quantity = items.Count == 0
                ? line.Quantity - given
                : Math.Min(wanted.GetValueOrDefault(line.Sku), line.Quantity - given);
            if (quantity <= 0)
                continue;
            wanted[line.Sku] = wanted.GetValueOrDefault(line.Sku) - quantity;
            lines.Add(new RefundLine(index, line.Sku, quantity, RefundSum.OfLine(line, given, quantity)));
        }
        return items.Count > 0 && wanted.FirstOrDefault(item => item.Value != 0) is { Key: { } sku }
            ? (null, $"So many of {sku} were not sold with this receipt, or came back already.")
            : (lines, null);
    }

    /// <summary>What was paid by card goes back to that card first, the rest in cash.</summary>
    private static IReadOnlyList<RefundTender> TendersOf(
        SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier, Money total)
    {
        var tenders = new List<RefundTender>();
        var left = total;
        foreach (var tender in sale.Tenders.OrderByDescending(tender => tender.Payment is not null))
        {
            var payment = tender.Payment?.Payment;
            var before = earlier.SelectMany(one => one.Tenders).Where(one => one.Payment == payment)
                .Aggregate(Money.Zero(total.Currency), (sum, one) => sum + one.Amount);
            var rest = tender.Amount - before;
            var share = rest < left ? rest : left;
            if (share.Minor <= 0)
                continue;
            tenders.Add(new RefundTender(tender.Kind, share, payment, payment is null ? null : Id.New()));
            left -= share;
        }
        return tenders;
    }

    private string? OfflineFault(SaleRefunded refund, SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier)
    {
        var currency = refund.Total.Currency;
        var limit = store.Policy.OfflineRefundsUpTo?.FirstOrDefault(one => one.Currency == currency)
            ?? Money.Zero(currency);
        if (limit.Currency != currency)
            limit = Money.Zero(currency);
        var unasked = earlier.Where(one => !one.Online).Aggregate(refund.All, (sum, one) => sum + one.All);
        if (unasked > limit)
            return limit.IsZero
                ? "The back office cannot be asked, and nothing is given back unasked; try again later."
                : $"The back office cannot be asked, and at most {limit} of a sale is given back unasked.";
        foreach (var tender in refund.Tenders)
            if (tender.Payment is { } card && store.ChargedBackOf(card) is { } gone)
                return $"The card's bank has charged back {gone} of receipt {refund.ReceiptNumber} already, "
                    + "and would be paid twice; the office answers the case.";
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { } paid && (store.FindPayment(paid.Payment) is not { } row
                || row is { Approval: Approval.Deferred, OutcomeAt: null }
                || row.State != PaymentState.Approved))
                return "Whether the card has paid is not known here; try again when the line is back.";
        return null;
    }
}
