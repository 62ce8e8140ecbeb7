using System.Globalization;
using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// A person's PIN as it is kept: Argon2id with a random salt, in the text form of its reference
/// implementation, $argon2id$v=19$m=..,t=..,p=..$salt$hash. A PIN has few values, so whoever has the hash can
/// try them all in hours: it is kept encrypted, and attempts are limited where it is asked.
/// </summary>
public sealed class PinHash
{
    public const int DigitsMin = 4;
    public const int DigitsMax = 8;

    /// <summary>OWASP's least for Argon2id: some 50 ms on a till.</summary>
    private static readonly Argon2Cost Usual = new(19 * 1024, 2, 1);

    private const int SaltSize = 16;
    private const int HashSize = 32;
    private const int TextLengthMax = 200;

    /// <summary>What comes from elsewhere must not cost a till its memory.</summary>
    private static readonly Argon2Cost Most = new(64 * 1024, 10, 4);

    private readonly Argon2Cost _cost;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PinHash(Argon2Cost cost, byte[] salt, byte[] hash) => (_cost, _salt, _hash) = (cost, salt, hash);

    /// <summary>4 to 8 digits, not all the same and no run such as 1234 or 8765.</summary>
    public static bool IsAllowed(ReadOnlySpan<char> pin)
    {
        if (!HasShape(pin))
            return false;
        var (same, up, down) = (true, true, true);
        for (var index = 1; index < pin.Length; index++)
        {
            var step = pin[index] - pin[index - 1];
            (same, up, down) = (same && step == 0, up && step == 1, down && step == -1);
        }
        return !(same || up || down);
    }

    /// <exception cref="ArgumentException">The PIN is not allowed.</exception>
    public static PinHash Of(ReadOnlySpan<char> pin)
    {
        if (!IsAllowed(pin))
            throw new ArgumentException($"A PIN has {DigitsMin} to {DigitsMax} digits.", nameof(pin));
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PinHash(Usual, salt, Derive(pin, salt, Usual, HashSize));
    }

    /// <summary>Null when the text is no such hash, or one that costs more than a till can bear.</summary>
    public static PinHash? TryParse(string text)
    {
        if (text.Length > TextLengthMax || text.Split('$') is not ["", "argon2id", "v=19", var cost, var salt,
            var hash])
            return null;
        return TryCost(cost) is { } known && TryBytes(salt, SaltSize) is { } saltBytes
            && TryBytes(hash, HashSize) is { } hashBytes
                ? new PinHash(known, saltBytes, hashBytes)
                : null;
    }

    /// <summary>Takes as long for a wrong PIN as for the right one.</summary>
    public bool IsOf(ReadOnlySpan<char> pin) => HasShape(pin)
        && CryptographicOperations.FixedTimeEquals(Derive(pin, _salt, _cost, _hash.Length), _hash);

    /// <summary>The text that is kept. Not ToString: it belongs into no log.</summary>
    public string RevealText()
    {
        var cost = string.Create(
            CultureInfo.InvariantCulture, $"m={_cost.MemoryKiB},t={_cost.Passes},p={_cost.Lanes}");
        return $"$argon2id$v=19${cost}${Unpadded(_salt)}${Unpadded(_hash)}";
    }

    public override string ToString() => "PIN hash";

    private static bool HasShape(ReadOnlySpan<char> pin) =>
        pin.Length is >= DigitsMin and <= DigitsMax && !pin.ContainsAnyExceptInRange('0', '9');

    private static byte[] Derive(
        ReadOnlySpan<char> pin, ReadOnlySpan<byte> salt, Argon2Cost cost, int length)
    {
        Span<byte> digits = stackalloc byte[pin.Length];
        try
        {
            for (var index = 0; index < pin.Length; index++)
                digits[index] = (byte)pin[index];
            return Argon2id.Derive(digits, salt, cost, length, [], []);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(digits);
        }
    }

    private static Argon2Cost? TryCost(string text)
    {
        if (text.Split(',') is not [['m', '=', .. var m], ['t', '=', .. var t], ['p', '=', .. var p]]
            || !TryNumber(m, out var memory) || !TryNumber(t, out var passes) || !TryNumber(p, out var lanes))
            return null;
        return lanes >= 1 && passes >= 1 && memory >= 8 * lanes
            && memory <= Most.MemoryKiB && passes <= Most.Passes && lanes <= Most.Lanes
                ? new Argon2Cost(memory, passes, lanes)
                : null;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static byte[]? TryBytes(string text, int size)
    {
        var bytes = new byte[size];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out var length) && length == size ? bytes : null;
    }

    private static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
}
