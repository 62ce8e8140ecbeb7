using CloudPos.Journal;
using CloudPos.Languages;

namespace CloudPos.Terminal.Receipts;

/// <summary>
/// The receipt of a completed sale, made of its entry alone, so that a copy says what the first one said.
/// </summary>
internal static class SaleReceipt
{
    /// <param name="isCopy">Every print after the first is marked as a copy.</param>
    public static string Text(ReceiptHead head, EntryHeader header, SaleCompleted sale, bool isCopy) =>
        Paper(head, header, sale, isCopy).ToString();

    /// <param name="isCopy">Every print after the first is marked as a copy.</param>
    /// <param name="copy">Which copy it is; 0 where that is not known.</param>
    public static ReceiptPaper Paper(
        ReceiptHead head, EntryHeader header, SaleCompleted sale, bool isCopy, int copy = 0)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), head.Texts, head.Locale);
        head.Print(paper, texts["receipt.sale"], sale.ReceiptNumber, header.At, isCopy, copy);
        foreach (var line in sale.Lines)
            PrintLine(paper, locale, line, sale.Taxes);
        paper.Rule().Row(
            texts.With("receipt.total", sale.Total.Currency), locale.Figure(sale.Total),
            style: PaperStyle.Bold | PaperStyle.Tall);
        if (!sale.Tip.IsZero)
            paper.Row(texts["receipt.tip"], locale.Figure(sale.Tip)).Row(
                texts.With("receipt.toPay", sale.Total.Currency), locale.Figure(sale.Total + sale.Tip),
                style: PaperStyle.Bold);
        foreach (var tender in sale.Tenders)
            PrintTender(paper, locale, tender);
        paper.Rule();
        PrintTaxes(paper, locale, sale.Taxes);
        paper.Blank();
        if (sale.Cashier != Texts.Nobody)
            paper.Centre(texts.With("receipt.servedBy", sale.Cashier));
        return paper.Centre(texts["receipt.thanks"]).WithCode(sale.ReceiptNumber);
    }

    private static void PrintLine(
        ReceiptPaper paper, Locale locale, SaleLine line, IReadOnlyList<TaxLine> taxes)
    {
        var figure = $"{locale.Figure(line.Total)} {Letter(taxes, line.TaxBasisPoints)}";
        if (line.Quantity == 1 && line.Discount.IsZero)
        {
            paper.Row(line.Name, figure);
            return;
        }
        paper.Line(line.Name);
        if (!line.Discount.IsZero)
            paper.Line(locale.Texts.With("receipt.discount", locale.Figure(line.Discount)), 2);
        paper.Row($"{line.Quantity} x {locale.Figure(line.UnitPrice)}", figure, 2);
    }

    private static void PrintTender(ReceiptPaper paper, Locale locale, Tender tender)
    {
        if (tender.Payment is { } payment)
        {
            CardLines.Print(paper, locale, tender, payment);
            return;
        }
        var texts = locale.Texts;
        paper.Row(
            texts[tender.Kind == TenderKind.Cash ? "receipt.cash" : "receipt.other"],
            locale.Figure(tender.Given));
        if (tender.Given > tender.Amount)
            paper.Row(texts["receipt.change"], locale.Figure(tender.Given - tender.Amount));
    }

    private static void PrintTaxes(ReceiptPaper paper, Locale locale, IReadOnlyList<TaxLine> taxes)
    {
        var texts = locale.Texts;
        paper.Line(TaxRow(
            texts["receipt.tax"], texts["receipt.net"], texts["receipt.taxAmount"], texts["receipt.gross"]));
        foreach (var tax in taxes)
            paper.Line(TaxRow(
                $"{Letter(taxes, tax.RateBasisPoints)} {locale.Rate(tax.RateBasisPoints)}",
                locale.Figure(tax.Net), locale.Figure(tax.Tax), locale.Figure(tax.Gross)));
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
