using System.Globalization;
using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Terminal.Journal.Keys;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// The keys of this terminal: one that encrypts the disk, one per enrolment that signs for it, and those that
/// make velocity tags, whose ids and ages the database holds. None of them opens a sealed card.
/// </summary>
internal sealed class StoreKeys(string directory) : IDisposable
{
    private const string AtRest = "at-rest";
    private readonly FileKeyStore _files = new(Path.Combine(directory, "keys"));
    private List<VelocityKey> _velocity = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<VelocityKey> Velocity => _velocity;

    public bool HasAtRestKey => _files.HasSecret(AtRest);

    /// <summary>
    /// Null when the key is missing and may not be made, since the disk holds what only it can open.
    /// </summary>
    /// <exception cref="KeyStoreException">It is there and cannot be used.</exception>
    public AtRestCipher? OpenCipher(bool mayCreate)
    {
        if (!HasAtRestKey && !mayCreate)
            return null;
        var key = HasAtRestKey ? _files.OpenSecret(AtRest) : _files.CreateSecret(AtRest);
        try
        {
            return new AtRestCipher(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Reads the velocity keys of the table; makes the first.</summary>
    public void OpenVelocity(CardTable cards, DateTimeOffset now)
    {
        foreach (var id in cards.KeyIds())
            if (_files.HasSecret(VelocityName(id)))
                _velocity.Add(new VelocityKey(id, _files.OpenSecret(VelocityName(id))));
        if (_velocity.Count == 0)
            AddVelocity(cards, now);
    }

    /// <summary>Makes a newer velocity key; the ones before are still looked up.</summary>
    public void AddVelocity(CardTable cards, DateTimeOffset now)
    {
        var id = cards.NextKeyId();
        // A file that was made before a crash, and whose row was not: no tag was made with it.
        _files.DeleteSecret(VelocityName(id));
        var key = _files.CreateSecret(VelocityName(id));
        cards.AddKey(id, now);
        _velocity = [new VelocityKey(id, key), .. _velocity];
    }

    /// <summary>Deletes a key whose rows are gone.</summary>
    public void DropVelocity(CardTable cards, VelocityKey key)
    {
        _files.DeleteSecret(VelocityName(key.KeyId));
        cards.DropKey(key.KeyId);
        _velocity = [.. _velocity.Where(kept => kept.KeyId != key.KeyId)];
        key.Zero();
    }

    /// <summary>
    /// The name of the key that the next enrolment uses: its file is made once, so that an enrolment whose
    /// answer was lost is repeated with the same key.
    /// </summary>
    public static string NextDeviceName(Enrolment? current)
    {
        var number = current is null
            ? 0
            : int.Parse(current.DeviceKeyName.AsSpan(7), CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"device-{number + 1}");
    }

    public Es256Key OpenOrMakeDeviceKey(string name) =>
        _files.HasSigningKey(name) ? _files.OpenSigningKey(name) : _files.CreateSigningKey(name);

    public Es256Key? DeviceKey(string name) =>
        _files.HasSigningKey(name) ? _files.OpenSigningKey(name) : null;

    public void Dispose()
    {
        foreach (var key in _velocity)
            key.Zero();
    }

    private static string VelocityName(long id) =>
        string.Create(CultureInfo.InvariantCulture, $"velocity-{id}");
}

/// <summary>A key that velocity tags are made with; the bytes stay the store's.</summary>
internal sealed class VelocityKey(long keyId, byte[] key)
{
    public long KeyId => keyId;

    public ReadOnlySpan<byte> Key => key;

    public VelocityTag TagOf(ReadOnlySpan<byte> pan) => new(keyId, CardTag.Velocity(key, pan));

    public void Zero() => CryptographicOperations.ZeroMemory(key);

    public override string ToString() => $"velocity key {keyId}";
}
