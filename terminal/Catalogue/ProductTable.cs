using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Products as they are sold: what the feed last said, with the own edits that it does not contain yet laid
/// over it, field by field, unless somebody's later edit is in the feed already. Within the caller's
/// transaction.
/// </summary>
internal sealed class ProductTable(Database database, FeedTables feed)
{
    /// <summary>Takes over the feed's state, and forgets own edits that are in it.</summary>
    public void SetBase(Product product, ProductHistory? history, Enrolment own)
    {
        WriteBase(product, history?.Edited ?? new Dictionary<string, string>());
        for (var epoch = 1; epoch <= own.Epoch; epoch++)
            if (history?.AppliedThrough.TryGetValue($"{new JournalId(own.Terminal, epoch)}", out var number)
                is true)
                database.Run(
                    "DELETE FROM product_edit WHERE sku = $1 AND place > $2 AND place <= $3", product.Sku,
                    new Place(epoch, 0).Value, new Place(epoch, number).Value);
        database.Run("DELETE FROM product_conflict WHERE sku = $1", product.Sku);
        if (history is { Conflicts.Count: > 0 })
            database.Run(
                "INSERT INTO product_conflict (sku, document) VALUES ($1, $2)", product.Sku,
                JsonSerializer.Serialize(history.Conflicts, StoreJson.Default.IReadOnlyListEditConflict));
        Resolve(product.Sku);
    }

    public void Edited(EntryHeader header, ProductEdited body)
    {
        // A product from before this table has no base of its own yet: it is what it is now.
        if (BaseOf(body.Sku) is null && feed.FindSku(body.Sku) is { } known)
            WriteBase(known, new Dictionary<string, string>());
        database.Run(
            "INSERT INTO product_edit (sku, place, moment, document) VALUES ($1, $2, $3, $4)",
            body.Sku, Place.Of(header).Value, EditMoment.Of(header.At, header.Journal, header.Number),
            JsonSerializer.Serialize(body.Now, StoreJson.Default.ProductFields));
        Resolve(body.Sku);
    }

    /// <summary>Edits that did not know of each other, as the back office found them.</summary>
    public List<EditConflict> Conflicts()
    {
        var found = new List<EditConflict>();
        database.Each(
            "SELECT document FROM product_conflict ORDER BY sku",
            row => found.AddRange(JsonSerializer.Deserialize(
                row.GetString(0), StoreJson.Default.IReadOnlyListEditConflict)!));
        return found;
    }

    private void Resolve(string sku)
    {
        var (product, edited) = BaseOf(sku) ?? (null, new Dictionary<string, string>());
        var edits = database.All(
            "SELECT moment, document FROM product_edit WHERE sku = $1 ORDER BY place",
            row => (
                Moment: row.GetString(0),
                Fields: JsonSerializer.Deserialize(row.GetString(1), StoreJson.Default.ProductFields)!),
            sku);
        foreach (var (moment, fields) in edits)
        {
            var ours = new ProductFields();
            foreach (var field in ProductField.All)
                if (field.Get(fields) is { } text
                    && !(edited.TryGetValue(field.Name, out var other) && EditMoment.IsLater(other, moment)))
                    ours = field.Set(ours, text);
            // A product that was made here: its price is there, since nothing is made without one.
            product ??= ProductField.Blank(sku, fields.Price!.Value.Currency);
            product = ProductField.Over(product, ours);
        }
        if (product is not null)
            feed.SetProduct(product);
    }

    private (Product? Product, Dictionary<string, string> Edited)? BaseOf(string sku)
    {
        (Product?, Dictionary<string, string>)? found = null;
        database.Each(
            "SELECT document, edited FROM product_base WHERE sku = $1",
            row => found = (
                JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.Product),
                JsonSerializer.Deserialize(row.GetString(1), StoreJson.Default.DictionaryStringString)!),
            sku);
        return found;
    }

    private void WriteBase(Product product, IReadOnlyDictionary<string, string> edited) => database.Run(
        "INSERT INTO product_base (sku, document, edited) VALUES ($1, $2, $3) "
        + "ON CONFLICT (sku) DO UPDATE SET document = excluded.document, edited = excluded.edited",
        product.Sku, JsonSerializer.Serialize(product, StoreJson.Default.Product),
        JsonSerializer.Serialize(
            new Dictionary<string, string>(edited), StoreJson.Default.DictionaryStringString));
}
