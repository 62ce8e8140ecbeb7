using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>How far a journal's oldest entries were deleted.</summary>
/// <param name="Number">Of the last deleted entry; the journal begins behind it.</param>
/// <param name="Hash">Of that entry: the chain goes on from it.</param>
/// <param name="Receipt">The last receipt number among them, so that none is given out twice.</param>
/// <param name="Acknowledgement">As signed: the back office has taken all of them over.</param>
internal sealed record Pruned(int Epoch, long Number, EntryHash Hash, long Receipt, string Acknowledgement);

/// <summary>
/// Where journals begin and how those of earlier epochs ended. Within the caller's transaction.
/// </summary>
internal sealed class PrunedTable(Database database)
{
    public Pruned? Of(int epoch) => database.First(
        "SELECT number, hash, receipt, acknowledgement FROM pruned WHERE epoch = $1",
        row => new Pruned(
            epoch, row.GetInt64(0), EntryHash.From((byte[])row.GetValue(1)), row.GetInt64(2),
            row.GetString(3)),
        epoch);

    /// <summary>The last deleted entry of an epoch; 0 when none was.</summary>
    public long Through(int epoch) =>
        database.Number("SELECT number FROM pruned WHERE epoch = $1", epoch) ?? 0;

    public void Set(Pruned pruned, DateTimeOffset at) => database.Run(
        "INSERT OR REPLACE INTO pruned (epoch, number, hash, receipt, at, acknowledgement) "
        + "VALUES ($1, $2, $3, $4, $5, $6)",
        pruned.Epoch, pruned.Number, pruned.Hash.ToBytes(), pruned.Receipt, at.ToUnixTimeMilliseconds(),
        pruned.Acknowledgement);

    /// <summary>Keeps what was acknowledged of an epoch when the next one opens.</summary>
    public void Close(int epoch, AcknowledgedUpTo upTo)
    {
        if (upTo.Jws is { } jws)
            database.Run(
                "INSERT OR REPLACE INTO closed_epoch (epoch, number, acknowledgement) VALUES ($1, $2, $3)",
                epoch, upTo.Number, jws);
    }

    /// <summary>What was acknowledged of a closed epoch; null when that is not known.</summary>
    public (long Number, string Acknowledgement)? ClosedAt(int epoch)
    {
        var found = database.All(
            "SELECT number, acknowledgement FROM closed_epoch WHERE epoch = $1",
            row => (row.GetInt64(0), row.GetString(1)), epoch);
        return found.Count == 1 ? found[0] : null;
    }
}
