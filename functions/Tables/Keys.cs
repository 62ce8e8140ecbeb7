using System.Globalization;

namespace CloudPos.Functions.Tables;

/// <summary>Keys that sort as the things they name do.</summary>
internal static class Keys
{
    /// <summary>A number that is not negative in 19 digits, so that ordinal order is numeric order.</summary>
    public static string Of(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return number.ToString("D19", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The first key after all that begin with this prefix: the end of a range over a prefix.
    /// </summary>
    public static string After(string prefix)
    {
        if (prefix.Length == 0 || prefix[^1] >= '~')
            throw new ArgumentException("A prefix ends in a character below '~'.", nameof(prefix));
        return prefix[..^1] + (char)(prefix[^1] + 1);
    }
}
