using CloudPos.Journal;
using CloudPos.Terminal.Checkout;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private const int OpenRefundsMax = 100;

    private IReadOnlyList<OpenRefund> _openRefunds = [];

    /// <summary>What was given back of a sale so far, oldest first.</summary>
    public IReadOnlyList<SaleRefunded> RefundsOf(Id sale) => Locked(() => ReadRefunds(sale));

    /// <summary>What went, or is to go, back to the cards of a sale, and what became of it.</summary>
    public IReadOnlyList<RefundPayment> RefundPaymentsOf(Id sale) => Locked(() => _sales.ToCards.Of(sale));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RefundPayment> RefundPayments(int most = 1_000) =>
        Locked(() => _sales.ToCards.Newest(most));

    /// <summary>The receipt of which it gives back, of this till or of another one.</summary>
    public string? ReceiptOfRefund(RefundPayment refund) => Locked(() =>
        _sales.Find(refund.Sale)?.ReceiptNumber
        ?? ReadRefunds(refund.Sale).FirstOrDefault()?.ReceiptNumber);

    /// <summary>Refunds that the cards' banks refused since then.</summary>
    public int RefundsRefusedSince(DateTimeOffset moment) =>
        Locked(() => _sales.ToCards.RefusedSince(moment));

    /// <summary>Refunds that were asked for and have no answer, oldest first; one a sale at most.</summary>
    public IReadOnlyList<OpenRefund> OpenRefunds => Locked(() => _openRefunds);

    /// <summary>
    /// Makes the ids of a refund durable before the back office is asked; another one of the same sale gives
    /// way to it.
    /// </summary>
    public WriteOutcome BeginRefund(OpenRefund refund)
    {
        lock (_gate)
            return Commit(batch =>
            {
                var sale = refund.Refund.Sale;
                IReadOnlyList<OpenRefund> open =
                    [.. _openRefunds.Where(one => one.Refund.Sale != sale), refund];
                if (open.Count > OpenRefundsMax)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"{OpenRefundsMax} refunds have no answer yet; ask for one of them again first.");
                SetOpenRefunds(batch, open);
                return null;
            });
    }

    /// <summary>Lets a refund go that was refused, never sent, or given up by a person.</summary>
    public WriteOutcome DropRefund(Id sale)
    {
        lock (_gate)
            return _openRefunds.All(one => one.Refund.Sale != sale)
                ? WriteOutcome.Stored(null)
                : Commit(batch =>
                {
                    CloseRefund(batch, sale);
                    return null;
                });
    }

    /// <summary>
    /// Gives a part of a sale back: its goods are stock again, and the back office asks for the money. Before
    /// this returned stored, nothing is handed out; the same refund again differs, since it was handed out.
    /// </summary>
    public WriteOutcome RefundSale(SaleRefunded refund)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (refund.SoldElsewhere is { } foreign)
                    return RefundForeign(batch, refund, foreign);
                if (_sales.Find(refund.Sale) is not { } row || ReadSale(row) is not { } sale)
                    return WriteOutcome.Not(
                        WriteStatus.SaleUnknown, $"There is no sale {refund.Sale} on this terminal.");
                if (row.VoidedBy is not null)
                    return WriteOutcome.Not(
                        WriteStatus.AlreadyVoided,
                        $"Receipt {row.ReceiptNumber} was voided by entry {row.VoidedBy}.");
                var before = ReadRefunds(refund.Sale);
                if (before.Any(one => one.Refund == refund.Refund))
                    return WriteOutcome.Not(
                        WriteStatus.Differs, $"Refund {refund.Refund} is journalled already.");
                var given = before.Aggregate(
                    Money.Zero(sale.Total.Currency), (sum, one) => sum + one.Total);
                var tips = before.Aggregate(refund.Tip?.Minor ?? 0, (sum, one) => sum
                    + (one.Tip?.Minor ?? 0));
                if (refund.Tip is { Minor: < 0 } || tips > sale.Tip.Minor)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"Of receipt {row.ReceiptNumber}, the tip was {sale.Tip}.");
                if (refund.Total.Minor < 0 || refund.All.Minor <= 0 || given + refund.Total > sale.Total)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"Of receipt {row.ReceiptNumber}, {sale.Total - given} is left to give back.");
                var place = new Place(batch.Head.Journal.Epoch, batch.Next);
                batch.Answer = batch.Add(refund, _clocks.Now);
                CloseRefund(batch, refund.Sale);
                CreditInvoiceOf(batch, row, refund, place);
                return null;
            });
    }

    /// <summary>
    /// Of another terminal's sale the back office has reserved it; here it cannot be checked what is left.
    /// </summary>
    private WriteOutcome? RefundForeign(Batch batch, SaleRefunded refund, SaleCompleted sale)
    {
        if (ReadRefunds(refund.Sale).Any(one => one.Refund == refund.Refund))
            return WriteOutcome.Not(
                WriteStatus.Differs, $"Refund {refund.Refund} is journalled already.");
        if (!refund.Online || sale.Sale != refund.Sale || refund.Total.Minor < 0 || refund.All.Minor <= 0
            || refund.Total > sale.Total || (refund.Tip?.Minor ?? 0) > sale.Tip.Minor)
            return WriteOutcome.Not(
                WriteStatus.Malformed,
                $"Receipt {refund.ReceiptNumber} of another till is given back as the back office allows.");
        batch.Answer = batch.Add(refund, _clocks.Now);
        CloseRefund(batch, refund.Sale);
        return null;
    }

    private void CloseRefund(Batch batch, Id sale)
    {
        if (_openRefunds.Any(one => one.Refund.Sale == sale))
            SetOpenRefunds(batch, [.. _openRefunds.Where(one => one.Refund.Sale != sale)]);
    }

    private void SetOpenRefunds(Batch batch, IReadOnlyList<OpenRefund> open)
    {
        _values.Set(ValueTable.OpenRefunds, open, StoreJson.Default.IReadOnlyListOpenRefund);
        batch.After(() => _openRefunds = open);
    }

    private List<SaleRefunded> ReadRefunds(Id sale) => _enrolment is null
        ? []
        : [.. _sales.RefundsOf(sale).Select(place =>
            _journal.Read(_enrolment.Journal with { Epoch = place.Epoch }, place.Number).Entry?.Body
                as SaleRefunded
                ?? throw new JournalUnreadableException($"entry {place.Number} with a refund is not there"))];
}
