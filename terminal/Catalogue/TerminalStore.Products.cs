using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// Changes a product, or makes one. Only what differs from what this terminal shows is written, each with
    /// what it showed, so that whoever changes the same field elsewhere can be told.
    /// </summary>
    /// <param name="wanted">Null members stay as they are.</param>
    public WriteOutcome EditProduct(string sku, ProductFields wanted, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                var before = _feed.FindSku(sku);
                if (before is null && (wanted.Name is null || wanted.Price is null))
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"There is no product '{sku}'; a new one has a name and a price.");
                var (was, now) = ChangedFields(before, wanted);
                if (now == new ProductFields())
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"Nothing of '{sku}' would change by this.");
                var currency = _enrolment!.Currency;
                var after = ProductField.Over(before ?? ProductField.Blank(sku, currency), now);
                if (ProductRules.Fault(after, currency) is { } fault)
                    return WriteOutcome.Not(WriteStatus.Malformed, fault.Sentence);
                if (now.Ean is { Length: > 0 } ean && _feed.FindEan(ean) is { } other && other.Sku != sku)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"Barcode {ean} belongs to '{other.Sku}' ({other.Name}).");
                return Added(batch, new ProductEdited(sku, was, now, before is null, cashier));
            });
    }

    /// <summary>Edits of products that did not know of each other, as far as the feed told.</summary>
    public IReadOnlyList<EditConflict> ProductConflicts => Locked(_products.Conflicts);

    private static (ProductFields Was, ProductFields Now) ChangedFields(Product? before, ProductFields wanted)
    {
        var shown = before is null ? new ProductFields() : ProductField.Of(before);
        var (was, now) = (new ProductFields(), new ProductFields());
        foreach (var field in ProductField.All)
        {
            if (field.Get(wanted) is not { } text || text == field.Get(shown))
                continue;
            now = field.Set(now, text);
            if (field.Get(shown) is { } old)
                was = field.Set(was, old);
        }
        return (was, now);
    }
}
