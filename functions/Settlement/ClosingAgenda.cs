using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// When which store is next looked at for a day that ended: rows <c>{minute}.{store}</c> in the order of
/// time, so that looking reads what is due and nothing of the rest of the fleet. A store may stand there
/// twice, after its cut-off was changed; each look finds out itself what has ended.
/// </summary>
internal sealed class ClosingAgenda(TablePort tables)
{
    private const string Partition = "closings";
    private const string MinuteFormat = "yyyyMMddHHmm";

    /// <summary>Bounds one run; what is left over is due still.</summary>
    private const int StoresMax = 500;

    public async Task Enter(string store, DateTimeOffset at, CancellationToken cancel)
    {
        // Entered before at the same minute is what is wanted.
        _ = await tables.TryCommit(
            TableNames.Register, Partition, [Change.Insert(new Row(Partition, KeyOf(store, at)))], cancel);
    }

    /// <summary>What is due, oldest first.</summary>
    public async Task<IReadOnlyList<(string Store, Row Row)>> Due(
        DateTimeOffset now, CancellationToken cancel)
    {
        var due = new List<(string, Row)>();
        await foreach (var row in tables.Range(
            TableNames.Register, Partition, "", KeyOf("", now.AddMinutes(1)), cancel))
        {
            due.Add((row.Key[(row.Key.IndexOf('.', StringComparison.Ordinal) + 1)..], row));
            if (due.Count == StoresMax)
                break;
        }
        return due;
    }

    /// <summary>In one commit: looked at, and when next. Somebody who was faster has done the same.</summary>
    public async Task Move(string store, Row from, DateTimeOffset to, CancellationToken cancel)
    {
        var next = KeyOf(store, to);
        var changes = new List<Change> { Change.Delete(from) };
        if (next == from.Key)
            return;
        if (await tables.Get(TableNames.Register, Partition, next, cancel) is null)
            changes.Add(Change.Insert(new Row(Partition, next)));
        _ = await tables.TryCommit(TableNames.Register, Partition, changes, cancel);
    }

    public async Task Drop(Row row, CancellationToken cancel) =>
        _ = await tables.TryCommit(TableNames.Register, Partition, [Change.Delete(row)], cancel);

    private static string KeyOf(string store, DateTimeOffset at) =>
        $"{at.UtcDateTime.ToString(MinuteFormat, CultureInfo.InvariantCulture)}.{store}";
}
