using Azure;
using Azure.Data.Tables;

namespace CloudPos.Functions.Tables;

/// <summary>
/// Rows and changes as Azure.Data.Tables knows them. Each kind of value has its own type there: Text is
/// Edm.String, Int Edm.Int32, Long Edm.Int64, Real Edm.Double, Flag Edm.Boolean, Bytes Edm.Binary, Time
/// Edm.DateTime, which holds UTC in steps of 100 ns. The commit id is one more property.
/// </summary>
internal static class AzureRows
{
    public static TableTransactionAction Encode(Change change, string commitId)
    {
        if (change.Row is null)
            return new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(change.Partition, change.Key),
                new ETag(change.ETag!));
        var entity = new TableEntity(change.Partition, change.Key) { [TableLimits.CommitIdName] = commitId };
        foreach (var (name, value) in change.Row.Values) entity[name] = Encode(value);
        return change.Kind == ChangeKind.Insert
            ? new TableTransactionAction(TableTransactionActionType.Add, entity)
            : new TableTransactionAction(
                TableTransactionActionType.UpdateReplace, entity, new ETag(change.ETag!));
    }

    /// <summary>
    /// Throws <see cref="InvalidDataException"/> when a property is of a kind that is never written here.
    /// </summary>
    public static Row Decode(TableEntity entity)
    {
        var row = new Row(entity.PartitionKey, entity.RowKey)
        {
            ETag = entity.ETag.ToString(),
            CommitId = entity.GetString(TableLimits.CommitIdName),
        };
        foreach (var (name, value) in entity)
        {
            if (IsSystem(name)) continue;
            row[name] = Decode(value)
                ?? throw new InvalidDataException(
                    $"Row {row} holds '{name}' as {value?.GetType().Name ?? "null"}.");
        }

        return row;
    }

    private static bool IsSystem(string name) =>
        name is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag" or TableLimits.CommitIdName;

    private static object Encode(Value value) => value.Kind switch
    {
        ValueKind.Text => value.AsText,
        ValueKind.Bytes => value.AsBytes,
        ValueKind.Int => value.AsInt,
        ValueKind.Long => value.AsLong,
        ValueKind.Real => value.AsReal,
        ValueKind.Flag => value.AsFlag,
        ValueKind.Time => value.AsTime,
        _ => throw new ArgumentException($"A property of kind {value.Kind} cannot be stored."),
    };

    private static Value? Decode(object? value) => value switch
    {
        string text => text,
        byte[] bytes => bytes,
        int number => number,
        long number => number,
        double real => real,
        bool flag => flag,
        DateTimeOffset time => time,
        _ => null,
    };
}
