using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// How the line to one acquirer is secured: TLS 1.2 or later, and whose certificate is taken. With pins alone
/// the acquirer's key must be one of them; with a CA the certificate must come from it and be made out to the
/// name; with both, both. With neither the system's roots decide. Revocation is not asked for: lists of
/// private CAs are seldom reachable, and a line that hangs on one would be down. Immutable, thread-safe.
/// </summary>
internal sealed class AcquirerTls
{
    /// <summary>Whoever issued it does not matter, as long as the system trusts them.</summary>
    public const string System = "system";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const int PinsMax = 8;
    private const int PinDigits = 64;
    private const int NamesLengthMax = 120;

    private readonly X509Certificate2Collection? _roots;
    private readonly IReadOnlyList<string> _pins;
    private readonly string? _name;
    private readonly SslStreamCertificateContext? _own;

    /// <param name="ca">PEM of one or several, or a file with it; null or "system" for the system's.</param>
    /// <param name="pins">SHA-256 of a SubjectPublicKeyInfo, 64 hexadecimal digits each.</param>
    /// <param name="name">Whom the certificate names; null for the host that is dialled.</param>
    /// <param name="certificate">Ours, where the acquirer asks for one: PEM, or a file with it.</param>
    /// <param name="key">Its private key, likewise.</param>
    /// <exception cref="FormatException">One of them cannot be read; the message says which.</exception>
    public AcquirerTls(
        string? ca = null, IReadOnlyList<string>? pins = null, string? name = null,
        string? certificate = null, string? key = null)
    {
        _pins = [.. (pins ?? []).Select(pin => pin.ToLowerInvariant())];
        if (_pins.Count > PinsMax
            || _pins.Any(pin => pin.Length != PinDigits || !pin.All(char.IsAsciiHexDigit)))
            throw new FormatException(
                $"a pin is the SHA-256 of the key's SubjectPublicKeyInfo in {PinDigits} hexadecimal digits, "
                + $"and there are at most {PinsMax}");
        if (certificate is null != key is null)
            throw new FormatException("certificate and key belong together");
        _name = name;
        _roots = ca is null or System ? null : Certificates(Pem(ca, "ca"));
        if (certificate is not null)
            _own = SslStreamCertificateContext.Create(Own(certificate, key!), null, offline: true);
    }

    private bool OnlyPins => _roots is null && _pins.Count > 0;

    /// <summary>Shakes hands over a connection that was just made.</summary>
    /// <param name="plain">Owned from here on.</param>
    /// <returns>The stream to use; or why there is none, for people.</returns>
    public async Task<(SslStream? Stream, string Why)> Secure(
        Stream plain, string host, CancellationToken cancel)
    {
        var fault = (string?)null;
        var name = _name ?? host;
        var stream = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    AllowRenegotiation = false,
                    CertificateChainPolicy = Policy(),
                    ClientCertificateContext = _own,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                        (fault = FaultOf(certificate as X509Certificate2, chain, errors, name)) is null,
                },
                cancel);
            return (stream, "");
        }
        catch (Exception broken) when (broken is AuthenticationException or IOException
            or OperationCanceledException or CryptographicException or ArgumentException
            or InvalidOperationException or NotSupportedException)
        {
            await stream.DisposeAsync();
            return (null, fault ?? (broken is OperationCanceledException
                ? "no TLS in time; the other side may speak none"
                : $"no TLS came about; the other side may speak none ({broken.GetType().Name})"));
        }
    }

    private string? FaultOf(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
    {
        if (certificate is null)
            return "the acquirer shows no certificate";
        var key = Convert.ToHexStringLower(
            SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        if (_pins.Count > 0 && !_pins.Contains(key))
            return $"the acquirer's key is none that is pinned: its SHA-256 is {key}";
        if (OnlyPins || errors == SslPolicyErrors.None)
            return null;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the acquirer's certificate is not made out to {name} but to {NamesOf(certificate)}";
        var status = (chain?.ChainStatus ?? [])
            .Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return status.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? "the acquirer's certificate, or its CA's, is not valid today: it says from "
                + $"{certificate.NotBefore:yyyy-MM-dd} to {certificate.NotAfter:yyyy-MM-dd}"
            : status.HasFlag(X509ChainStatusFlags.UntrustedRoot)
                || status.HasFlag(X509ChainStatusFlags.PartialChain)
                ? $"the acquirer's certificate does not come from {(_roots is null ? "a CA that this system "
                    + "trusts" : "the configured CA")}"
                : $"the acquirer's certificate is refused: {status}";
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (_roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_roots);
        }
        return policy;
    }

    /// <summary>What a stranger wrote is shown short and in letters that do no harm to a log.</summary>
    private static string NamesOf(X509Certificate2 certificate)
    {
        var alternative = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames()
                .Concat(names.EnumerateIPAddresses().Select(ip => ip.ToString()))).ToList();
        var names = alternative.Count == 0 ? certificate.Subject : string.Join(", ", alternative);
        var shown = string.Concat(names.Where(letter => letter is >= ' ' and <= '~'));
        return shown.Length <= NamesLengthMax ? shown : shown[..NamesLengthMax];
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            found.Clear();
        }
        return found.Count > 0 ? found : throw new FormatException("the ca holds no certificate in PEM");
    }

    private static X509Certificate2 Own(string certificate, string key)
    {
        var (first, second) = (Pem(certificate, "certificate"), Pem(key, "key"));
        try
        {
            using var made = X509Certificate2.CreateFromPem(first, second);
            // Some systems want a key that is not bound to this object.
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new FormatException("certificate and key are no pair in PEM");
        }
    }

    private static string Pem(string textOrFile, string what)
    {
        if (textOrFile.TrimStart().StartsWith("-----BEGIN", StringComparison.Ordinal))
            return textOrFile;
        try
        {
            return File.ReadAllText(textOrFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException)
        {
            throw new FormatException($"the {what} is neither PEM nor a file that can be read: {textOrFile}");
        }
    }
}
