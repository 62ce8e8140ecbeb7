using CloudPos.Journal;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;
using CloudPos.Terminal.Reports;

namespace CloudPos.Terminal.Printing;

/// <summary>The paper that an entry prints as, made of the journal alone, so that it can be made at any
/// time.</summary>
internal static class EntryPaper
{
    /// <summary>Null when the entry has no paper, or what it speaks of cannot be read.</summary>
    /// <param name="isAgain">It may have come out before: the paper says that it is a copy.</param>
    public static ReceiptPaper? Of(TerminalStore store, Entry entry, bool isAgain = false)
    {
        var head = ReceiptHead.Of(store) with { IsAgain = isAgain };
        switch (entry.Body)
        {
            case SaleCompleted sale:
                return SaleReceipt.Paper(head, entry.Header, sale, isCopy: false);
            case ReceiptCopied copied when SaleOf(store, copied.Sale) is (var header, var sale):
                return SaleReceipt.Paper(head, header, sale, isCopy: true, copied.Copy);
            case SaleVoided voided when SaleOf(store, voided.Sale) is (_, var sale):
                return VoidSlip.Paper(head, entry.Header, voided, sale, isCopy: false);
            case SaleRefunded { SoldElsewhere: { } sold } refund:
                return RefundSlip.Paper(head, entry.Header, refund, sold);
            case SaleRefunded refund when SaleOf(store, refund.Sale) is (_, var sale):
                return RefundSlip.Paper(head, entry.Header, refund, sale);
            case InvoiceIssued invoice:
                return InvoicePaper.Of(store, invoice.InvoiceNumber) is { } issued
                    ? InvoicePaper.Paper(issued, head) : null;
            case InvoiceCopied copied:
                return InvoicePaper.Of(store, copied.InvoiceNumber, copied.Copy) is { } again
                    ? InvoicePaper.Paper(again, head) : null;
            case DayReported:
                return DayReport.Z(store, entry).Paper;
            case DrillEnded drill:
                return DrillPaper.Of(head, drill);
            default:
                return null;
        }
    }

    private static (EntryHeader Header, SaleCompleted Sale)? SaleOf(TerminalStore store, Id sale) =>
        store.FindSale(sale) is { } row && store.SaleEntry(row) is { Body: SaleCompleted body } entry
            ? (entry.Header, body)
            : null;
}
