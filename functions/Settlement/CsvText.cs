using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Reads CSV (RFC 4180) that others made, with the line numbers that a person needs to find a fault. Quotes
/// that are never closed end at the file's end, and are one field. Pure.
/// </summary>
internal static class CsvText
{
    private const int FieldLengthMax = 4_000;
    private const int FieldsMax = 200;

    /// <summary>Strict UTF-8, with or without a byte order mark.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> file, [NotNullWhen(true)] out string? text) =>
        TryDecode(file, new UTF8Encoding(false, throwOnInvalidBytes: true), out text);

    public static bool TryDecode(
        ReadOnlyMemory<byte> file, Encoding encoding, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = encoding.GetString(file.Span).TrimStart('\uFEFF');
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>Records with the number of the line on which each begins. Empty lines are left out.</summary>
    public static IEnumerable<(int Line, string[] Fields)> Records(string text, char separator)
    {
        var (fields, field, quoted, line, began) = (new List<string>(), new StringBuilder(), false, 1, 1);
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (i < text.Length && quoted)
            {
                if (c == '"' && i + 1 < text.Length && text[i + 1] == '"')
                    Add(text[i++]);
                else if (c == '"')
                    quoted = false;
                else
                    Add(c);
                line += c == '\n' ? 1 : 0;
                continue;
            }
            if (c == '"' && field.Length == 0)
                quoted = true;
            else if (c == separator)
                EndField();
            else if (c == '\n')
            {
                if (fields.Count > 0 || field.Length > 0)
                {
                    EndField();
                    yield return (began, [.. fields]);
                    fields.Clear();
                }
                began = ++line;
            }
            else if (c != '\r')
                Add(c);
        }

        void Add(char c)
        {
            if (field.Length < FieldLengthMax)
                field.Append(c);
        }

        void EndField()
        {
            if (fields.Count < FieldsMax)
                fields.Add(field.ToString());
            field.Clear();
        }
    }

    /// <summary>An amount in whole units with the currency's decimals, such as -1234.50.</summary>
    public static bool TryAmount(string text, Currency currency, char point, out Money amount)
    {
        amount = default;
        var plain = text.Trim();
        if (point == ',')
            plain = plain.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        if (!decimal.TryParse(
            plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var value))
            return false;
        for (var digit = 0; digit < currency.MinorDigits; digit++)
        {
            if (value is > 1_000_000_000_000_000m or < -1_000_000_000_000_000m)
                return false;
            value *= 10;
        }
        if (value != decimal.Truncate(value)
            || value is > 1_000_000_000_000_000m or < -1_000_000_000_000_000m)
            return false;
        amount = new Money((long)value, currency);
        return true;
    }
}
