using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Functions.Vault;

/// <summary>All keys as they were read at one moment. Immutable; keys live as long as the ring.</summary>
internal sealed class KeySet
{
    private readonly Dictionary<string, SealingKeyPair> _sealing;
    private readonly Dictionary<string, SealingKeyPair> _references;

    public KeySet(IReadOnlyList<LoadedKey> keys, Published published, DateTimeOffset now)
    {
        (Keys, Published) = (keys, published);
        Root = keys.FirstOrDefault(key => key.Kept.Name == published.Root)?.Signing
            ?? throw new KeysUnavailableException($"The root key {published.Root} is not there.");
        // Only with what terminals can have been told of.
        Acknowledgement = Newest(
            [.. keys.Where(key => published.List.AcknowledgementKeys.Any(told => told.KeyId == key.KeyId))],
            KeyKind.Acknowledgement, now).Signing!;
        Reference = Newest(keys, KeyKind.Reference, now).Sealing!;
        _sealing = ById(keys, KeyKind.Sealing);
        _references = ById(keys, KeyKind.Reference);
        foreach (var listed in published.List.SealingKeys)
            if (!_sealing.ContainsKey(listed.KeyId))
                throw new KeysUnavailableException($"The listed sealing key {listed.KeyId} is not there.");
        SignedKeyList = Sign(published.List);
    }

    public IReadOnlyList<LoadedKey> Keys { get; }

    public Published Published { get; }

    public Es256Key Root { get; }

    public Es256Key Acknowledgement { get; }

    public SealingKeyPair Reference { get; }

    public string SignedKeyList { get; }

    /// <summary>The list as a JWS of the root.</summary>
    public string Sign(KeyList list) => SignedDocument.Sign(
        Root, KeyList.Typ, JsonSerializer.SerializeToUtf8Bytes(list, WireJson.Default.KeyList));

    public SealingKeyPair? FindSealing(string keyId) => _sealing.GetValueOrDefault(keyId);

    public SealingKeyPair? FindReference(string keyId) => _references.GetValueOrDefault(keyId);

    /// <summary>What terminals are told: keys that have not ended, those of the future included.</summary>
    public static KeyList ListOf(IReadOnlyList<LoadedKey> keys, long version, DateTimeOffset now) => new(
        version, Entries(keys, KeyKind.Sealing, now), Entries(keys, KeyKind.Acknowledgement, now));

    private static IReadOnlyList<PublishedKey> Entries(
        IReadOnlyList<LoadedKey> keys, KeyKind kind, DateTimeOffset now) =>
    [
        .. keys.Where(key => key.Kept.Kind == kind && key.Kept.NotAfter > now)
            .OrderBy(key => key.Kept.NotBefore).ThenBy(key => key.KeyId, StringComparer.Ordinal)
            .Select(key => new PublishedKey(
                key.KeyId, key.PublicText, key.Kept.NotBefore, key.Kept.NotAfter)),
    ];

    /// <summary>
    /// Of those that are in use, the one that came into use last; when all have ended, since nothing ran for
    /// long, the last of them, until the next is made.
    /// </summary>
    private static LoadedKey Newest(IReadOnlyList<LoadedKey> keys, KeyKind kind, DateTimeOffset now) =>
        keys.Where(key => key.Kept.Kind == kind && key.Kept.NotBefore <= now)
            .OrderByDescending(key => key.Kept.IsValidAt(now))
            .ThenByDescending(key => key.Kept.NotBefore).ThenBy(key => key.KeyId, StringComparer.Ordinal)
            .FirstOrDefault()
        ?? throw new KeysUnavailableException($"There is no {kind} key for this day.");

    private static Dictionary<string, SealingKeyPair> ById(IReadOnlyList<LoadedKey> keys, KeyKind kind) =>
        keys.Where(key => key.Kept.Kind == kind).ToDictionary(
            key => key.KeyId, key => key.Sealing!, StringComparer.Ordinal);
}

/// <summary>A key with its secret: a signing key or a sealing pair, by its kind.</summary>
internal sealed record LoadedKey(KeptKey Kept, Es256Key? Signing, SealingKeyPair? Sealing) : IDisposable
{
    public string KeyId => Signing?.Thumbprint ?? Sealing!.KeyId;

    public string PublicText => Signing?.PublicKey.Text ?? Sealing!.PublicKey.Text;

    /// <summary>Takes the secret over and zeroes it.</summary>
    public static LoadedKey Of(KeptKey kept, byte[] secret)
    {
        try
        {
            if (kept.Kind is KeyKind.Sealing or KeyKind.Reference)
                return secret.Length == 32
                    ? new LoadedKey(kept, null, SealingKeyPair.FromPrivateKey(secret))
                    : throw new KeysUnavailableException($"The key {kept.Name} is damaged.");
            return Es256Key.TryImportPkcs8(secret, out var signing)
                ? new LoadedKey(kept, signing, null)
                : throw new KeysUnavailableException($"The key {kept.Name} is damaged.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public void Dispose()
    {
        Signing?.Dispose();
        Sealing?.Dispose();
    }
}
