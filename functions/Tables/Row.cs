namespace CloudPos.Functions.Tables;

/// <summary>
/// One row of a table: partition, key, and named values in the order in which they were set (an engine need
/// not keep the order). Mutable and not thread-safe: read it, change it, hand it to <see
/// cref="Change.Replace(Row)"/>. The accessors throw <see cref="RowShapeException"/> when a property is
/// absent or of another kind, because that is a bug or a row of an older layout, never a business answer.
/// </summary>
internal sealed class Row(string partition, string key, int room = 0)
{
    private readonly OrderedDictionary<string, Value> values = new(room, StringComparer.Ordinal);

    public string Partition { get; } = partition;
    public string Key { get; } = key;

    /// <summary>
    /// The version that was read; null in a row that was made here. Opaque: only equality means something.
    /// </summary>
    public string? ETag { get; init; }

    /// <summary>The commit that wrote this version; the port resolves lost answers with it.</summary>
    public string? CommitId { get; init; }

    public int Count => values.Count;

    /// <summary>
    /// Reading an absent property gives a value of kind None; setting None removes the property.
    /// </summary>
    public Value this[string name]
    {
        get => values.TryGetValue(name, out var value) ? value : default;
        set
        {
            if (value.Kind == ValueKind.None) values.Remove(name);
            else values[name] = value;
        }
    }

    public IEnumerable<KeyValuePair<string, Value>> Values => values;

    public bool Has(string name) => values.ContainsKey(name);

    public string Text(string name) => Typed(name, ValueKind.Text).AsText;
    public string? TextOrNull(string name) => Has(name) ? Text(name) : null;
    public double Real(string name) => Typed(name, ValueKind.Real).AsReal;
    public bool Flag(string name) => Typed(name, ValueKind.Flag).AsFlag;
    public bool FlagOrFalse(string name) => Has(name) && Flag(name);
    public byte[] Bytes(string name) => Typed(name, ValueKind.Bytes).AsBytes;
    public byte[]? BytesOrNull(string name) => Has(name) ? Bytes(name) : null;
    public DateTimeOffset Time(string name) => Typed(name, ValueKind.Time).AsTime;
    public DateTimeOffset? TimeOrNull(string name) => Has(name) ? Time(name) : null;

    /// <summary>A whole number, whether it was stored with 32 or with 64 bits.</summary>
    public long Number(string name) =>
        this[name].Kind == ValueKind.Int ? this[name].AsInt : Typed(name, ValueKind.Long).AsLong;

    public long? NumberOrNull(string name) => Has(name) ? Number(name) : null;

    public override string ToString() => $"({Partition}, {Key})";

    private Value Typed(string name, ValueKind kind)
    {
        var value = this[name];
        if (value.Kind == kind) return value;
        string found = value.Kind == ValueKind.None ? "it is absent" : $"it is {value.Kind}";
        throw new RowShapeException($"Row {this} should hold '{name}' as {kind}, but {found}.");
    }
}

/// <summary>A row does not have the shape that the code reading it expects.</summary>
internal sealed class RowShapeException(string message) : Exception(message);
