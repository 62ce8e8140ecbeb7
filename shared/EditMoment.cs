using System.Globalization;
using CloudPos.Journal;

namespace CloudPos;

/// <summary>
/// When somebody changed something, as a text whose ordinal order says who was later: time, then terminal,
/// epoch and number. Two terminals that changed at the same millisecond are ordered by their ids.
/// </summary>
public static class EditMoment
{
    public static string Of(DateTimeOffset at, JournalId journal, long number) => string.Create(
        CultureInfo.InvariantCulture,
        $"{at.ToUnixTimeMilliseconds():D15}.{journal.Terminal}.{journal.Epoch:D6}.{number:D12}");

    public static bool IsLater(string moment, string other) => string.CompareOrdinal(moment, other) > 0;

    /// <summary>The Unix milliseconds in front.</summary>
    public static DateTimeOffset TimeOf(string moment) => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(moment.AsSpan(0, 15), NumberStyles.None, CultureInfo.InvariantCulture));

    /// <summary>The terminal in the middle; "-" is the back office.</summary>
    public static string TerminalOf(string moment) => moment.Split('.')[1];
}
