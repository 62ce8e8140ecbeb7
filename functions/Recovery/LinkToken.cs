using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// The last part of a payment link's address: the terminal, in whose partition the case lies, and 256 random
/// bits. Whoever has it may pay; it is never stored or logged, only its digest is, as the key of the row
/// <c>rl.{digest}</c> that names the payment.
/// </summary>
internal static class LinkToken
{
    private const int SecretLength = 43;
    private const int TerminalLength = 8;
    private const int Length = TerminalLength + 1 + SecretLength;

    /// <summary>A new one, and its digest.</summary>
    public static (string Token, string Digest) New(string terminal)
    {
        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        var token = $"{terminal}-{Base64Url.EncodeToString(secret)}";
        return (token, DigestOf(token));
    }

    /// <summary>What it leads to; false for what can be no token.</summary>
    public static bool TryRead(
        string token, [NotNullWhen(true)] out string? terminal, [NotNullWhen(true)] out string? digest)
    {
        (terminal, digest) = (null, null);
        if (token.Length != Length || token[TerminalLength] != '-'
            || !Names.IsTerminal(token[..TerminalLength])
            || !token.AsSpan(TerminalLength + 1).ContainsOnlyBase64Url())
            return false;
        (terminal, digest) = (token[..TerminalLength], DigestOf(token));
        return true;
    }

    public const string Prefix = "rl.";

    public static string KeyOf(string digest) => Prefix + digest;

    public static Row RowOf(RecoveryCase known, string digest) => new(known.Terminal, KeyOf(digest))
    {
        ["payment"] = known.Payment.ToString(),
    };

    private static string DigestOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static bool ContainsOnlyBase64Url(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        return true;
    }
}
