using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace CloudPos.Functions.Vault;

/// <summary>
/// Keys as secrets of Azure Key Vault, read by the managed identity: `cloudpos-{kind}-{name}`, the secret in
/// base64, the period in the secret's own attributes, so that people see it in the portal. A secret that is
/// switched off is not there. Thread-safe.
/// </summary>
internal sealed class VaultKeys : IKeyStore
{
    public const string Prefix = "cloudpos-";
    private const string ContentType = "application/vnd.cloudpos.key";
    private static readonly DateTimeOffset Always = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly SecretClient _secrets;

    /// <param name="transport">Another way to the vault than the usual one; for tests.</param>
    public VaultKeys(
        VaultAddress address, TokenCredential credential, HttpPipelineTransport? transport = null)
    {
        var options = new SecretClientOptions
        {
            // The double's name is no name of Azure's, so the challenge cannot fit it.
            DisableChallengeResourceVerification = address.Uri.IsLoopback,
        };
        if (transport is not null)
            options.Transport = transport;
        options.Retry.MaxRetries = 3;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(4);
        options.Diagnostics.IsLoggingContentEnabled = false;
        _secrets = new SecretClient(address.Uri, credential, options);
    }

    public async Task<IReadOnlyList<KeptKey>> List(CancellationToken cancel)
    {
        try
        {
            var found = new List<KeptKey>();
            await foreach (var secret in _secrets.GetPropertiesOfSecretsAsync(cancel))
                if (secret.Enabled == true && secret.Name.StartsWith(Prefix, StringComparison.Ordinal)
                    && KeyFiles.KindOf(secret.Name[Prefix.Length..]) is { } kind)
                    found.Add(new KeptKey(
                        secret.Name[Prefix.Length..], kind, secret.NotBefore ?? DateTimeOffset.UnixEpoch,
                        secret.ExpiresOn ?? Always));
            return found;
        }
        catch (Exception e) when (IsOfTheService(e))
        {
            throw Unavailable(e);
        }
    }

    public async Task<byte[]> Read(KeptKey key, CancellationToken cancel)
    {
        try
        {
            var secret = await _secrets.GetSecretAsync(Prefix + key.Name, cancellationToken: cancel);
            return Convert.FromBase64String(secret.Value.Value);
        }
        catch (FormatException)
        {
            throw new KeysUnavailableException($"The secret {Prefix}{key.Name} is not base64.");
        }
        catch (Exception e) when (IsOfTheService(e))
        {
            throw Unavailable(e);
        }
    }

    public async Task Add(KeptKey key, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        var kept = new KeyVaultSecret(Prefix + key.Name, Convert.ToBase64String(secret.Span));
        kept.Properties.ContentType = ContentType;
        kept.Properties.NotBefore = key.NotBefore;
        kept.Properties.ExpiresOn = key.NotAfter;
        try
        {
            await _secrets.SetSecretAsync(kept, cancel);
        }
        catch (Exception e) when (IsOfTheService(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>It can be brought back by a person for as long as the vault keeps what was deleted.</summary>
    public async Task Delete(KeptKey key, CancellationToken cancel)
    {
        try
        {
            await _secrets.StartDeleteSecretAsync(Prefix + key.Name, cancel);
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return;
        }
        catch (Exception e) when (IsOfTheService(e))
        {
            throw Unavailable(e);
        }
    }

    private static bool IsOfTheService(Exception e) =>
        e is RequestFailedException or Azure.Identity.AuthenticationFailedException or AggregateException;

    /// <summary>The service's own words are in the inner exception; they hold no secret.</summary>
    private static KeysUnavailableException Unavailable(Exception e) =>
        new("The key vault did not answer, or refused.", e);
}
