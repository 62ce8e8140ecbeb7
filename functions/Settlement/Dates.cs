using System.Globalization;
using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Settlement;

/// <summary>Business dates in paths: yyyy-MM-dd.</summary>
internal static class Dates
{
    public static bool TryParse(string text, out DateOnly date) => DateOnly.TryParseExact(
        text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>The members from and to of a query, both included; a refusal where they are none.</summary>
    public static Answer? Range(Call call, int daysMax, out DateOnly from, out DateOnly to)
    {
        (from, to) = (default, default);
        if (!TryParse(call.Query("from") ?? "", out from) || !TryParse(call.Query("to") ?? "", out to))
            return Answer.Refuse(ProblemCode.Malformed, "from", "from and to are dates such as 2026-11-22.");
        return to < from || to.DayNumber - from.DayNumber >= daysMax
            ? Answer.Refuse(ProblemCode.Malformed, "to", $"A range has 1 to {daysMax} days.")
            : null;
    }
}
