using System.Globalization;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// Field 37 as most networks make it: last digit of the year, day of the year, hour in UTC, then the STAN.
/// Unique per terminal for ten years, as long as it takes less than an hour to use up a million STANs.
/// </summary>
internal static class RetrievalReference
{
    public const int Length = 12;
    public const int StanMax = 999_999;

    public static string Of(DateTimeOffset at, int stan)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stan, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stan, StanMax);
        var utc = at.UtcDateTime;
        return string.Create(
            CultureInfo.InvariantCulture, $"{utc.Year % 10}{utc.DayOfYear:000}{utc.Hour:00}{stan:000000}");
    }

    /// <summary>1 to 999999, then 1 again; 0 is no STAN.</summary>
    public static int Next(int stan) => stan >= StanMax ? 1 : stan + 1;

    /// <summary>Field 11: six digits.</summary>
    public static string ToField11(int stan) => stan.ToString("D6", CultureInfo.InvariantCulture);
}
