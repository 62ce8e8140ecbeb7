using System.Security.Cryptography;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// The key under which the acquirer recognises a card without keeping its number: made at the first start,
/// kept beside the log in a file that only the owner reads.
/// </summary>
internal sealed class CardKey
{
    private const int Bytes = 32;

    private readonly byte[] key;

    private CardKey(byte[] key) => this.key = key;

    public static CardKey OpenOrCreate(string file)
    {
        if (File.Exists(file)) return new CardKey(Check(File.ReadAllBytes(file), file));
        var key = RandomNumberGenerator.GetBytes(Bytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(file, options);
        stream.Write(key);
        stream.Flush(flushToDisk: true);
        return new CardKey(key);
    }

    /// <summary>HMAC-SHA-256 over the whole number, as 64 hexadecimal digits.</summary>
    public string HashOf(ReadOnlySpan<byte> pan) => Convert.ToHexStringLower(HMACSHA256.HashData(key, pan));

    private static byte[] Check(byte[] key, string file) => key.Length == Bytes
        ? key
        : throw new InvalidDataException($"{file} holds {key.Length} bytes, not a key of {Bytes}.");
}
