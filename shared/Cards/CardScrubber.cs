using System.Globalization;

namespace CloudPos.Cards;

/// <summary>The form in which a card number lies in bytes.</summary>
public enum CardForm
{
    /// <summary>Digits of ASCII or UTF-8, which also covers binary coded decimals printed as hex.</summary>
    Ascii = 1,

    /// <summary>Digits of UTF-16, the lower byte first: a .NET string in memory.</summary>
    Utf16 = 2,

    /// <summary>ASCII digits printed as hex: 34 32 34 32.</summary>
    HexText = 3,

    /// <summary>Binary coded decimals, at a whole or a half byte.</summary>
    Bcd = 4,

    /// <summary>ASCII digits in Base64, at any of the three alignments.</summary>
    Base64 = 5,

    /// <summary>Binary coded decimals in Base64.</summary>
    BcdInBase64 = 6,
}

/// <summary>
/// Where something that is, or looks like, a card number was found; never the number itself.
/// </summary>
/// <param name="Offset">Bytes from the start.</param>
/// <param name="Index">Which of the numbers searched for; -1 when none was given.</param>
public readonly record struct CardPlace(int Offset, CardForm Form, int Index = -1)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Form} at {Offset}");
}

/// <summary>
/// Finds what looks like a card number: 13 to 19 digits in a row, in a scheme's range, with a valid check
/// digit. A run of up to 16 digits must be a number as a whole, or behind its own length. Within 17 to 19
/// digits 15 or 16 may be one, with a length in front or a security code behind; within longer runs, as hex
/// or message dumps have them, any window may. About one number in thirty of that length looks like a card by
/// chance, a barcode for instance: this is for logs and for tests, where hiding too much does no harm. Exact
/// numbers are searched with <see cref="CardSearch"/>.
/// </summary>
public static class CardScrubber
{
    private const int RunMin = 13;
    private const int FoundMax = 1000;

    /// <summary>The first thousand places, in order of form and offset.</summary>
    public static IReadOnlyList<CardPlace> Find(ReadOnlySpan<byte> data)
    {
        var found = new List<CardPlace>();
        Scan(data, CardForm.Ascii, 0, found);
        Scan(data, CardForm.Utf16, 0, found);
        Scan(data, CardForm.Utf16, 1, found);
        Scan(data, CardForm.HexText, 0, found);
        Scan(data, CardForm.HexText, 1, found);
        Scan(data, CardForm.Bcd, 0, found);
        return found;
    }

    /// <summary>
    /// The exact search: see <see cref="CardSearch"/>, which is worth keeping for many inputs.
    /// </summary>
    public static IReadOnlyList<CardPlace> Find(ReadOnlySpan<byte> data, IReadOnlyList<string> numbers) =>
        new CardSearch(numbers).Find(data);

    /// <summary>
    /// The text with every such number replaced by asterisks. The last four stay when the run is exactly one
    /// number; numbers grouped by single spaces or dashes, and digits printed as hex, are found too.
    /// </summary>
    public static string Mask(string text) => CardMask.Apply(text);

    internal enum Verdict
    {
        Nothing = 0,

        /// <summary>The run is one card number.</summary>
        Whole = 1,

        /// <summary>A card number lies somewhere in the run.</summary>
        Within = 2,
    }

    /// <summary>Judges a whole run of ASCII digits; place is that of the first number in it.</summary>
    internal static Verdict Judge(ReadOnlySpan<byte> run, out int place)
    {
        place = 0;
        if (run.Length < RunMin)
            return Verdict.Nothing;
        var lengthInFront = (run[0] - '0') * 10 + (run[1] - '0');
        if (lengthInFront >= RunMin && lengthInFront == run.Length - 2 && LooksLikeCard(run[2..]))
        {
            place = 2;
            return Verdict.Within;
        }
        if (run.Length > 16)
        {
            var (shortest, longest) = run.Length > Pan.LengthMax ? (RunMin, Pan.LengthMax) : (15, 16);
            for (place = 0; place <= run.Length - shortest; place++)
            {
                for (var length = shortest; length <= longest && place + length <= run.Length; length++)
                {
                    if (LooksLikeCard(run.Slice(place, length)))
                        return Verdict.Within;
                }
            }
            place = 0;
        }
        return run.Length <= Pan.LengthMax && LooksLikeCard(run) ? Verdict.Whole : Verdict.Nothing;
    }

    internal static bool LooksLikeCard(ReadOnlySpan<byte> asciiDigits) =>
        asciiDigits[0] is not ((byte)'0' or (byte)'7' or (byte)'9')
        && Luhn.IsValid(asciiDigits)
        && SchemeRanges.Of(asciiDigits) != Scheme.Unknown;

    private static void Scan(ReadOnlySpan<byte> data, CardForm form, int phase, List<CardPlace> found)
    {
        var count = form switch
        {
            CardForm.Bcd => data.Length * 2,
            CardForm.Ascii => data.Length,
            _ => Math.Max(0, (data.Length - phase) / 2),
        };
        // Runs are judged in pieces that overlap by one number less a digit: long runs need no long buffer.
        Span<byte> run = stackalloc byte[256];
        var length = 0;
        for (var i = 0; i <= count && found.Count < FoundMax; i++)
        {
            var digit = i < count ? DigitAt(data, form, phase, i) : -1;
            if (digit >= 0)
                run[length++] = (byte)('0' + digit);
            if (digit >= 0 && length < run.Length)
                continue;
            var first = i - length + (digit >= 0 ? 1 : 0);
            if (Judge(run[..length], out var place) != Verdict.Nothing)
                found.Add(new(OffsetOf(form, phase, first + place), form));
            var kept = digit >= 0 ? Pan.LengthMax - 1 : 0;
            run.Slice(length - kept, kept).CopyTo(run);
            length = kept;
        }
        run.Clear();
    }

    private static int DigitAt(ReadOnlySpan<byte> data, CardForm form, int phase, int i)
    {
        var at = OffsetOf(form, phase, i);
        var value = form switch
        {
            CardForm.Ascii => data[at] - '0',
            CardForm.Utf16 => data[at + 1] == 0 ? data[at] - '0' : -1,
            CardForm.HexText => data[at] == (byte)'3' ? data[at + 1] - '0' : -1,
            CardForm.Bcd => i % 2 == 0 ? data[at] >> 4 : data[at] & 0x0F,
            _ => -1,
        };
        return value is >= 0 and <= 9 ? value : -1;
    }

    private static int OffsetOf(CardForm form, int phase, int i) => form switch
    {
        CardForm.Ascii => i,
        CardForm.Bcd => i / 2,
        _ => phase + 2 * i,
    };
}
