using CloudPos.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>
/// The receipt of a completed sale, made of its entry alone, so that a copy says what the first one said.
/// </summary>
internal static class SaleReceipt
{
    /// <param name="isCopy">Every print after the first is marked as a copy.</param>
    public static string Text(ReceiptHead head, EntryHeader header, SaleCompleted sale, bool isCopy)
    {
        var paper = new ReceiptPaper();
        head.Print(paper, "SALE", sale.ReceiptNumber, header, isCopy);
        foreach (var line in sale.Lines)
            PrintLine(paper, line, sale.Taxes);
        paper.Rule().Row($"TOTAL {sale.Total.Currency}", Figures.Of(sale.Total));
        foreach (var tender in sale.Tenders)
            PrintTender(paper, tender);
        paper.Rule();
        PrintTaxes(paper, sale.Taxes);
        paper.Blank().Centre($"Served by {sale.Cashier}").Centre("Thank you");
        return paper.ToString();
    }

    private static void PrintLine(ReceiptPaper paper, SaleLine line, IReadOnlyList<TaxLine> taxes)
    {
        var figure = $"{Figures.Of(line.Total)} {Letter(taxes, line.TaxBasisPoints)}";
        if (line.Quantity == 1 && line.Discount.IsZero)
        {
            paper.Row(line.Name, figure);
            return;
        }
        paper.Line(line.Name);
        if (!line.Discount.IsZero)
            paper.Line($"discount {Figures.Of(line.Discount)}", 2);
        paper.Row($"{line.Quantity} x {Figures.Of(line.UnitPrice)}", figure, 2);
    }

    private static void PrintTender(ReceiptPaper paper, Tender tender)
    {
        if (tender.Payment is { } payment)
        {
            CardLines.Print(paper, tender, payment);
            return;
        }
        paper.Row(tender.Kind == TenderKind.Cash ? "Cash" : "Other", Figures.Of(tender.Given));
        if (tender.Given > tender.Amount)
            paper.Row("Change", Figures.Of(tender.Given - tender.Amount));
    }

    private static void PrintTaxes(ReceiptPaper paper, IReadOnlyList<TaxLine> taxes)
    {
        paper.Line(TaxRow("Tax", "net", "tax", "gross"));
        foreach (var tax in taxes)
            paper.Line(TaxRow(
                $"{Letter(taxes, tax.RateBasisPoints)} {Figures.Rate(tax.RateBasisPoints)}",
                Figures.Of(tax.Net), Figures.Of(tax.Tax), Figures.Of(tax.Gross)));
    }

    private static string TaxRow(string rate, string net, string tax, string gross) =>
        $"{rate,-9}{net,11}{tax,11}{gross,11}";

    /// <summary>A for the first rate of the tax table, B for the second, and so on.</summary>
    private static char Letter(IReadOnlyList<TaxLine> taxes, int rateBasisPoints)
    {
        for (var i = 0; i < taxes.Count; i++)
        {
            if (taxes[i].RateBasisPoints == rateBasisPoints)
                return (char)('A' + i);
        }
        return '?';
    }
}
