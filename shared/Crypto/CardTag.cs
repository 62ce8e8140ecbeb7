using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// Keyed tags by which a card is recognised without its number: HMAC-SHA-256 over the whole number (PCI DSS
/// 3.5.1.1). A tag is as secret as its key is: whoever has both can try all numbers, so tags are never stored
/// beside digits of the number. Numbers are ASCII digits, 12 to 19.
/// </summary>
public static class CardTag
{
    public const int KeySize = 32;

    /// <summary>Length of the tag of the velocity table, in bytes.</summary>
    public const int VelocitySize = 16;

    /// <summary>
    /// Length of the tag of the deny list, in bytes. With a million cards listed, about one payment in a
    /// million with another card is refused by mistake, and hundreds of possible numbers share each tag.
    /// </summary>
    public const int DenySize = 5;

    /// <summary>The tag that counts a card's payments on one terminal, under a key made there.</summary>
    public static byte[] Velocity(ReadOnlySpan<byte> terminalKey, ReadOnlySpan<byte> pan) =>
        Compute(terminalKey, "cloudpos/velocity/1\0"u8, pan, VelocitySize);

    /// <summary>The tag of the deny list, under the merchant's key that comes with the feed.</summary>
    public static byte[] Deny(ReadOnlySpan<byte> merchantKey, ReadOnlySpan<byte> pan) =>
        Compute(merchantKey, "cloudpos/deny/1\0"u8, pan, DenySize);

    private static byte[] Compute(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> pan, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize);
        if (pan.Length is < 12 or > 19 || pan.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            throw new ArgumentException("A card number is 12 to 19 ASCII digits.");
        Span<byte> input = stackalloc byte[purpose.Length + pan.Length];
        try
        {
            purpose.CopyTo(input);
            pan.CopyTo(input[purpose.Length..]);
            return HMACSHA256.HashData(key, input)[..size];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }
}
