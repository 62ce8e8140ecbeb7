using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;

namespace CloudPos.Functions.Recovery;

/// <summary>What is wrong with what a customer typed.</summary>
internal enum PayFault
{
    None = 0,
    Number = 1,
    Expiry = 2,
    Expired = 3,

    /// <summary>It is not the page's form at all.</summary>
    Form = 4,

    /// <summary>The card is on the merchant's deny list: its issuer said never again.</summary>
    Denied = 5,
}

/// <summary>
/// The form of the page as a browser posts it (application/x-www-form-urlencoded): card number, expiry, and
/// which try it is. It is read byte by byte, so that the number is never a text that cannot be zeroed;
/// disposing zeroes it. There is no security code: it may not be kept for a repeat, so it is not asked for.
/// </summary>
internal sealed class PayForm : IDisposable
{
    public const int BytesMax = 2_048;
    private const int ValueLengthMax = 64;
    private const int TryMax = 1_000;

    private PayForm(Pan pan, Expiry expiry, int number) => (Pan, Expiry, Try) = (pan, expiry, number);

    public Pan Pan { get; }

    public Expiry Expiry { get; }

    /// <summary>The number of the try that the page was shown for.</summary>
    public int Try { get; }

    /// <summary>Reads the body. The caller zeroes it.</summary>
    /// <param name="today">Where the shop is.</param>
    public static (PayForm? Form, PayFault Fault) Read(ReadOnlySpan<byte> body, DateOnly today)
    {
        Span<byte> value = stackalloc byte[ValueLengthMax];
        try
        {
            if (!TryValue(body, "try"u8, value, out var length)
                || !int.TryParse(value[..length], NumberStyles.None, CultureInfo.InvariantCulture,
                    out var number)
                || number is < 1 or > TryMax)
                return (null, PayFault.Form);
            if (!TryValue(body, "expiry"u8, value, out length))
                return (null, PayFault.Form);
            if (!TryExpiry(value[..length], out var expiry))
                return (null, PayFault.Expiry);
            if (expiry.IsPast(today))
                return (null, PayFault.Expired);
            if (!TryValue(body, "number"u8, value, out length))
                return (null, PayFault.Form);
            length = WithoutGaps(value[..length]);
            return length >= 0 && Pan.TryParse((ReadOnlySpan<byte>)value[..length], out var pan)
                ? (new PayForm(pan, expiry, number), PayFault.None)
                : (null, PayFault.Number);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    public void Dispose() => Pan.Dispose();

    /// <summary>A field's value, decoded; false when it is missing, too long, or not decodable.</summary>
    private static bool TryValue(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> name, Span<byte> value, out int length)
    {
        length = 0;
        foreach (var part in body.Split((byte)'&'))
        {
            var field = body[part];
            if (field.Length <= name.Length || !field.StartsWith(name) || field[name.Length] != '=')
                continue;
            return TryDecode(field[(name.Length + 1)..], value, out length);
        }
        return false;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> value, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (length == value.Length)
                return false;
            var b = text[i];
            if (b == '%')
            {
                if (i + 2 >= text.Length || !TryHex(text[i + 1], text[i + 2], out b))
                    return false;
                i += 2;
            }
            else if (b == '+')
                b = (byte)' ';
            value[length++] = b;
        }
        return true;
    }

    private static bool TryHex(byte high, byte low, out byte value)
    {
        value = 0;
        if (!char.IsAsciiHexDigit((char)high) || !char.IsAsciiHexDigit((char)low))
            return false;
        value = Convert.ToByte($"{(char)high}{(char)low}", 16);
        return true;
    }

    /// <summary>Blanks and hyphens go, as people copy them from the card; -1 when there is another sign.
    /// </summary>
    private static int WithoutGaps(Span<byte> typed)
    {
        var length = 0;
        foreach (var b in typed)
            if (char.IsAsciiDigit((char)b))
                typed[length++] = b;
            else if (b is not ((byte)' ' or (byte)'-'))
                return -1;
        return length;
    }

    /// <summary>MM/YY, MMYY, MM/YYYY, with blanks or without.</summary>
    private static bool TryExpiry(Span<byte> typed, out Expiry expiry)
    {
        expiry = default;
        Span<byte> digits = stackalloc byte[6];
        var length = 0;
        foreach (var b in typed)
            if (char.IsAsciiDigit((char)b) && length < digits.Length)
                digits[length++] = b;
            else if (b is not ((byte)' ' or (byte)'/' or (byte)'-'))
                return false;
        if (length == 6 && digits[2] == '2' && digits[3] == '0')
            digits[4..6].CopyTo(digits[2..4]);
        else if (length != 4)
            return false;
        Span<byte> yymm = [digits[2], digits[3], digits[0], digits[1]];
        return Expiry.TryParseYymm((ReadOnlySpan<byte>)yymm, out expiry);
    }
}
