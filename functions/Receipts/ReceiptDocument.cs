using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;

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
    /// <summary>As the store writes and speaks.</summary>
    public Locale Locale { get; init; } = Locale.Default;

    public Texts Texts => Locale.Texts;

    /// <param name="payments">The sale's card payments that are known here, by id.</param>
    public static ReceiptDocument Of(
        Merchant merchant, Store store, EntryHeader header, SaleCompleted sale, MailKind kind,
        IReadOnlyDictionary<Id, PaymentRow> payments) => new(
        merchant.Name, [store.Name, .. store.Address, .. TaxNumberOf(merchant, store)], merchant.Id,
        header.Journal.Terminal, kind, header, sale,
        [.. sale.Tenders.SelectMany(tender => TendersOf(tender, payments, store.Locale.Texts))])
    {
        Locale = store.Locale,
    };

    public string Subject => Texts.With(
        Kind switch
        {
            MailKind.FinalDeclined => "mail.subject.declined",
            MailKind.Voided => "mail.subject.voided",
            _ => "mail.subject",
        },
        Sale.ReceiptNumber, Merchant);

    /// <summary>What the customer has to know before the figures; empty when there is nothing.</summary>
    public string Notice => Kind switch
    {
        MailKind.FinalApproved => Texts["mail.notice.approved"],
        MailKind.FinalDeclined => Texts.With("mail.notice.declined", Merchant, string.Join(", ", Address)),
        MailKind.Voided => Texts["mail.notice.voided"],
        _ => "",
    };

    private static IEnumerable<string> TaxNumberOf(Merchant merchant, Store store) =>
        merchant.TaxNumber is { } number ? [store.Locale.Texts.With("receipt.taxNumber", number)] : [];

    private static IEnumerable<ReceiptTender> TendersOf(
        Tender tender, IReadOnlyDictionary<Id, PaymentRow> payments, Texts texts)
    {
        if (tender.Payment is { } payment)
        {
            yield return new ReceiptTender(
                CardNames.Of(payment.Card, texts), tender.Amount,
                [.. DetailsOf(payment, payments.GetValueOrDefault(payment.Payment), texts)]);
            yield break;
        }
        yield return new ReceiptTender(
            texts[tender.Kind == TenderKind.Cash ? "receipt.cash" : "receipt.other"], tender.Given, []);
        if (tender.Given > tender.Amount)
            yield return new ReceiptTender(texts["receipt.change"], tender.Given - tender.Amount, []);
    }

    private static IEnumerable<string> DetailsOf(CardPayment payment, PaymentRow? row, Texts texts)
    {
        var card = payment.Card;
        var mode = CardNames.Of(card.Mode, texts);
        yield return card.ApplicationLabel is { } label ? $"{label}, {mode}" : mode;
        if (card.Aid is { } aid)
            yield return $"AID {aid}";
        yield return payment.Approval switch
        {
            Approval.Online when payment.AuthorisationCode is { } code => texts.With("card.code", code),
            Approval.Online => texts["mail.online"],
            Approval.Chip => texts["card.approvedByCard"],
            _ => OutcomeOf(row, texts),
        };
        if ((row?.Asked?.RetrievalReference ?? payment.RetrievalReference) is { } reference)
            yield return texts.With("card.reference", reference);
        yield return texts.With("card.payment", payment.Payment);
    }

    /// <summary>No code is shown that no issuer gave.</summary>
    private static string OutcomeOf(PaymentRow? row, Texts texts) => row?.State switch
    {
        PaymentState.Approved or PaymentState.Batched or PaymentState.Settled =>
            texts.With("mail.approved", row.Answer?.AuthorisationCode ?? texts["card.none"]),
        PaymentState.Declined => texts.With("mail.declined", row.Answer?.ResponseCode),
        PaymentState.Expired => texts["mail.expired"],
        PaymentState.Voided or PaymentState.Abandoned => texts["mail.cancelled"],
        PaymentState.Reversing or PaymentState.Reversed => texts["mail.reversed"],
        _ => texts["card.offline"],
    };
}
