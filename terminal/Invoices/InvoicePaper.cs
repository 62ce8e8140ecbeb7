using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Invoices;

/// <summary>Invoices of this terminal: put together from the journal, and as the receipt printer has
/// them.</summary>
internal static class InvoicePaper
{
    /// <param name="copy">Which copy it is to be; 0 for the first print.</param>
    /// <returns>Null when an entry that it is made of cannot be read.</returns>
    public static InvoiceDocument? Of(TerminalStore store, string number, int copy = 0)
    {
        if (store.FindInvoice(number) is not { } row || store.ReadInvoice(row)
            is not ({ Body: InvoiceIssued body } entry, var party)
            || store.FindSale(row.Sale) is not { } sold
            || store.SaleEntry(sold) is not { Body: SaleCompleted sale } saleEntry)
            return null;
        var refund = body.Credit is { } credit
            ? store.RefundsOf(row.Sale).FirstOrDefault(one => one.Refund == credit.Refund)
            : null;
        return refund is null && body.Credit is not null
            ? null
            : new InvoiceDocument(
                body, entry.Header.At, body.Seller ?? store.Seller, party ?? InvoiceDocument.NoParty,
                Locale.Find(body.Locale) ?? store.Locale, saleEntry.Header.At, sale, refund)
            {
                IsTraining = store.Enrolment!.IsTraining,
                Copy = copy,
            };
    }

    /// <summary>As the receipt printer has it.</summary>
    public static ReceiptPaper Paper(InvoiceDocument invoice, ReceiptHead head)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), invoice.Texts, invoice.Locale);
        (head with
        {
            MerchantName = invoice.Seller.Name, StoreAddress = invoice.Seller.Address,
            TaxNumber = invoice.Seller.TaxNumber, Locale = locale,
        }).Print(paper, invoice.Title, invoice.Number, invoice.At, invoice.Copy > 0, invoice.Copy);
        paper.Line(invoice.About);
        if (invoice.SoldAt.Date != invoice.At.Date)
            paper.Line($"{texts["invoice.supplied"]} {locale.Time(invoice.SoldAt)}");
        paper.Line(texts["invoice.to"], style: PaperStyle.Bold).Line(invoice.Party.Name, 2);
        foreach (var line in invoice.Party.Address)
            paper.Line(line, 2);
        if (invoice.Party.TaxNumber is { } number)
            paper.Line(texts.With("invoice.taxNumber", number), 2);
        paper.Rule();
        foreach (var line in invoice.Lines)
        {
            paper.Row(
                $"{line.Quantity} x {line.Name}", $"{locale.Figure(line.Total)} {LetterOf(line)}".TrimEnd());
            if (!line.Discount.IsZero)
                paper.Line(texts.With("receipt.discount", locale.Figure(line.Discount)), 2);
        }
        paper.Rule();
        foreach (var tax in invoice.Taxes)
            paper.Row(
                    $"{Letter(tax)} {texts["receipt.net"]} {locale.Rate(tax.RateBasisPoints)}",
                    locale.Figure(tax.Net))
                .Row(
                    $"{Letter(tax)} {texts["receipt.tax"]} {locale.Rate(tax.RateBasisPoints)}",
                    locale.Figure(tax.Tax));
        return paper.Row(
                texts.With("receipt.total", invoice.Total.Currency), locale.Figure(invoice.Total),
                style: PaperStyle.Bold | PaperStyle.Tall)
            .Line(invoice.Paid).WithCode(invoice.Number);

        // The letter of a rate, as on receipts: A for the first one below.
        char Letter(TaxLine tax) => (char)('A' + invoice.Taxes.Index().First(
            one => one.Item.RateBasisPoints == tax.RateBasisPoints).Index);
        string LetterOf(InvoiceLine line) => invoice.Taxes.FirstOrDefault(
            tax => tax.RateBasisPoints == line.TaxBasisPoints) is { } own ? $"{Letter(own)}" : "";
    }
}
