using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// The back office's keys: the root, which signs the key list; the one that signs acknowledgements; those
/// that open sealed cards; and the reference pair, under which number and expiry are kept after an answer.
/// Made at the first start and read at every later one; the list that was published is kept beside them,
/// since its version never goes back. Thread-safe.
/// </summary>
internal sealed class KeyRing : IDisposable
{
    private const string PublishedName = "published.json";
    private const string RootName = "root.p8";
    private const string AcknowledgementName = "acknowledgement.p8";
    private const string ReferenceName = "reference.x25519";
    private const int ValidDays = 400;

    private readonly Dictionary<string, SealingKeyPair> _sealing;

    private KeyRing(
        Es256Key root, Es256Key acknowledgement, SealingKeyPair reference,
        IEnumerable<SealingKeyPair> sealing, KeyList published)
    {
        (Root, Acknowledgement, Reference) = (root, acknowledgement, reference);
        _sealing = sealing.ToDictionary(pair => pair.KeyId, StringComparer.Ordinal);
        SignedKeyList = SignedDocument.Sign(
            root, KeyList.Typ, JsonSerializer.SerializeToUtf8Bytes(published, WireJson.Default.KeyList));
    }

    public Es256Key Root { get; }

    public Es256Key Acknowledgement { get; }

    /// <summary>Seals what is kept of a card for retry, reversal and refund.</summary>
    public SealingKeyPair Reference { get; }

    /// <summary>The current key list, a JWS signed by the root.</summary>
    public string SignedKeyList { get; }

    /// <summary>
    /// The pair that opens what was sealed to this key, or null when it is not here, or no longer.
    /// </summary>
    public SealingKeyPair? FindSealing(string keyId) => _sealing.GetValueOrDefault(keyId);

    /// <exception cref="InvalidOperationException">A key that was published is missing or
    /// damaged.</exception>
    public static KeyRing Open(string folder, TimeProvider time)
    {
        var files = new KeyFiles(folder);
        var root = Signing(files, RootName);
        var acknowledgement = Signing(files, AcknowledgementName);
        var reference = Sealing(files, ReferenceName);
        var published = files.Read(PublishedName) is { } known
            ? JsonSerializer.Deserialize(known, WireJson.Default.KeyList)
            : Publish(files, acknowledgement, time.GetUtcNow());
        if (published is null)
            throw new InvalidOperationException($"{PublishedName} in {folder} is empty.");
        var sealing = published.SealingKeys.Select(key => Sealing(files, SealingName(key.KeyId)));
        return new KeyRing(root, acknowledgement, reference, sealing, published);
    }

    public void Dispose()
    {
        Root.Dispose();
        Acknowledgement.Dispose();
        Reference.Dispose();
        foreach (var pair in _sealing.Values)
            pair.Dispose();
    }

    /// <summary>
    /// The first key list. It is written last, so that whatever it names is on disk already.
    /// </summary>
    private static KeyList Publish(KeyFiles files, Es256Key acknowledgement, DateTimeOffset now)
    {
        using var sealing = SealingKeyPair.Generate();
        Keep(files, SealingName(sealing.KeyId), sealing.RevealPrivateKey());
        // A day back, for terminals whose clock is behind.
        var (from, to) = (now.AddDays(-1), now.AddDays(ValidDays));
        var list = new KeyList(
            1,
            [new PublishedKey(sealing.KeyId, Convert.ToBase64String(sealing.PublicKey.ToBytes()), from, to)],
            [new PublishedKey(acknowledgement.Thumbprint, acknowledgement.PublicKey.Text, from, to)]);
        files.Write(PublishedName, JsonSerializer.SerializeToUtf8Bytes(list, WireJson.Default.KeyList));
        return list;
    }

    private static string SealingName(string keyId) => $"sealing-{keyId}.x25519";

    private static Es256Key Signing(KeyFiles files, string name)
    {
        if (files.Read(name) is not { } bytes)
        {
            var made = Es256Key.Generate();
            Keep(files, name, made.RevealPkcs8());
            return made;
        }
        var read = Es256Key.TryImportPkcs8(bytes, out var key);
        CryptographicOperations.ZeroMemory(bytes);
        return read ? key! : throw new InvalidOperationException($"The key file {name} is damaged.");
    }

    /// <summary>
    /// The reference pair is made when it is absent; the absence of a published one is damage.
    /// </summary>
    private static SealingKeyPair Sealing(KeyFiles files, string name)
    {
        var bytes = files.Read(name);
        if (bytes is null && name == ReferenceName)
        {
            var made = SealingKeyPair.Generate();
            Keep(files, name, made.RevealPrivateKey());
            return made;
        }
        if (bytes is not { Length: 32 })
            throw new InvalidOperationException($"The key file {name} is missing or damaged.");
        var pair = SealingKeyPair.FromPrivateKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return pair;
    }

    private static void Keep(KeyFiles files, string name, byte[] secret)
    {
        files.Write(name, secret);
        CryptographicOperations.ZeroMemory(secret);
    }
}
