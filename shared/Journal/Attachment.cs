using System.Security.Cryptography;

namespace CloudPos.Journal;

/// <summary>What an attachment holds. Numbers are stored and never reused.</summary>
public enum AttachmentKind
{
    /// <summary>A sealed card envelope, which only the back office opens.</summary>
    SealedCard = 1,

    /// <summary>A <see cref="Contact"/> as UTF-8 JSON.</summary>
    Contact = 2,

    /// <summary>A <see cref="CustomerData"/> as UTF-8 JSON.</summary>
    Customer = 3,

    /// <summary>An <see cref="InvoiceParty"/> as UTF-8 JSON.</summary>
    InvoiceParty = 4,
}

/// <summary>
/// Sealed card or personal data that belongs to an entry but lies beside it. The entry holds the digest of
/// (salt, content); deleting the attachment breaks no chain and no signature, and without the salt the digest
/// says nothing about the content.
/// </summary>
public sealed record Attachment(AttachmentKind Kind, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Content)
{
    public const int SaltLength = 16;
    public const int ContentBytesMax = 8 * 1024;

    /// <summary>
    /// SHA-256 over a domain tag, kind, salt and content, as 64 lower-case hexadecimal digits.
    /// </summary>
    public string Digest { get; } = DigestOf(Kind, Salt.Span, Content.Span);

    public static Attachment Create(AttachmentKind kind, ReadOnlyMemory<byte> content)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, ContentBytesMax);
        return new Attachment(kind, RandomNumberGenerator.GetBytes(SaltLength), content);
    }

    private static string DigestOf(AttachmentKind kind, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> content)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData("cloudpos/attachment/1\0"u8);
        sha.AppendData([(byte)kind]);
        sha.AppendData(salt);
        sha.AppendData(content);
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}

/// <summary>
/// How a customer wants to be reached: a mail address for receipts, a telephone number as contact only.
/// </summary>
public sealed record Contact(string? Email, string? Telephone);
