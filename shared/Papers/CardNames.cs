using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Languages;

namespace CloudPos.Papers;

/// <summary>How cards and the ways of reading them are called on paper and in mails.</summary>
public static class CardNames
{
    public static string Of(Scheme scheme, Texts texts) => scheme switch
    {
        Scheme.Amex => "American Express",
        Scheme.Jcb => "JCB",
        Scheme.Unknown => texts["card.card"],
        _ => scheme.ToString(),
    };

    /// <summary>The last four digits, no other: schemes forbid more.</summary>
    public static string Of(CardFacts card, Texts texts) =>
        $"{Of(card.Scheme, texts)} **** {card.LastFour}";

    public static string Of(EntryMode mode, Texts texts) => texts[mode switch
    {
        EntryMode.Chip => "card.chip",
        EntryMode.Contactless => "card.contactless",
        EntryMode.Swipe => "card.swipe",
        EntryMode.Fallback => "card.fallback",
        EntryMode.Manual => "card.keyed",
        EntryMode.ECommerce => "card.online",
        _ => "card.card",
    }];
}
