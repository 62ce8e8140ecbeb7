using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Journal;

namespace CloudPos.Functions.Receipts;

/// <summary>What paid, and what stands below it on the receipt.</summary>
internal sealed record ReceiptTender(string Name, Money Amount, IReadOnlyList<string> Details);

/// <summary>
/// A receipt for a customer, made of the sale's entry, the shop, and what has become of its payments. It
/// holds what the schemes ask for (name and place of the merchant, merchant and terminal id, time,
/// application identifier and label, authorisation code) and nothing that they forbid: of the card's number
/// the last four digits, no expiry date.
/// </summary>
internal sealed record ReceiptDocument(
    string Merchant, IReadOnlyList<string> Address, string MerchantId, string TerminalId, MailKind Kind,
    EntryHeader Header, SaleCompleted Sale, IReadOnlyList<ReceiptTender> Tenders)
{
    /// <param name="payments">The sale's card payments that are known here, by id.</param>
    public static ReceiptDocument Of(
        Merchant merchant, Store store, EntryHeader header, SaleCompleted sale, MailKind kind,
        IReadOnlyDictionary<Id, PaymentRow> payments) => new(
        merchant.Name, [store.Name, .. store.Address], merchant.Id, header.Journal.Terminal, kind, header,
            sale,
        [.. sale.Tenders.SelectMany(tender => TendersOf(tender, payments))]);

    public string Subject => Kind switch
    {
        MailKind.FinalDeclined => $"Payment not completed: receipt {Sale.ReceiptNumber}, {Merchant}",
        MailKind.Voided => $"Cancelled: receipt {Sale.ReceiptNumber}, {Merchant}",
        _ => $"Receipt {Sale.ReceiptNumber}, {Merchant}",
    };

    /// <summary>What the customer has to know before the figures; empty when there is nothing.</summary>
    public string Notice => Kind switch
    {
        MailKind.FinalApproved =>
            "This is the final receipt: the card payment that was accepted offline has been authorised.",
        MailKind.FinalDeclined =>
            "A card payment for this purchase was accepted offline and has not been authorised since. "
            + $"The amount is still open. Please contact {Merchant}: {string.Join(", ", Address)}.",
        MailKind.Voided =>
            "This sale was cancelled. Your card is not charged; what was charged is given back.",
        _ => "",
    };

    private static IEnumerable<ReceiptTender> TendersOf(
        Tender tender, IReadOnlyDictionary<Id, PaymentRow> payments)
    {
        if (tender.Payment is { } payment)
        {
            yield return new ReceiptTender(
                $"{NameOf(payment.Card.Scheme)} **** {payment.Card.LastFour}", tender.Amount,
                [.. DetailsOf(payment, payments.GetValueOrDefault(payment.Payment))]);
            yield break;
        }
        yield return new ReceiptTender(tender.Kind == TenderKind.Cash ? "Cash" : "Other", tender.Given, []);
        if (tender.Given > tender.Amount)
            yield return new ReceiptTender("Change", tender.Given - tender.Amount, []);
    }

    private static IEnumerable<string> DetailsOf(CardPayment payment, PaymentRow? row)
    {
        var card = payment.Card;
        yield return card.ApplicationLabel is { } label ? $"{label}, {ModeOf(card.Mode)}" : ModeOf(card.Mode);
        if (card.Aid is { } aid)
            yield return $"AID {aid}";
        yield return payment.Approval switch
        {
            Approval.Online when payment.AuthorisationCode is { } code => $"Authorisation code {code}",
            Approval.Online => "Authorised online",
            Approval.Chip => "Approved offline by the card",
            _ => OutcomeOf(row),
        };
        if ((row?.Asked?.RetrievalReference ?? payment.RetrievalReference) is { } reference)
            yield return $"Reference {reference}";
        yield return $"Payment {payment.Payment}";
    }

    /// <summary>No code is shown that no issuer gave.</summary>
    private static string OutcomeOf(PaymentRow? row) => row?.State switch
    {
        PaymentState.Approved or PaymentState.Batched or PaymentState.Settled =>
            $"Accepted offline, authorised: code {row.Answer?.AuthorisationCode ?? "none"}",
        PaymentState.Declined =>
            $"Accepted offline, DECLINED by the card's issuer (code {row.Answer?.ResponseCode})",
        PaymentState.Expired => "Accepted offline, NOT AUTHORISED in time",
        PaymentState.Voided or PaymentState.Abandoned => "Cancelled before it was charged",
        PaymentState.Reversing or PaymentState.Reversed => "Cancelled, the charge is taken back",
        _ => "OFFLINE - subject to authorisation",
    };

    private static string NameOf(Scheme scheme) => scheme switch
    {
        Scheme.Amex => "American Express",
        Scheme.Jcb => "JCB",
        Scheme.Unknown => "Card",
        _ => scheme.ToString(),
    };

    private static string ModeOf(EntryMode mode) => mode switch
    {
        EntryMode.Chip => "chip",
        EntryMode.Contactless => "contactless",
        EntryMode.Swipe => "magnetic stripe",
        EntryMode.Fallback => "magnetic stripe (chip not read)",
        EntryMode.Manual => "keyed",
        EntryMode.ECommerce => "online",
        _ => "card",
    };
}
