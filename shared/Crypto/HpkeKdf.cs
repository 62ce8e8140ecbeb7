using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// The labelled key derivation of RFC 9180, 4, over HKDF-SHA256 (RFC 5869). A suite id separates the key
/// encapsulation's derivations from those of the key schedule.
/// </summary>
internal static class HpkeKdf
{
    public const int HashSize = 32;

    /// <summary>LabeledExtract: writes <see cref="HashSize"/> bytes of pseudorandom key.</summary>
    public static void Extract(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> secret,
        Span<byte> pseudorandomKey)
    {
        var input = Join([], suite, label, secret);
        try
        {
            HKDF.Extract(HashAlgorithmName.SHA256, input, salt, pseudorandomKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
        }
    }

    /// <summary>
    /// LabeledExpand: fills the output; its length, at most 255 hashes, is part of what is derived.
    /// </summary>
    public static void Expand(
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> pseudorandomKey,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> info,
        Span<byte> output)
    {
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)output.Length));
        HKDF.Expand(HashAlgorithmName.SHA256, pseudorandomKey, output, Join(length, suite, label, info));
    }

    private static byte[] Join(
        ReadOnlySpan<byte> length,
        ReadOnlySpan<byte> suite,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> rest) =>
        [.. length, .. "HPKE-v1"u8, .. suite, .. label, .. rest];
}
