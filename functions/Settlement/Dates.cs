using System.Globalization;

namespace CloudPos.Functions.Settlement;

/// <summary>Business dates in paths: yyyy-MM-dd.</summary>
internal static class Dates
{
    public static bool TryParse(string text, out DateOnly date) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
