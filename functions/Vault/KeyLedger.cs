using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Vault;

/// <summary>What was published last, and which root signs it.</summary>
/// <param name="Root">Name of the root key.</param>
/// <param name="ETag">Null for a ledger not written yet.</param>
internal sealed record Published(string Root, KeyList List, string? ETag);

/// <summary>
/// The one row that says which key list is out. It is changed under its version, so of two instances that
/// publish at once one finds that the other has. Its list's version never goes back: it is the time of making
/// unless the last one was later.
/// </summary>
internal sealed class KeyLedger(TablePort tables, TimeProvider time)
{
    private const string Partition = "keys";
    private const string Key = "published";

    public async Task<Published?> Read(CancellationToken cancel)
    {
        var row = await tables.Get(TableNames.Register, Partition, Key, cancel);
        return row is null
            ? null
            : new Published(
                row.Text("root"),
                JsonSerializer.Deserialize(row.Text("list"), WireJson.Default.KeyList)
                    ?? throw new RowShapeException("The ledger of keys holds no list."),
                row.ETag);
    }

    /// <summary>False when another instance was first.</summary>
    public async Task<bool> Write(Published next, CancellationToken cancel)
    {
        var row = new Row(Partition, Key)
        {
            ["root"] = next.Root,
            ["list"] = JsonSerializer.Serialize(next.List, WireJson.Default.KeyList),
        };
        var change = next.ETag is null ? Change.Insert(row) : Change.Replace(row, next.ETag);
        return await tables.TryCommit(TableNames.Register, Partition, [change], cancel) is null;
    }

    public long VersionAfter(Published? last) =>
        Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), (last?.List.Version ?? 0) + 1);
}
