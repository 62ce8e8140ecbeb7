using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Functions.Vault;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Opens the sealed cards of payments and seals again what may be kept of them. Clear card data leaves only
/// as types that mask and zero themselves; the caller disposes them. Thread-safe.
/// </summary>
internal sealed class CardVault(KeyRing keys)
{
    /// <summary>The card of a payment that has still to be asked for.</summary>
    /// <returns>The card, or a sentence why there is none: for people, without any part of it.</returns>
    public (CardData? Card, string? Fault) Open(PaymentRow payment)
    {
        if (payment.Sealed is not { } envelope || payment.Facts is not { } facts)
            return (null, RecordDecisions.NoCard);
        var context = ContextOf(payment, facts, SealPurpose.Authorise);
        var opened = SealedCard.TryOpen(envelope, keys.FindSealing, context, out var plaintext);
        try
        {
            if (opened != SealedCardResult.Opened)
                return (null, FaultOf(opened));
            var card = CardData.TryParsePlaintext(plaintext);
            return (card.Value, card.IsValid ? null : $"its sealed card is not readable: {card.Fault}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Number and expiry alone, sealed to the reference key and bound to the same payment.</summary>
    public byte[] SealReference(PaymentRow payment, CardData card) =>
        SealReference(payment, card.Pan, card.Expiry);

    /// <summary>
    /// What is kept of one payment's card, sealed anew for another payment of the same money.
    /// </summary>
    /// <returns>Null, and why, when nothing is kept any more or it does not open.</returns>
    public (byte[]? Reference, string? Fault) Reseal(PaymentRow from, PaymentRow to)
    {
        if (from.Reference is null)
            return (null, "number and expiry are not kept any more");
        var (pan, expiry, fault) = OpenReference(from);
        using (pan)
            return pan is null ? (null, fault) : (SealReference(to, pan, expiry), null);
    }

    /// <summary>The same for a card of which nothing else is there.</summary>
    public byte[] SealReference(PaymentRow payment, Pan pan, Expiry expiry)
    {
        var facts = payment.Facts ?? throw new ArgumentException("A tombstone has no card.", nameof(payment));
        var clear = GC.AllocateUninitializedArray<byte>(pan.Length + 5, pinned: true);
        try
        {
            pan.RevealPanBytes().CopyTo(clear);
            clear[pan.Length] = (byte)'=';
            Encoding.ASCII.GetBytes(expiry.RevealYymm(), clear.AsSpan(pan.Length + 1));
            var context = ContextOf(payment, facts, SealPurpose.Reference);
            return SealedCard.Seal(keys.Reference.PublicKey, context, clear);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <summary>Number and expiry, from whichever of the two envelopes the payment still has.</summary>
    /// <returns>Null, and why, when neither opens.</returns>
    public (Pan? Pan, Expiry Expiry, string? Fault) OpenReference(PaymentRow payment)
    {
        if (payment.Reference is not { } envelope || payment.Facts is not { } facts)
        {
            var (card, fault) = Open(payment);
            using (card)
                return card is null ? (null, default, fault) : (Copy(card.Pan), card.Expiry, null);
        }
        var context = ContextOf(payment, facts, SealPurpose.Reference);
        var opened = SealedCard.TryOpen(envelope, keys.FindReference, context, out var clear);
        try
        {
            if (opened != SealedCardResult.Opened)
                return (null, default, FaultOf(opened));
            var separator = clear.AsSpan().IndexOf((byte)'=');
            return separator > 0 && Pan.TryParse(clear.AsSpan(0, separator), out var pan)
                && Expiry.TryParseYymm(clear.AsSpan(separator + 1), out var expiry)
                ? (pan, expiry, null)
                : (null, default, "its kept card is not readable");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    private static Pan Copy(Pan pan) => Pan.TryParse(pan.RevealPanBytes(), out var copy)
        ? copy
        : throw new InvalidOperationException("A valid number has become invalid.");

    private static SealContext ContextOf(PaymentRow payment, PaymentFacts facts, string purpose) => new(
        purpose, facts.Merchant, payment.Terminal, payment.Payment, facts.AskedFor,
        facts.AttemptAt.ToUnixTimeMilliseconds());

    private static string FaultOf(SealedCardResult result) => result switch
    {
        SealedCardResult.UnknownVersion => "its sealed card is of a version that is not known here",
        SealedCardResult.UnknownKey => "its card is sealed to a key that is not here",
        _ => "its sealed card is damaged, or was sealed for another payment",
    };
}
