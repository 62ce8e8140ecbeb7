using System.Globalization;
using CloudPos.Cards;
using CloudPos.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>
/// The card's part of a receipt. Required by the schemes: last four digits only, application identifier and
/// label, entry mode, and the authorisation code if there is one. Forbidden: the expiry date, any other digit
/// of the number, track data.
/// </summary>
internal static class CardLines
{
    public const string OfflineNotice = "OFFLINE - subject to authorisation";

    public static void Print(ReceiptPaper paper, Tender tender, CardPayment payment)
    {
        var card = payment.Card;
        paper.Row($"{NameOf(card.Scheme)} **** {card.LastFour}", Figures.Of(tender.Amount));
        var mode = ModeOf(card.Mode);
        paper.Line(card.ApplicationLabel is { } label ? $"{label}, {mode}" : mode, 2);
        if (card.Aid is { } aid)
            paper.Line($"AID {aid}", 2);
        switch (payment.Approval)
        {
            case Approval.Online:
                paper.Line($"Authorisation code {payment.AuthorisationCode ?? "none"}", 2);
                if (payment.RetrievalReference is { } reference)
                    paper.Line($"Reference {reference}", 2);
                break;
            case Approval.Chip:
                paper.Line("Approved offline by the card", 2);
                break;
            case Approval.Deferred:
                // No code may be shown that no issuer gave.
                paper.Line(OfflineNotice, 2);
                break;
            default:
                throw new ArgumentException(
                    $"{payment.Approval} is no approval of a paid sale.", nameof(payment));
        }
        paper.Line($"Payment {payment.Payment}", 2);
    }

    public static string NameOf(Scheme scheme) => scheme switch
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
        _ => "card",
    };
}

/// <summary>Figures without their currency, which the total line names once.</summary>
internal static class Figures
{
    public static string Of(Money amount)
    {
        var text = amount.ToString();
        return text[..text.IndexOf(' ')];
    }

    /// <summary>Basis points as a percentage: 1900 is "19 %", 550 is "5.5 %".</summary>
    public static string Rate(int basisPoints)
    {
        var (whole, rest) = (basisPoints / 100, basisPoints % 100);
        var fraction = rest.ToString("00", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? $"{whole} %" : $"{whole}.{fraction} %";
    }
}
