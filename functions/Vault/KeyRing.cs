using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Vault;

/// <summary>
/// The back office's keys: the root, which signs the key list; those that sign acknowledgements; those that
/// open sealed cards; and the reference pairs, under which number and expiry are kept after an answer. Read
/// anew from time to time, as another instance may have made some. Until the first reading there is none.
/// Thread-safe.
/// </summary>
internal sealed class KeyRing(IKeyStore store, KeyLedger ledger, KeyPeriods periods, TimeProvider time)
    : IDisposable
{
    private const int FirstTriesMax = 5;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Dictionary<string, LoadedKey> _loaded = new(StringComparer.Ordinal);
    private volatile KeySet? _keys;

    /// <summary>
    /// In ticks, since a moment is too long to be written in one step; 0 has them read anew.
    /// </summary>
    private long _readTicks;

    public Es256Key Root => Now.Root;

    /// <summary>Signs acknowledgements from now on; the older ones still verify.</summary>
    public Es256Key Acknowledgement => Now.Acknowledgement;

    /// <summary>Seals what is kept of a card for retry, reversal and refund.</summary>
    public SealingKeyPair Reference => Now.Reference;

    /// <summary>The current key list, a JWS signed by the root.</summary>
    public string SignedKeyList => Now.SignedKeyList;

    private DateTimeOffset ReadAt
    {
        get => new(Interlocked.Read(ref _readTicks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _readTicks, value.UtcTicks);
    }

    private KeySet Now => _keys ?? throw new KeysUnavailableException("The keys have not been read yet.");

    /// <summary>
    /// The pair that opens what was sealed to this key, or null when it is not here, or no longer.
    /// </summary>
    /// <exception cref="TablesUnavailableException">It may have come since the keys were read: they are read
    /// anew before the next call.</exception>
    public SealingKeyPair? FindSealing(string keyId) => Now.FindSealing(keyId) ?? Missing();

    /// <summary>The same for what is kept of a card.</summary>
    public SealingKeyPair? FindReference(string keyId) => Now.FindReference(keyId) ?? Missing();

    /// <summary>Reads the keys when they were not read for a while.</summary>
    public async ValueTask Freshen(CancellationToken cancel)
    {
        if (_keys is null || time.GetUtcNow() - ReadAt >= periods.ReadEvery)
            await Read(cancel);
    }

    /// <summary>Reads all keys; at the very first start it makes them, unless people do.</summary>
    /// <exception cref="KeysUnavailableException">A key that was published is missing or damaged, or the
    /// store does not answer; the keys of the last reading stay in use.</exception>
    public async Task<KeySet> Read(CancellationToken cancel = default)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var now = time.GetUtcNow();
                var keys = await Load(cancel);
                if (await ledger.Read(cancel) is { } published)
                {
                    _keys = new KeySet(keys, published, now);
                    ReadAt = now;
                    return _keys;
                }
                if (attempt == FirstTriesMax)
                    throw new KeysUnavailableException("Others keep making the first keys.");
                await MakeFirst(keys, now, cancel);
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Makes a key and keeps it; it is not listed by that.</summary>
    public async Task Make(KeyKind kind, DateTimeOffset from, CancellationToken cancel)
    {
        var (name, secret) = Generate(kind);
        try
        {
            var to = kind == KeyKind.Root ? from.AddYears(100) : from + periods.ValidFor;
            await store.Add(new KeptKey(name, kind, from, to), secret, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public void Dispose()
    {
        foreach (var key in _loaded.Values)
            key.Dispose();
        _reading.Dispose();
    }

    private async Task<IReadOnlyList<LoadedKey>> Load(CancellationToken cancel)
    {
        var keys = new List<LoadedKey>();
        foreach (var kept in await store.List(cancel))
        {
            if (!_loaded.TryGetValue(kept.Name, out var known))
                _loaded.Add(kept.Name, known = LoadedKey.Of(kept, await store.Read(kept, cancel)));
            keys.Add(known with { Kept = kept });
        }
        return keys;
    }

    /// <summary>
    /// One of each kind, then the ledger, which only one instance can insert. Keys that another one made at
    /// the same time stay and are listed with the next change. A day back, for clocks that are behind.
    /// </summary>
    private async Task MakeFirst(IReadOnlyList<LoadedKey> found, DateTimeOffset now, CancellationToken cancel)
    {
        var missing = Enum.GetValues<KeyKind>()
            .Where(kind => !found.Any(key => key.Kept.Kind == kind && key.Kept.IsValidAt(now))).ToList();
        if (missing.Count > 0 && periods.ByHand)
            throw new KeysUnavailableException(
                "Keys are made by hand here, and for the first start these secrets are missing, each valid "
                + $"now: {string.Join("; ", missing.Select(ByHand))}. ID: letters and digits never used "
                + "before.");
        foreach (var kind in missing)
            await Make(kind, now.AddDays(-1), cancel);
        var keys = await Load(cancel);
        var root = keys.First(key => key.Kept.Kind == KeyKind.Root).Kept.Name;
        await ledger.Write(
            new Published(root, KeySet.ListOf(keys, ledger.VersionAfter(null), now), null), cancel);
    }

    private SealingKeyPair? Missing()
    {
        if (time.GetUtcNow() - ReadAt < TimeSpan.FromMinutes(1))
            return null;
        ReadAt = DateTimeOffset.MinValue;
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <summary>Which secret a person is to make, and of what.</summary>
    private static string ByHand(KeyKind kind) =>
        $"{VaultKeys.Prefix}{kind.ToString().ToLowerInvariant()}-ID, base64 of "
        + (kind is KeyKind.Sealing or KeyKind.Reference
            ? "32 random bytes (openssl rand -base64 32)"
            : "a P-256 key as PKCS #8 (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 "
                + "| openssl pkcs8 -topk8 -nocrypt -outform DER | openssl base64 -A)");

    /// <summary>The name ends in what is unique to the key and can be said aloud.</summary>
    private static (string Name, byte[] Secret) Generate(KeyKind kind)
    {
        var prefix = kind.ToString().ToLowerInvariant();
        if (kind is KeyKind.Sealing or KeyKind.Reference)
        {
            using var pair = SealingKeyPair.Generate();
            return ($"{prefix}-{pair.KeyId}", pair.RevealPrivateKey());
        }
        using var key = Es256Key.Generate();
        var id = SHA256.HashData(Convert.FromBase64String(key.PublicKey.Text)).AsSpan(0, 8);
        return ($"{prefix}-{Convert.ToHexStringLower(id)}", key.RevealPkcs8());
    }
}
