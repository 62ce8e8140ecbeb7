using System.Security.Cryptography;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What a card is sealed for and judged by.</summary>
/// <param name="At">The attempt's moment in whole milliseconds, as its entry records it.</param>
/// <param name="Today">Local date of the store, for the expiry.</param>
/// <param name="Key">The back office's current public key; null when none is valid.</param>
/// <param name="VelocityKeys">Newest first.</param>
/// <param name="Policy">The one that the payment will be decided by.</param>
/// <param name="TokenOf">The random token under which this terminal knows the card of these tags.</param>
internal sealed record SealOrder(
    Enrolment Enrolment,
    Id Payment,
    Money Amount,
    DateTimeOffset At,
    DateOnly Today,
    SealingPublicKey? Key,
    IReadOnlyList<VelocityKey> VelocityKeys,
    DenyIndex? DenyList,
    OfflinePolicy Policy,
    ReadySeals Seals,
    Func<IReadOnlyList<VelocityTag>, string> TokenOf);

/// <summary>
/// What is left of a card once it is sealed: nothing that can be paid with, nothing that opens the seal.
/// </summary>
/// <param name="Sealed">The envelope, or null when no key was valid.</param>
internal sealed record SealedRead(
    CardFacts Facts, CardChecks Checks, Attachment? Sealed, IReadOnlyList<VelocityTag> Tags);

/// <summary>
/// The sealing call: the last place in which a card exists in clear. Here it is sealed to the back office,
/// recognised by its tags, looked up in the deny list, and forgotten.
/// </summary>
internal static class CardSealer
{
    private static volatile CheckedKey? _checked;

    /// <summary>Takes the card over and disposes it, whatever happens.</summary>
    public static SealedRead Seal(CardData card, SealOrder order)
    {
        using (card)
        {
            var pan = card.Pan.RevealPanBytes();
            var tags = new List<VelocityTag>(order.VelocityKeys.Count);
            foreach (var key in order.VelocityKeys)
                tags.Add(key.TagOf(pan));
            var facts = FactsOf(card, order.TokenOf(tags));
            return new SealedRead(facts, ChecksOf(card, order), SealTo(order.Key, card, order), tags);
        }
    }

    /// <summary>
    /// The key to seal with at a moment: of those that are valid, the one that became valid last.
    /// </summary>
    public static SealingPublicKey? KeyAt(KeyList? keys, DateTimeOffset at)
    {
        foreach (var published in (keys?.SealingKeys ?? []).OrderByDescending(key => key.NotBefore))
        {
            if (published.IsValidAt(at) && Checked(published) is { } key)
                return key;
        }
        return null;
    }

    /// <summary>Checking a key costs about as much as sealing to it, so the last one is remembered.</summary>
    private static SealingPublicKey? Checked(PublishedKey published)
    {
        if (_checked is { } last && last.Published == published)
            return last.Key;
        if (!SealingPublicKey.TryParse(published.PublicKey, out var key) || key.KeyId != published.KeyId)
            return null;
        _checked = new CheckedKey(published, key);
        return key;
    }

    private sealed record CheckedKey(PublishedKey Published, SealingPublicKey Key);

    private static CardFacts FactsOf(CardData card, string token) => new(
        card.Scheme, card.EntryMode, card.Pan.LastFour, token,
        card.Aid is null ? null : Convert.ToHexString(card.Aid), card.ApplicationLabel);

    /// <summary>A card that tells no service code, as a chip need not, is taken to allow it.</summary>
    private static CardChecks ChecksOf(CardData card, SealOrder order) => new(
        card.Scheme, card.EntryMode, card.Expiry.IsPast(order.Today), card.ServiceCode?.AllowsOffline ?? true,
        order.DenyList is { } deny && deny.Contains(CardTag.Deny(deny.TagKey, card.Pan.RevealPanBytes())))
    {
        ServiceCodeAllowed = CardRules.Allows(order.Policy.ServiceCodes, card.ServiceCode),
        InDeniedRange = CardRules.IsInDeniedRange(order.Policy.DenyRanges, card.Pan.RevealPanBytes()),
    };

    private static Attachment? SealTo(SealingPublicKey? key, CardData card, SealOrder order)
    {
        if (key is null)
            return null;
        var context = new SealContext(
            SealPurpose.Authorise, order.Enrolment.Merchant, order.Enrolment.Terminal, order.Payment,
            order.Amount, order.At.ToUnixTimeMilliseconds());
        var plaintext = card.ToPlaintext();
        try
        {
            return Attachment.Create(AttachmentKind.SealedCard, order.Seals.Seal(key, context, plaintext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}
