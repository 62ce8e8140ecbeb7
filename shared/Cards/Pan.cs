using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Cards;

/// <summary>
/// A card number: 12 to 19 digits with a valid check digit. The digits are kept as ASCII bytes that the
/// garbage collector does not move, and are zeroed by <see cref="Dispose"/>. <see cref="ToString"/> shows the
/// last four only; the whole number needs a call whose name says so. There is no equality: cards are compared
/// by their tags, never by number.
/// </summary>
public sealed class Pan : IDisposable
{
    public const int LengthMin = 12;
    public const int LengthMax = 19;

    private readonly byte[] _digits;
    private bool _disposed;

    private Pan(byte[] digits)
    {
        _digits = digits;
        Scheme = SchemeRanges.Of(digits);
        LastFour = Encoding.ASCII.GetString(digits.AsSpan(digits.Length - 4));
    }

    /// <summary>By the number's range; a chip card's application identifier overrules it.</summary>
    public Scheme Scheme { get; }

    /// <summary>
    /// Four digits, the part that receipts, screens and logs may show. Still there after Dispose.
    /// </summary>
    public string LastFour { get; }

    public int Length => _digits.Length;

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Pan? pan)
    {
        pan = null;
        if (text.Length is < LengthMin or > LengthMax || !Luhn.IsValid(text))
            return false;
        var digits = GC.AllocateUninitializedArray<byte>(text.Length, pinned: true);
        for (var i = 0; i < text.Length; i++)
            digits[i] = (byte)text[i];
        pan = new Pan(digits);
        return true;
    }

    /// <summary>The same for ASCII bytes, which are copied.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, [NotNullWhen(true)] out Pan? pan)
    {
        pan = null;
        if (ascii.Length is < LengthMin or > LengthMax || !Luhn.IsValid(ascii))
            return false;
        var digits = GC.AllocateUninitializedArray<byte>(ascii.Length, pinned: true);
        ascii.CopyTo(digits);
        pan = new Pan(digits);
        return true;
    }

    /// <summary>
    /// The clear number as a text, which cannot be zeroed: prefer <see cref="RevealPanBytes"/>.
    /// </summary>
    public string RevealPan() => Encoding.ASCII.GetString(RevealPanBytes());

    /// <summary>The clear number as ASCII digits; valid until Dispose.</summary>
    public ReadOnlySpan<byte> RevealPanBytes()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _digits;
    }

    public override string ToString() => $"**** {LastFour}";

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_digits);
    }
}
