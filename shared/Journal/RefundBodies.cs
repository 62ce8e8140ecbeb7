using System.Text.Json.Serialization;

namespace CloudPos.Journal;

/// <summary>
/// A part of a sale, or all of it, given back. What the back office reserves and what the journal says is the
/// same record, so that neither can be made anew from the other.
/// </summary>
/// <param name="Refund">Made once, at the terminal.</param>
/// <param name="Terminal">Where the sale was made: its payments and what is left of them are kept
/// there.</param>
/// <param name="Lines">What was returned; empty when an amount alone is given back.</param>
/// <param name="Taxes">What is taken out of the sale's tax; the last refund takes the remainder.</param>
/// <param name="Approver">The manager whose PIN was checked; null where nobody has one.</param>
/// <param name="Online">False: given back before the back office was asked, within the merchant's
/// limit.</param>
public sealed record SaleRefunded(
    Id Refund,
    Id Sale,
    string Terminal,
    string ReceiptNumber,
    string Cashier,
    string? Approver,
    string Reason,
    IReadOnlyList<RefundLine> Lines,
    IReadOnlyList<TaxLine> Taxes,
    Money Total,
    IReadOnlyList<RefundTender> Tenders,
    bool Online) : EntryBody(EntryKind.SaleRefunded)
{
    /// <summary>
    /// Given back of the tip, beside the total; null for none. The tenders add up to both.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Tip { get; init; }

    /// <summary>
    /// The sale, where another terminal made it: this journal alone has to print the slip. Null otherwise.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SaleCompleted? SoldElsewhere { get; init; }

    /// <summary>Everything that is handed out or goes back to cards.</summary>
    [JsonIgnore]
    public Money All => Tip is { } tip ? Total + tip : Total;
}

/// <param name="Line">Its place in the sale, from 0.</param>
public sealed record RefundLine(int Line, string Sku, long Quantity, Money Amount);

/// <summary>How it is given back. What was paid by card goes back to that card.</summary>
/// <param name="Payment">The card payment that it is taken from.</param>
/// <param name="Refund">The id under which it is asked for; a refund is a payment of its own.</param>
public sealed record RefundTender(TenderKind Kind, Money Amount, Id? Payment = null, Id? Refund = null);
