using System.Buffers.Binary;
using System.Text;
using CloudPos.Journal;

namespace CloudPos.Crypto;

/// <summary>
/// What opening a sealed journal came to, in order of precedence. Numbers are never reused.
/// </summary>
public enum SealedJournalResult
{
    None = 0,
    Opened = 1,

    /// <summary>No sealed journal, or of another version or suite than is known here.</summary>
    UnknownVersion = 2,

    /// <summary>Sealed to a key that is not here, or no longer.</summary>
    UnknownKey = 3,

    /// <summary>Cut, altered, or put together from two. It will never open.</summary>
    Damaged = 4,
}

/// <summary>
/// Parts of one journal sealed to the back office as a file that anybody may carry. Layout, big-endian: magic
/// "CPSJ" (4) | version (1) | suite (6: KEM 0020, KDF 0001, AEAD 0002) | key id (8) | encapsulated key (32) |
/// epoch (4) | length of the terminal id (1) | terminal id | then each part as its length (4) and ciphertext.
/// The parts are messages of one HPKE exchange, so none can be left out, doubled or moved; the last one is
/// empty and says by its associated data that nothing follows, so a file that was cut short does not open.
/// </summary>
public static class SealedJournal
{
    /// <summary>Longest part in bytes, before sealing.</summary>
    public const int PartBytesMax = Segment.BytesMax + 64 * 1024;

    internal const int EpochAt = KeyAt + Hpke.KeySize;
    internal const byte More = 0;
    internal const byte Last = 1;
    private const int KeyIdAt = 11;
    internal const int KeyAt = KeyIdAt + SealingPublicKey.KeyIdSize;
    private const int TerminalAt = EpochAt + 5;
    private const int TerminalLengthMax = 64;

    private static ReadOnlySpan<byte> Magic => "CPSJ\x01\x00\x20\x00\x01\x00\x02"u8;

    internal static byte[] Header(SealingPublicKey key, JournalId journal)
    {
        var terminal = Encoding.ASCII.GetBytes(journal.Terminal);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(terminal.Length, TerminalLengthMax);
        var header = new byte[TerminalAt + terminal.Length];
        Magic.CopyTo(header);
        Convert.FromHexString(key.KeyId).CopyTo(header.AsSpan(KeyIdAt));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(EpochAt), journal.Epoch);
        header[TerminalAt - 1] = (byte)terminal.Length;
        terminal.CopyTo(header.AsSpan(TerminalAt));
        return header;
    }

    /// <summary>The info of RFC 9180: what the keys are derived for.</summary>
    internal static byte[] Info(JournalId journal) =>
    [
        .. "CloudPos/journal/v1"u8,
        .. new LengthPrefixed().Add(journal.Terminal).Add(journal.Epoch).ToArray(),
    ];

    /// <summary>Opens a file, of any bytes: all of its parts, or none.</summary>
    /// <param name="keys">Finds the pair of a key id, or null when it is not here. It stays the
    /// caller's.</param>
    /// <param name="journal">What the file says it is of; proven by the result Opened only.</param>
    public static SealedJournalResult TryOpen(
        ReadOnlySpan<byte> file, Func<string, SealingKeyPair?> keys, out JournalId journal,
        out IReadOnlyList<byte[]> parts)
    {
        (journal, parts) = (default, []);
        if (!file.StartsWith(Magic))
            return SealedJournalResult.UnknownVersion;
        if (file.Length < TerminalAt || file.Length < TerminalAt + file[TerminalAt - 1])
            return SealedJournalResult.Damaged;
        var body = TerminalAt + file[TerminalAt - 1];
        journal = new JournalId(
            Encoding.ASCII.GetString(file[TerminalAt..body]),
            BinaryPrimitives.ReadInt32BigEndian(file[EpochAt..]));
        if (keys(Convert.ToHexStringLower(file[KeyIdAt..KeyAt])) is not { } pair)
            return SealedJournalResult.UnknownKey;
        if (!Hpke.TrySetupReceiver(
            SealedCard.Aead, file[KeyAt..EpochAt], pair.PrivateKey, pair.PublicKey.Span, Info(journal),
            out var receiver))
            return SealedJournalResult.Damaged;
        using (receiver)
        {
            if (OpenParts(file[body..], receiver) is not { } opened)
                return SealedJournalResult.Damaged;
            parts = opened;
            return SealedJournalResult.Opened;
        }
    }

    /// <summary>Null unless they open in their order, and end where the file does.</summary>
    private static List<byte[]>? OpenParts(ReadOnlySpan<byte> rest, HpkeReceiver receiver)
    {
        var parts = new List<byte[]>();
        while (rest.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            rest = rest[4..];
            if (length is < Hpke.TagSize or > PartBytesMax + Hpke.TagSize || length > rest.Length)
                return null;
            var isLast = length == Hpke.TagSize;
            if (!receiver.TryOpen([isLast ? Last : More], rest[..(int)length], out var part))
                return null;
            rest = rest[(int)length..];
            if (isLast)
                return rest.IsEmpty ? parts : null;
            parts.Add(part);
        }
        return null;
    }
}

/// <summary>
/// Writes a sealed journal part by part, as far as <see cref="End"/>. It holds nothing that opens what it
/// wrote.
/// </summary>
public sealed class SealedJournalWriter : IDisposable
{
    private readonly Stream _target;
    private readonly HpkeSender _sender;

    public SealedJournalWriter(Stream target, SealingPublicKey key, JournalId journal)
    {
        _target = target;
        var header = SealedJournal.Header(key, journal);
        _sender = Hpke.SetupSender(
            SealedCard.Aead, key.Span, SealedJournal.Info(journal),
            header.AsSpan(SealedJournal.KeyAt, Hpke.KeySize));
        _target.Write(header);
        BytesWritten = header.Length;
    }

    public long BytesWritten { get; private set; }

    /// <exception cref="ArgumentException">Empty, or longer than
    /// <see cref="SealedJournal.PartBytesMax"/>.</exception>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (part.Length is 0 or > SealedJournal.PartBytesMax)
            throw new ArgumentException("A part is not empty and has a bound.", nameof(part));
        Write(SealedJournal.More, part);
    }

    /// <summary>Says that nothing follows; a file without it does not open.</summary>
    public void End() => Write(SealedJournal.Last, []);

    public void Dispose() => _sender.Dispose();

    private void Write(byte kind, ReadOnlySpan<byte> part)
    {
        var ciphertext = _sender.Seal([kind], part);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, ciphertext.Length);
        _target.Write(length);
        _target.Write(ciphertext);
        BytesWritten += length.Length + ciphertext.Length;
    }
}
