using System.Globalization;

namespace CloudPos.Functions.Receipts;

/// <summary>Figures and texts as they are printed for people: in mails, reports and tables of both.</summary>
internal static class Printed
{
    /// <summary>An amount without its currency, which the total or the heading names once.</summary>
    public static string Figure(Money amount)
    {
        var text = amount.ToString();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? text : text[..space];
    }

    /// <summary>Basis points as a percentage: 1900 is "19 %", 550 is "5.5 %".</summary>
    public static string Rate(int basisPoints)
    {
        var (whole, rest) = (basisPoints / 100, basisPoints % 100);
        var fraction = rest.ToString("00", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? $"{whole} %" : $"{whole}.{fraction} %";
    }

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The store's local time and how far that is from UTC.</summary>
    public static string Local(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    public static string Utc(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>
    /// Control characters become question marks: no name of a product moves a printer or breaks a line.
    /// </summary>
    public static string Line(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
    });

    /// <summary>Text as the content of an HTML element or of a quoted attribute.</summary>
    public static string Html(string text) => Line(text)
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);
}
