using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;

namespace CloudPos.Terminal.Receipts;

/// <summary>The slip of what was given back of a sale.</summary>
internal static class RefundSlip
{
    public static string Text(
        ReceiptHead head, EntryHeader header, SaleRefunded refund, SaleCompleted sale) =>
        Paper(head, header, refund, sale).ToString();

    public static ReceiptPaper Paper(
        ReceiptHead head, EntryHeader header, SaleRefunded refund, SaleCompleted sale)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), head.Texts, head.Locale);
        head.Print(paper, texts["receipt.refund"], refund.ReceiptNumber, header.At, isCopy: false);
        foreach (var line in refund.Lines)
            paper.Row($"{line.Quantity} x {sale.Lines[line.Line].Name}", locale.Figure(-line.Amount));
        paper.Rule().Row(
            texts.With("receipt.total", refund.Total.Currency), locale.Figure(-refund.Total),
            style: PaperStyle.Bold | PaperStyle.Tall);
        foreach (var tax in refund.Taxes)
            paper.Row($"{texts["receipt.tax"]} {locale.Rate(tax.RateBasisPoints)}", locale.Figure(-tax.Tax));
        if (refund.Tip is { } tip)
            paper.Row(texts["receipt.tip"], locale.Figure(-tip));
        foreach (var tender in refund.Tenders)
            PrintTender(paper, locale, tender, sale);
        return paper.Rule().Line(texts.With("receipt.reason", refund.Reason))
            .Line(texts.By("receipt.refundedBy", refund.Cashier));
    }

    private static void PrintTender(
        ReceiptPaper paper, Locale locale, RefundTender tender, SaleCompleted sale)
    {
        if (tender.Payment is not { } payment)
        {
            paper.Row(locale.Texts["receipt.cashReturned"], locale.Figure(-tender.Amount));
            return;
        }
        var card = sale.Tenders.First(one => one.Payment?.Payment == payment).Payment!.Card;
        paper.Row(
            CardNames.Of(card, locale.Texts), locale.Figure(-tender.Amount));
        paper.Line(locale.Texts["receipt.cardRefunded"], 2);
    }
}
