namespace CloudPos.Journal;

/// <summary>
/// An invoice for a sale, the credit note for a part that was given back, or what cancels one of them.
/// Whose it is lies beside the entry, so that it can be deleted.
/// </summary>
/// <param name="Running">Consecutive within the journal, starting at 1, for all of them.</param>
/// <param name="Cancels">The number of what is cancelled; null otherwise.</param>
/// <param name="PartyDigest">Digest of the <see cref="InvoiceParty"/> beside the entry.</param>
public sealed record InvoiceIssued(
    Id Invoice,
    Id Sale,
    string ReceiptNumber,
    long Running,
    string InvoiceNumber,
    string? Cancels,
    string Cashier,
    string PartyDigest) : EntryBody(EntryKind.InvoiceIssued)
{
    /// <summary>Who sold, as it stood then; null in entries of earlier versions.</summary>
    public InvoiceSeller? Seller { get; init; }

    /// <summary>How it is written and in which language; null in entries of earlier versions.</summary>
    public string? Locale { get; init; }

    /// <summary>What was given back, of a credit note and of what cancels one; null for an invoice.</summary>
    public InvoiceCredit? Credit { get; init; }

    /// <summary>Digest of the <see cref="Contact"/> beside the entry, to whom it is mailed.</summary>
    public string? ContactDigest { get; init; }
}

/// <summary>Who sells, as an invoice has to name them.</summary>
/// <param name="TaxNumber">The seller's own; null where none is needed.</param>
public sealed record InvoiceSeller(string Name, IReadOnlyList<string> Address, string? TaxNumber = null);

/// <summary>Which invoice is reduced, and the entry of the same terminal that says by what.</summary>
/// <param name="Epoch">Of the entry with the refund.</param>
/// <param name="Number">Of the entry with the refund.</param>
public sealed record InvoiceCredit(string Invoice, Id Refund, int Epoch, long Number);

/// <summary>Whom an invoice is made out to.</summary>
/// <param name="TaxNumber">As the customer gave it; null where there is none.</param>
/// <param name="Email">Only in entries of earlier versions; an address lies beside on its own.</param>
public sealed record InvoiceParty(
    string Name, IReadOnlyList<string> Address, string? TaxNumber = null, string? Email = null);

/// <summary>An invoice was printed once more, marked as a copy.</summary>
/// <param name="Copy">1 for the first copy, which is the second print.</param>
public sealed record InvoiceCopied(Id Invoice, string InvoiceNumber, int Copy, string Cashier)
    : EntryBody(EntryKind.InvoiceCopied);

/// <summary>An invoice that there is goes out by mail; to whom lies beside the entry.</summary>
/// <param name="Epoch">Of the entry that issued it.</param>
/// <param name="Number">Of the entry that issued it.</param>
public sealed record InvoiceMailed(
    Id Mail, string InvoiceNumber, int Epoch, long Number, string Cashier, string ContactDigest)
    : EntryBody(EntryKind.InvoiceMailed);

/// <summary>
/// Whom an invoice was made out to is forgotten. Final. Numbers, figures and tax stay as they are.
/// </summary>
/// <param name="Epoch">Of the entry that issued it.</param>
/// <param name="Number">Of the entry that issued it.</param>
public sealed record InvoicePartyErased(string InvoiceNumber, int Epoch, long Number, string Cashier)
    : EntryBody(EntryKind.InvoicePartyErased);
