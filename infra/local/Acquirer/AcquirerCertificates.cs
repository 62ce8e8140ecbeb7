using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// The certificates of a line that is secured: a CA of its own, and what it issues. The acquirer makes both
/// at its first start and keeps them, so that who trusts its CA still does after the next one.
/// </summary>
internal static class AcquirerCertificates
{
    /// <summary>In the acquirer's folder: the CA, for whoever connects.</summary>
    public const string CaFile = "ca.pem";

    private const string OwnFile = "tls.pfx";
    private const int DaysValid = 3_650;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public static X509Certificate2 OpenOrCreate(string directory, DateTimeOffset now)
    {
        var file = Path.Combine(directory, OwnFile);
        if (File.Exists(file)) return X509CertificateLoader.LoadPkcs12FromFile(file, null);
        using var ca = MakeCa("CloudPos simulated acquirer CA", now);
        File.WriteAllText(Path.Combine(directory, CaFile), ca.ExportCertificatePem());
        var own = Issue(ca, ["localhost", "127.0.0.1"], now.AddDays(-1), now.AddDays(DaysValid - 1));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(own.Export(X509ContentType.Pkcs12));
        return own;
    }

    public static X509Certificate2 MakeCa(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(DaysValid));
    }

    /// <param name="hosts">Names and addresses to which it is made out; the first is its subject.</param>
    public static X509Certificate2 Issue(
        X509Certificate2 ca, IReadOnlyList<string> hosts, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hosts[0]}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));
        using var made = request.Create(ca, from, to, RandomNumberGenerator.GetBytes(12));
        using var whole = made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(
            whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
