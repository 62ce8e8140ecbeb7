using CloudPos.Journal;
using CloudPos.Languages;

namespace CloudPos.Papers;

/// <summary>One line of an invoice; of what is given back every amount is the other way round.</summary>
/// <param name="TaxBasisPoints">Null where the amount has a part at each rate.</param>
public sealed record InvoiceLine(
    long Quantity, string Name, Money? UnitPrice, Money Discount, int? TaxBasisPoints, Money Total);

/// <summary>
/// An invoice, a credit note, or what cancels one of them, with all that stands on it: made of its entry, the
/// sale's and the refund's, the same at the terminal and in the back office.
/// </summary>
/// <param name="At">When it was issued.</param>
/// <param name="SoldAt">When the goods were handed over.</param>
/// <param name="Refund">What was given back; null unless the entry says so.</param>
public sealed record InvoiceDocument(
    InvoiceIssued Body, DateTimeOffset At, InvoiceSeller Seller, InvoiceParty Party, Locale Locale,
    DateTimeOffset SoldAt, SaleCompleted Sale, SaleRefunded? Refund)
{
    /// <summary>It was made for practice and is none.</summary>
    public bool IsTraining { get; init; }

    /// <summary>Which copy it is; 0 for the first print.</summary>
    public int Copy { get; init; }

    /// <summary>Of somebody who was forgotten.</summary>
    public static InvoiceParty NoParty { get; } = new("-", []);

    public Texts Texts => Locale.Texts;

    public string Number => Body.InvoiceNumber;

    public string Title => Texts[Body switch
    {
        { Cancels: not null } => "invoice.cancelled",
        { Credit: not null } => "invoice.credit",
        _ => "invoice.title",
    }];

    /// <summary>What stands above the title, where it is not the first print or none at all.</summary>
    public IEnumerable<string> Marks
    {
        get
        {
            if (IsTraining)
                yield return Texts["paper.training"];
            if (Copy > 0)
                yield return Texts.With("receipt.copyNumber", Copy);
        }
    }

    /// <summary>Which receipt it belongs to, and which invoice it cancels or reduces.</summary>
    public string About => Body switch
    {
        { Cancels: { } cancels } => $"{Texts.With("invoice.cancels", cancels)}, {OfReceipt}",
        { Credit: { } credit } => $"{Texts.With("invoice.credits", credit.Invoice)}, {OfReceipt}",
        _ => OfReceipt,
    };

    /// <summary>Both dates where the invoice was made on another day than the sale.</summary>
    public IEnumerable<(string Name, string Value)> Dates => SoldAt.Date == At.Date
        ? [(Texts["invoice.date"], Locale.Time(At))]
        : [(Texts["invoice.issued"], Locale.Time(At)), (Texts["invoice.supplied"], Locale.Time(SoldAt))];

    public IReadOnlyList<InvoiceLine> Lines => Refund switch
    {
        null => [.. Sale.Lines.Select(line => new InvoiceLine(
            line.Quantity, line.Name, line.UnitPrice, line.Discount, line.TaxBasisPoints,
            Signed(line.Total)))],
        { Lines.Count: 0 } => [new InvoiceLine(
            1, Texts["invoice.reduction"], null, Money.Zero(Refund.Total.Currency), null,
            Signed(Refund.Total))],
        _ => [.. Refund.Lines.Select(line => new InvoiceLine(
            line.Quantity, Sale.Lines[line.Line].Name, Sale.Lines[line.Line].UnitPrice,
            Money.Zero(line.Amount.Currency), Sale.Lines[line.Line].TaxBasisPoints, Signed(line.Amount)))],
    };

    /// <summary>Net, tax and gross with their signs.</summary>
    public IReadOnlyList<TaxLine> Taxes =>
    [
        .. (Refund?.Taxes ?? Sale.Taxes).Select(tax =>
            new TaxLine(tax.RateBasisPoints, Signed(tax.Net), Signed(tax.Tax), Signed(tax.Gross))),
    ];

    /// <summary>The rate of a line; empty where it has several.</summary>
    public string RateOf(InvoiceLine line) =>
        line.TaxBasisPoints is { } rate ? Locale.Rate(rate) : "";

    public Money Total => Signed(Refund?.Total ?? Sale.Total);

    /// <summary>What paid, or where it went back to: an invoice from a till is paid already.</summary>
    public string Paid => Refund is null
        ? Texts.With("invoice.paid", string.Join(", ", Sale.Tenders.Select(NameOf)))
        : Texts.With("invoice.givenBack", string.Join(", ", Refund.Tenders.Select(tender => NameOf(
            Sale.Tenders.FirstOrDefault(paid => paid.Payment?.Payment == tender.Payment)
                ?? new Tender(tender.Kind, tender.Amount, tender.Amount)))));

    private string OfReceipt => Texts.With("invoice.of", Body.ReceiptNumber);

    private Money Signed(Money amount) =>
        Body.Cancels is not null ^ Refund is not null ? -amount : amount;

    private string NameOf(Tender tender) => tender.Payment switch
    {
        null => Texts[tender.Kind == TenderKind.Cash ? "receipt.cash" : "receipt.other"],
        // Never called paid before the issuer has said so.
        { Approval: Approval.Deferred } card when Refund is null =>
            $"{CardNames.Of(card.Card, Texts)} ({Texts["card.offline"]})",
        { } card => CardNames.Of(card.Card, Texts),
    };
}
