using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;

namespace CloudPos.Terminal.Receipts;

/// <summary>
/// The card's part of a receipt. Required by the schemes: last four digits only, application identifier and
/// label, entry mode, and the authorisation code if there is one. Forbidden: the expiry date, any other digit
/// of the number, track data.
/// </summary>
internal static class CardLines
{
    public static void Print(ReceiptPaper paper, Locale locale, Tender tender, CardPayment payment)
    {
        var (card, texts) = (payment.Card, locale.Texts);
        paper.Row(CardNames.Of(card, texts), locale.Figure(tender.Amount));
        var mode = CardNames.Of(card.Mode, texts);
        paper.Line(card.ApplicationLabel is { } label ? $"{label}, {mode}" : mode, 2);
        if (card.Aid is { } aid)
            paper.Line($"AID {aid}", 2);
        switch (payment.Approval)
        {
            case Approval.Online:
                paper.Line(texts.With("card.code", payment.AuthorisationCode ?? texts["card.none"]), 2);
                if (payment.RetrievalReference is { } reference)
                    paper.Line(texts.With("card.reference", reference), 2);
                break;
            case Approval.Chip:
                paper.Line(texts["card.approvedByCard"], 2);
                break;
            case Approval.Deferred:
                // No code may be shown that no issuer gave.
                paper.Line(texts["card.offline"], 2, PaperStyle.Bold);
                break;
            default:
                throw new ArgumentException(
                    $"{payment.Approval} is no approval of a paid sale.", nameof(payment));
        }
        paper.Line(texts.With("card.payment", payment.Payment), 2);
    }
}

/// <summary>Figures without their currency, as <see cref="Locale.Default"/> writes them.</summary>
internal static class Figures
{
    public static string Of(Money amount) => Locale.Default.Figure(amount);

    /// <summary>Basis points as a percentage: 1900 is "19 %", 550 is "5.5 %".</summary>
    public static string Rate(int basisPoints) => Locale.Default.Rate(basisPoints);
}
