using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Bus;

/// <summary>
/// Work that is owed: its kind and id, when it is due, and the ids that lead to its state. Immutable; the
/// ETag is the version that was read, and only that version can be done or postponed.
/// </summary>
/// <param name="Kind">Lower-case letters, digits and hyphens.</param>
/// <param name="Id">What the work is about; unique within its kind.</param>
/// <param name="DueAt">The sweep rings for it once this is past.</param>
/// <param name="OwedAt">
/// When it was last owed. Where the effect that owes it never came, this tells how long ago.
/// </param>
/// <param name="Attempt">How often it was postponed since it was last owed.</param>
/// <param name="Refs">Names to ids: terminal, epoch and the like.</param>
/// <param name="ETag">The version.</param>
internal sealed record DueRow(
    string Kind, string Id, DateTimeOffset DueAt, DateTimeOffset OwedAt, int Attempt,
    IReadOnlyDictionary<string, string> Refs, string ETag)
{
    private const string RefPrefix = "ref_";

    public Doorbell Doorbell => new(Kind, Id);

    /// <summary>
    /// The id under this name; that it is there is the contract between who owes and who handles.
    /// </summary>
    public string Ref(string name) => Refs.TryGetValue(name, out string? value)
        ? value
        : throw new RowShapeException($"Due row {Kind} {Id} has no reference '{name}'.");

    internal static DueRow From(Row row) => new(
        row.Text("kind"), row.Text("id"), row.Time("dueAt"), row.Time("owedAt"), (int)row.Number("attempt"),
        row.Values.Where(value => value.Key.StartsWith(RefPrefix, StringComparison.Ordinal))
            .ToDictionary(
                value => value.Key[RefPrefix.Length..], value => value.Value.AsText, StringComparer.Ordinal),
        row.ETag!);

    internal Row ToRow(string partition, string key)
    {
        var row = new Row(partition, key)
        {
            ["kind"] = Kind, ["id"] = Id, ["dueAt"] = DueAt, ["owedAt"] = OwedAt, ["attempt"] = Attempt,
        };
        foreach (var (name, value) in Refs) row[RefPrefix + name] = value;
        return row;
    }
}
