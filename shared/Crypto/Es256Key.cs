using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Crypto;

/// <summary>
/// A private P-256 key that signs with ES256 (RFC 7518, 3.4): a terminal's own, the acknowledgements', or the
/// root of the key lists. Safe for use by several threads. Its text shows the thumbprint only.
/// </summary>
public sealed class Es256Key : IDisposable
{
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private readonly ECDsa _ecdsa;
    private readonly Lock _lock = new();

    private Es256Key(ECDsa ecdsa)
    {
        _ecdsa = ecdsa;
        var half = ECDsa.Create(ecdsa.ExportParameters(includePrivateParameters: false));
        PublicKey = new Es256PublicKey(half);
    }

    public Es256PublicKey PublicKey { get; }

    /// <summary>RFC 7638 with SHA-256, base64url.</summary>
    public string Thumbprint => PublicKey.Thumbprint;

    public static Es256Key Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>False when the bytes are not exactly one PKCS #8 private key on P-256.</summary>
    public static bool TryImportPkcs8(ReadOnlySpan<byte> pkcs8, [NotNullWhen(true)] out Es256Key? key)
    {
        key = null;
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportPkcs8PrivateKey(pkcs8, out var read);
            if (read == pkcs8.Length && IsP256(ecdsa))
                key = new Es256Key(ecdsa);
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
    /// The private key in clear as PKCS #8, for its key store alone: with it anyone can sign as its owner.
    /// The caller zeroes the array.
    /// </summary>
    public byte[] RevealPkcs8()
    {
        lock (_lock)
            return _ecdsa.ExportPkcs8PrivateKey();
    }

    /// <summary>
    /// Signs SHA-256 of the data: R and S, 32 bytes each (the form of RFC 7518 and IEEE P1363).
    /// </summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        lock (_lock)
            return _ecdsa.SignData(data, HashAlgorithmName.SHA256);
    }

    public void Dispose() => _ecdsa.Dispose();

    public override string ToString() => $"ES256 key {Thumbprint}";

    /// <summary>
    /// Lends the key to the token library, one caller at a time: an ECDsa is not documented for more.
    /// </summary>
    internal T Use<T>(Func<SecurityKey, T> work)
    {
        lock (_lock)
            return work(ForTokens(_ecdsa, Thumbprint));
    }

    internal static bool IsP256(ECDsa ecdsa)
    {
        var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed && curve.Oid.Value == P256Oid;
    }

    /// <summary>
    /// Without the library's cache, which would keep using an ECDsa after its owner disposed it.
    /// </summary>
    internal static ECDsaSecurityKey ForTokens(ECDsa ecdsa, string keyId) => new(ecdsa)
    {
        KeyId = keyId,
        CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
    };
}
