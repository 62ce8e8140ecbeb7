using CloudPos.Cards;
using CloudPos.Journal;

namespace CloudPos.Functions.Funding;

/// <summary>What fees are told apart by, beside the scheme. Numbers are stored and never reused.</summary>
internal enum CardKind
{
    /// <summary>The card does not say.</summary>
    Unknown = 0,
    Debit = 1,
    Credit = 2,
    Prepaid = 3,
}

/// <summary>Reads the kind of card from what the card itself says.</summary>
internal static class CardKinds
{
    /// <summary>
    /// By the application's label (tag 50), which the cardholder sees too; a Maestro card is a debit card.
    /// No table of number ranges is consulted: the back office keeps no number that long.
    /// </summary>
    public static CardKind Of(CardFacts card)
    {
        var label = card.ApplicationLabel ?? "";
        return label.Contains("prepaid", StringComparison.OrdinalIgnoreCase) ? CardKind.Prepaid
            : label.Contains("debit", StringComparison.OrdinalIgnoreCase) ? CardKind.Debit
            : label.Contains("credit", StringComparison.OrdinalIgnoreCase) ? CardKind.Credit
            : card.Scheme == Scheme.Maestro ? CardKind.Debit
            : CardKind.Unknown;
    }
}
