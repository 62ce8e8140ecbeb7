using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>One edit of one field, by its moment; see <see cref="EditMoment"/>.</summary>
/// <param name="Was">What whoever edited saw before; null where they knew no value.</param>
/// <param name="IsSeen">A person has looked at what it replaced without knowing.</param>
internal sealed record FieldEdit(string Moment, string Now, string? Was = null, bool IsSeen = false);

/// <summary>
/// A product and the latest edits of each of its fields: row `c.{sku}` of the merchant. The field's value is
/// its last edit's, by moment; an edit that did not know the one before it is a conflict. Both follow from
/// the set of edits alone, so the order of arrival does not matter, and an edit that is there already changes
/// nothing.
/// </summary>
internal sealed class ProductRow
{
    /// <summary>Edits kept per field. An earlier one than all of these has lost to each of them.</summary>
    public const int EditsMax = 8;

    private const string Prefix = "c.";
    private readonly SortedDictionary<string, List<FieldEdit>> _edits;
    private readonly SortedDictionary<string, long> _applied;

    public ProductRow(Row row)
    {
        Row = row;
        Product = row.TextOrNull("product") is { } product
            ? JsonSerializer.Deserialize(product, WireJson.Default.Product)!
            : null;
        _edits = new(
            Read(row, "edits", FleetJson.Default.DictionaryStringListFieldEdit), StringComparer.Ordinal);
        _applied = new(Read(row, "applied", FleetJson.Default.DictionaryStringInt64), StringComparer.Ordinal);
        // Rows of before there were edits have only ever been put.
        LastPut = row.TextOrNull("put") is { } put
            ? JsonSerializer.Deserialize(put, WireJson.Default.Product)
            : _edits.Count == 0 ? Product : null;
    }

    public Row Row { get; }

    /// <summary>As it holds now; null while nothing is known.</summary>
    public Product? Product { get; private set; }

    /// <summary>What the catalogue said when it was last put; what it says again is no edit.</summary>
    public Product? LastPut { get; private set; }

    public static (string From, string To) AllKeys => (Prefix, Keys.After(Prefix));

    public static string KeyOf(string sku) => Prefix + Names.KeyPart(sku);

    /// <summary>Adds what a terminal or a person changed.</summary>
    /// <returns>False when all of it was there already.</returns>
    public bool Edit(string sku, string moment, ProductFields was, ProductFields now, Currency currency)
    {
        var isNews = false;
        foreach (var field in ProductField.All)
            if (field.Get(now) is { } text)
                isNews |= Add(field.Name, new FieldEdit(moment, text, field.Get(was)));
        if (isNews)
            Resolve(sku, currency);
        return isNews;
    }

    /// <summary>Takes a product of the catalogue over: only what it says otherwise than before.</summary>
    public bool Put(Product product, string moment)
    {
        var last = LastPut is null ? new ProductFields() : ProductField.Of(LastPut);
        var now = new ProductFields();
        foreach (var field in ProductField.All)
            if (field.Get(ProductField.Of(product)) is { } text && text != field.Get(last))
                now = field.Set(now, text);
        LastPut = product;
        return Edit(product.Sku, moment, last, now, product.Price.Currency);
    }

    public void AppliedThrough(JournalId journal, long number)
    {
        var name = journal.ToString();
        _applied[name] = Math.Max(number, _applied.GetValueOrDefault(name));
    }

    /// <summary>Marks a conflict as looked at.</summary>
    /// <returns>The values of it, or null when there is none.</returns>
    public EditConflict? See(string field, string moment)
    {
        var conflict = Conflicts().FirstOrDefault(c => c.Field == field && c.KeptMoment == moment);
        if (conflict is null)
            return null;
        var edits = _edits[field];
        var index = edits.FindIndex(edit => edit.Moment == moment);
        edits[index] = edits[index] with { IsSeen = true };
        return conflict;
    }

    public IReadOnlyList<EditConflict> Conflicts() =>
        [.. from field in _edits
            from pair in field.Value.Zip(field.Value.Skip(1))
            let lost = pair.First
            let kept = pair.Second
            where kept.Was != lost.Now && kept.Now != lost.Now && !kept.IsSeen
            select new EditConflict(
                Product!.Sku, field.Key, lost.Now, kept.Now, lost.Moment, kept.Moment)];

    /// <summary>Writes all of it into the row; the feed's row of it.</summary>
    public FeedRow Write()
    {
        Row["product"] = JsonSerializer.Serialize(Product!, WireJson.Default.Product);
        if (LastPut is not null)
            Row["put"] = JsonSerializer.Serialize(LastPut, WireJson.Default.Product);
        Row.SetChunks("edits", JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, List<FieldEdit>>(_edits),
            FleetJson.Default.DictionaryStringListFieldEdit));
        Row.SetChunks("applied", JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, long>(_applied), FleetJson.Default.DictionaryStringInt64));
        var edited = _edits.ToDictionary(field => field.Key, field => field.Value[^1].Moment);
        return new FeedRow(Product: Product)
        {
            History = new ProductHistory(edited, new Dictionary<string, long>(_applied), Conflicts()),
        };
    }

    private bool Add(string field, FieldEdit edit)
    {
        if (!_edits.TryGetValue(field, out var edits))
            _edits.Add(field, edits = []);
        if (edits.Any(known => known.Moment == edit.Moment))
            return false;
        var place = edits.FindLastIndex(known => EditMoment.IsLater(edit.Moment, known.Moment)) + 1;
        if (place == 0 && edits.Count == EditsMax)
            return false;
        edits.Insert(place, edit);
        if (edits.Count > EditsMax)
            edits.RemoveAt(0);
        return true;
    }

    private void Resolve(string sku, Currency currency)
    {
        var fields = new ProductFields();
        foreach (var (name, edits) in _edits)
            fields = ProductField.Of(name).Set(fields, edits[^1].Now);
        Product = ProductField.Over(Product ?? ProductField.Blank(sku, currency), fields);
    }

    private static Dictionary<string, T> Read<T>(
        Row row, string name, JsonTypeInfo<Dictionary<string, T>> type) =>
        row.ChunksOrNull(name) is { } json ? JsonSerializer.Deserialize(json, type)! : [];
}
