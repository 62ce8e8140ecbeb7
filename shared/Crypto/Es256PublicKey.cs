using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Crypto;

/// <summary>
/// A P-256 key that verifies ES256 signatures (RFC 7518, 3.4). Written as base64 of its SubjectPublicKeyInfo.
/// Equality is by those bytes. Safe for use by several threads.
/// </summary>
public sealed class Es256PublicKey : IEquatable<Es256PublicKey>
{
    /// <summary>Length of a signature in bytes: R and S, 32 each.</summary>
    public const int SignatureSize = 64;

    /// <summary>Longest text that is tried; a P-256 key takes 124 characters.</summary>
    private const int TextLengthMax = 256;

    private readonly ECDsa _ecdsa;
    private readonly Lock _lock = new();

    internal Es256PublicKey(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        Text = Convert.ToBase64String(ecdsa.ExportSubjectPublicKeyInfo());
        Thumbprint = ThumbprintOf(ecdsa.ExportParameters(includePrivateParameters: false).Q);
    }

    /// <summary>Base64 of the SubjectPublicKeyInfo, which <see cref="TryParse"/> reads.</summary>
    public string Text { get; }

    /// <summary>RFC 7638 with SHA-256, base64url: the key's name in a header's kid.</summary>
    public string Thumbprint { get; }

    /// <summary>
    /// False when it is no base64, no SubjectPublicKeyInfo, not on P-256 or no point of it.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Es256PublicKey? key)
    {
        key = null;
        if (text is null || text.Length > TextLengthMax)
            return false;
        var bytes = new byte[TextLengthMax];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            return false;
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, length), out var read);
            if (read == length && Es256Key.IsP256(ecdsa))
                key = new Es256PublicKey(ecdsa);
        }
        catch (CryptographicException)
        {
            key = null;
        }
        if (key is null)
            ecdsa.Dispose();
        return key is not null;
    }

    /// <summary>
    /// Whether the signature, 64 bytes, was made over the data with this key's private half.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
            return false;
        lock (_lock)
            return _ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    public bool Equals(Es256PublicKey? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as Es256PublicKey);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    /// <summary>
    /// Lends the key to the token library, one caller at a time: an ECDsa is not documented for more.
    /// </summary>
    internal T Use<T>(Func<SecurityKey, T> work)
    {
        lock (_lock)
            return work(Es256Key.ForTokens(_ecdsa, Thumbprint));
    }

    /// <summary>RFC 7638, 3: the required members of the key in lexical order, no white space.</summary>
    private static string ThumbprintOf(ECPoint point)
    {
        var (x, y) = (Base64UrlEncoder.Encode(point.X!), Base64UrlEncoder.Encode(point.Y!));
        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""";
        return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(canonical)));
    }
}
