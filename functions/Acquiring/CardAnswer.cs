using System.Globalization;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>What an answer says about a payment, without any card data.</summary>
/// <param name="Stan">Field 11.</param>
/// <param name="RetrievalReference">Field 37; null when the acquirer did not tell it back.</param>
/// <param name="ResponseCode">Field 39, two characters.</param>
/// <param name="AuthorisationCode">Field 38.</param>
/// <param name="SettlementDay">Field 15, MMDD.</param>
/// <param name="AmountMinor">Field 4: what was approved; null when it was not told back.</param>
internal sealed record CardAnswer(
    string Mti,
    string Terminal,
    int Stan,
    string? RetrievalReference,
    string ResponseCode,
    string? AuthorisationCode,
    string? SettlementDay,
    long? AmountMinor)
{
    /// <returns>Null when fields 11, 39 or 41 are missing or no numbers and codes.</returns>
    public static CardAnswer? TryRead(Iso8583Message message)
    {
        var (code, terminal) = (message.Get(39), message.Get(41));
        if (code is not { Length: 2 } || terminal is null
            || !int.TryParse(message.Get(11), NumberStyles.None, CultureInfo.InvariantCulture, out var stan))
            return null;
        long? amount = long.TryParse(
            message.Get(4), NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : null;
        return new CardAnswer(
            message.Mti, terminal.TrimEnd(), stan, Kept(message.Get(37)), code, Kept(message.Get(38)),
            Kept(message.Get(15)), amount);
    }

    /// <summary>The date that field 15 means: the one nearest to the answer's day.</summary>
    /// <returns>Null when the field is missing or no day of a year.</returns>
    public DateOnly? SettlementDate(DateOnly today)
    {
        if (SettlementDay is not { Length: 4 } text
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        DateOnly? nearest = null;
        for (var year = today.Year - 1; year <= today.Year + 1; year++)
        {
            var (month, day) = (number / 100, number % 100);
            if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
                continue;
            var date = new DateOnly(year, month, day);
            if (nearest is not { } known || Distance(date, today) < Distance(known, today))
                nearest = date;
        }
        return nearest;
    }

    private static int Distance(DateOnly a, DateOnly b) => Math.Abs(a.DayNumber - b.DayNumber);

    private static string? Kept(string? text) => text?.TrimEnd() is { Length: > 0 } kept ? kept : null;
}
