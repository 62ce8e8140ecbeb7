using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;
using CloudPos.Tlv;

namespace CloudPos.Terminal.Reader;

/// <summary>
/// What the terminal tells a chip about the payment (EMV Book 3, 6.5.5: the data of GENERATE AC).
/// </summary>
/// <param name="Date">Local date of the store.</param>
internal readonly record struct Purchase(Money Amount, DateOnly Date);

/// <summary>A card, which the caller disposes, or why none could be read, for the cashier.</summary>
internal readonly record struct ReadResult(CardData? Card, string Fault)
{
    [MemberNotNullWhen(true, nameof(Card))]
    public bool IsRead => Card is not null;
}

/// <summary>
/// A card reader without hardware: it plays cards from files and from the command line. As a chip would, it
/// takes amount, currency, date, type and a fresh unpredictable number into the data that it gives; whatever
/// the script says of these is overruled. Clear card data stays within the call and the card that it returns.
/// </summary>
internal static class ScriptedReader
{
    private const byte TypePurchase = 0x00;

    /// <summary>The template that is put in front, so that its objects are the first ones found.</summary>
    private const uint PurchaseTemplate_70 = 0x70;

    public static ReadResult Read(CardSource source, Purchase purchase)
    {
        if (source.Track2 is { } track2)
            return ReadStripe(track2);
        if (!source.Stripe.IsEmpty)
            return ReadStripe(source.Stripe);
        if (source.TlvHex is { } hex)
            return ReadChip(hex, source.Mode, purchase);
        using var file = CardFile.TryOpen(source.Path!, out var fault);
        if (file is null)
            return new(null, fault);
        var chars = GC.AllocateUninitializedArray<char>(file.Content.Length, pinned: true);
        try
        {
            var text = chars.AsSpan(0, Encoding.ASCII.GetChars(file.Content, chars));
            return file.IsStripe ? ReadStripe(text) : ReadChip(text, file.Mode, purchase);
        }
        finally
        {
            Array.Clear(chars);
        }
    }

    private static ReadResult ReadStripe(ReadOnlySpan<char> text)
    {
        var read = Track2.TryParseText(text);
        return read.IsValid
            ? new(CardData.FromTrack2(read.Value), "")
            : new(null, $"The stripe cannot be read ({read}). Try again, or take another card.");
    }

    private static ReadResult ReadChip(ReadOnlySpan<char> hex, EntryMode mode, Purchase purchase)
    {
        if (hex.Length % 2 != 0 || hex.Length / 2 > TlvReader.InputLengthMax)
            return new(null, "The chip's data are no hex of whole bytes.");
        var prefix = TlvWriter.Write(new TlvNode(PurchaseTemplate_70, PurchaseObjects(purchase)));
        var tlv = GC.AllocateUninitializedArray<byte>(prefix.Length + hex.Length / 2, pinned: true);
        try
        {
            prefix.CopyTo(tlv, 0);
            if (Convert.FromHexString(hex, tlv.AsSpan(prefix.Length), out _, out _) != OperationStatus.Done)
                return new(null, "The chip's data are no hex of whole bytes.");
            var read = CardData.TryFromChip(tlv, mode);
            return read.IsValid
                ? new(read.Value, "")
                : new(null, FaultOf(read with { Offset = Math.Max(0, read.Offset - prefix.Length) }));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(tlv);
        }
    }

    private static string FaultOf(CardDataResult read) => read.Fault == CardDataFault.EntryModeInvalid
        ? "A chip is read by contact or contactless: say --mode chip or --mode contactless."
        : $"The chip cannot be read ({read}). Try again, or take another card.";

    private static IReadOnlyList<TlvNode> PurchaseObjects(Purchase purchase) =>
    [
        new(EmvTags.AmountAuthorised_9F02, Bcd(purchase.Amount.Minor, 6)),
        new(EmvTags.TransactionCurrency_5F2A, Bcd(purchase.Amount.Currency.Numeric, 2)),
        new(EmvTags.TransactionDate_9A, Bcd(
            purchase.Date.Year % 100 * 10_000 + purchase.Date.Month * 100 + purchase.Date.Day, 3)),
        new(EmvTags.TransactionType_9C, new[] { TypePurchase }),
        new(EmvTags.UnpredictableNumber_9F37, RandomNumberGenerator.GetBytes(4)),
    ];

    /// <summary>Binary coded decimals, zeros on the left (format n).</summary>
    private static byte[] Bcd(long number, int length)
    {
        var bytes = new byte[length];
        for (var i = length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)(number / 10 % 10 << 4 | number % 10);
            number /= 100;
        }
        return number == 0
            ? bytes
            : throw new ArgumentOutOfRangeException(nameof(number), "More digits than fit.");
    }
}
