using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace CloudPos.Local.Acquirer;

/// <summary>TLS on the acquirer's side: what it shows, and whom it demands to be shown.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="ClientCa">Who connects shows a certificate of it; null: nobody has to.</param>
internal sealed record AcquirerSecurity(X509Certificate2 Certificate, X509Certificate2? ClientCa = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The stream to use; null where the other side did not come to terms.</summary>
    public async Task<SslStream?> SecureAsync(Stream plain, CancellationToken cancel)
    {
        var stream = new SslStream(plain, leaveInnerStreamOpen: false);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        waiting.CancelAfter(Patience);
        try
        {
            await stream.AuthenticateAsServerAsync(Options(), waiting.Token);
            return stream;
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
        {
            await stream.DisposeAsync();
            return null;
        }
    }

    private SslServerAuthenticationOptions Options()
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(Certificate, null, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = ClientCa is not null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (ClientCa is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust,
            };
            options.CertificateChainPolicy.CustomTrustStore.Add(ClientCa);
        }
        return options;
    }
}
