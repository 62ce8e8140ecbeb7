using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;

namespace CloudPos.Terminal.Receipts;

/// <summary>The slip of a sale that was taken back as a whole.</summary>
internal static class VoidSlip
{
    /// <param name="sale">
    /// The sale that was voided; its cards' last four digits and its amounts stand on the slip.
    /// </param>
    public static string Text(
        ReceiptHead head, EntryHeader header, SaleVoided voided, SaleCompleted sale, bool isCopy) =>
        Paper(head, header, voided, sale, isCopy).ToString();

    public static ReceiptPaper Paper(
        ReceiptHead head, EntryHeader header, SaleVoided voided, SaleCompleted sale, bool isCopy)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), head.Texts, head.Locale);
        head.Print(paper, texts["receipt.void"], voided.ReceiptNumber, header.At, isCopy);
        foreach (var line in sale.Lines)
            paper.Row($"{line.Quantity} x {line.Name}", locale.Figure(-line.Total));
        paper.Rule().Row(
            texts.With("receipt.total", voided.Total.Currency), locale.Figure(-voided.Total),
            style: PaperStyle.Bold | PaperStyle.Tall);
        if (!sale.Tip.IsZero)
            paper.Row(texts["receipt.tip"], locale.Figure(-sale.Tip));
        foreach (var tender in sale.Tenders)
            PrintTender(paper, locale, tender);
        return paper.Rule().Line(texts.With("receipt.reason", voided.Reason))
            .Line(texts.By("receipt.voidedBy", voided.Cashier));
    }

    private static void PrintTender(ReceiptPaper paper, Locale locale, Tender tender)
    {
        if (tender.Payment is not { } payment)
        {
            paper.Row(locale.Texts["receipt.cashReturned"], locale.Figure(-tender.Amount));
            return;
        }
        paper.Row(CardNames.Of(payment.Card, locale.Texts), locale.Figure(-tender.Amount));
        paper.Line(locale.Texts["receipt.cardCancelled"], 2);
    }
}
