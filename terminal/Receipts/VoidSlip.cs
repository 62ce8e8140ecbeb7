using CloudPos.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>The slip of a sale that was taken back as a whole.</summary>
internal static class VoidSlip
{
    /// <param name="sale">
    /// The sale that was voided; its cards' last four digits and its amounts stand on the slip.
    /// </param>
    public static string Text(
        ReceiptHead head, EntryHeader header, SaleVoided voided, SaleCompleted sale, bool isCopy)
    {
        var paper = new ReceiptPaper();
        head.Print(paper, "VOID", voided.ReceiptNumber, header, isCopy);
        foreach (var line in sale.Lines)
            paper.Row($"{line.Quantity} x {line.Name}", Figures.Of(-line.Total));
        paper.Rule().Row($"TOTAL {voided.Total.Currency}", Figures.Of(-voided.Total));
        foreach (var tender in sale.Tenders)
            PrintTender(paper, tender);
        paper.Rule().Line($"Reason: {voided.Reason}").Line($"Voided by {voided.Cashier}");
        return paper.ToString();
    }

    private static void PrintTender(ReceiptPaper paper, Tender tender)
    {
        if (tender.Payment is not { } payment)
        {
            paper.Row("Cash returned", Figures.Of(-tender.Amount));
            return;
        }
        var scheme = CardLines.NameOf(payment.Card.Scheme);
        paper.Row($"{scheme} **** {payment.Card.LastFour}", Figures.Of(-tender.Amount));
        paper.Line("The card payment is cancelled; if the card was charged, it is given back.", 2);
    }
}
