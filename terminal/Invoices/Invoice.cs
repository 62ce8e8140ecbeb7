using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Invoices;

/// <summary>An invoice with all that stands on it; a cancellation has every amount the other way
/// round.</summary>
internal sealed record Invoice(
    ReceiptHead Head, EntryHeader Header, InvoiceIssued Body, InvoiceParty Party, EntryHeader Sold,
        SaleCompleted Sale)
{
    public bool IsCancellation => Body.Cancels is not null;

    public Texts Texts => Head.Texts;

    public Locale Locale => Head.Locale;

    public string Title => Texts[IsCancellation ? "invoice.cancelled" : "invoice.title"];

    /// <summary>Which receipt it belongs to, and which invoice it cancels.</summary>
    public string About => IsCancellation
        ? $"{Texts.With("invoice.cancels", Body.Cancels)}, {Texts.With("invoice.of", Body.ReceiptNumber)}"
        : Texts.With("invoice.of", Body.ReceiptNumber);

    /// <summary>Null when an entry that it is made of cannot be read.</summary>
    public static Invoice? Of(TerminalStore store, string number) =>
        store.FindInvoice(number) is { } row && store.ReadInvoice(row)
            is ({ Body: InvoiceIssued body } entry, var party)
        && store.FindSale(row.Sale) is { } sold && store.SaleEntry(sold)
            is { Body: SaleCompleted sale } saleEntry
            ? new Invoice(ReceiptHead.Of(store), entry.Header, body, party, saleEntry.Header, sale)
            : null;

    public string Figure(Money amount) => Locale.Figure(IsCancellation ? -amount : amount);

    /// <summary>What paid, in words: an invoice from a till is paid already.</summary>
    public string Paid => Texts.With("invoice.paid", string.Join(", ", Sale.Tenders.Select(tender =>
        tender.Payment is { } card ? $"{CardLines.NameOf(card.Card.Scheme, Texts)} **** {card.Card.LastFour}"
            : Texts[tender.Kind == TenderKind.Cash ? "receipt.cash" : "receipt.other"])));

    /// <summary>As the receipt printer has it.</summary>
    public ReceiptPaper Paper()
    {
        var paper = new ReceiptPaper();
        Head.Print(paper, Title, Body.InvoiceNumber, Header, isCopy: false);
        paper.Line(About).Line(Texts["invoice.to"], style: PaperStyle.Bold).Line(Party.Name, 2);
        foreach (var line in Party.Address)
            paper.Line(line, 2);
        if (Party.TaxNumber is { } number)
            paper.Line(Texts.With("invoice.taxNumber", number), 2);
        paper.Rule();
        foreach (var line in Sale.Lines)
            paper.Row($"{line.Quantity} x {line.Name}", Figure(line.Total));
        paper.Rule();
        foreach (var tax in Sale.Taxes)
            paper.Row($"{Texts["receipt.net"]} {Locale.Rate(tax.RateBasisPoints)}", Figure(tax.Net))
                .Row($"{Texts["receipt.tax"]} {Locale.Rate(tax.RateBasisPoints)}", Figure(tax.Tax));
        return paper.Row(
                Texts.With("receipt.total", Sale.Total.Currency), Figure(Sale.Total),
                style: PaperStyle.Bold | PaperStyle.Tall)
            .Line(Paid).WithCode(Body.InvoiceNumber);
    }
}
