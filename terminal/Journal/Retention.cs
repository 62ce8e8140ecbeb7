using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Finds the oldest entries that nobody needs here any more, and deletes them with the rows that they made.
/// An entry may go when it is acknowledged and old, and nothing that is not finished leads to it: its
/// payment is at an end, its receipt is out, its void goes with it. What cannot be read is evidence and
/// stays, and so does all behind it. Within the caller's transaction.
/// </summary>
internal sealed class Retention(
    JournalTable journal, PrunedTable pruned, SaleTable sales, PaymentTable payments, Database database)
{
    /// <summary>Entries of one transaction: small enough that a sale does not wait for it.</summary>
    public const int StepMax = 100;

    /// <summary>The entries at the beginning that may go now, oldest first; empty when none may.</summary>
    /// <param name="upTo">The last acknowledged number, or an earlier one.</param>
    /// <param name="before">Only what happened before.</param>
    public List<Entry> Find(JournalId id, long upTo, DateTimeOffset before)
    {
        var first = pruned.Through(id.Epoch) + 1;
        // Most rounds end here: the first one is young.
        if (first > upTo || journal.Read(id, first).Entry is not { } oldest || oldest.Header.At >= before)
            return [];
        var number = first;
        var old = journal.Read(id, first, StepMax)
            .TakeWhile(line => line.Number == number++ && line.Number <= upTo
                && line.Entry is { } entry && entry.Header.At < before)
            .Select(line => line.Entry!).ToList();
        // Each shortening may part another pair; it ends, since the list only gets shorter.
        for (var kept = FirstKept(old); kept >= 0; kept = FirstKept(old))
            old.RemoveRange(kept, old.Count - kept);
        return old;
    }

    /// <summary>Deletes entries that <see cref="Find"/> named, and where the journal begins is
    /// kept.</summary>
    public void Delete(IReadOnlyList<Entry> old, string acknowledgement, DateTimeOffset at)
    {
        var (first, last) = (Place.Of(old[0].Header), Place.Of(old[^1].Header));
        var receipt = pruned.Of(last.Epoch)?.Receipt ?? 0;
        foreach (var entry in old)
        {
            DeleteRows(entry);
            if (entry.Body is SaleCompleted sale)
                receipt = sale.Receipt;
        }
        database.Run("DELETE FROM print_job WHERE place >= $1 AND place <= $2", first.Value, last.Value);
        database.Run("DELETE FROM receipt_copy WHERE place >= $1 AND place <= $2", first.Value, last.Value);
        // From the epoch's beginning: what earlier versions left of deleted refunds goes as well.
        database.Run(
            "DELETE FROM refund WHERE place > $1 AND place <= $2",
            new Place(last.Epoch, 0).Value, last.Value);
        journal.DeleteRange(first, last);
        pruned.Set(new Pruned(last.Epoch, last.Number, old[^1].Hash, receipt, acknowledgement), at);
    }

    private int FirstKept(List<Entry> old) => old.Count == 0
        ? -1
        : old.FindIndex(entry => !MayGo(entry, Place.Of(old[^1].Header)));

    private bool MayGo(Entry entry, Place last) => entry.Body switch
    {
        PaymentAttempted body => payments.EndedBy(body.Payment, last),
        SaleCompleted body => sales.EndedBy(body.Sale, last),
        // While its sale is here, what was given back of it has to be known.
        SaleRefunded body => sales.Find(body.Sale) is not { } sale
            || new Place(sale.Epoch, sale.Number).CompareTo(last) <= 0,
        _ => true,
    };

    private void DeleteRows(Entry entry)
    {
        if (entry.Body is PaymentAttempted attempted)
            payments.Delete(attempted.Payment);
        else if (entry.Body is PaymentFailed failed)
            payments.Delete(failed.Payment);
        else if (entry.Body is SaleCompleted sale)
            sales.Delete(sale.Sale);
        else if (entry.Body is SaleRefunded refund)
            foreach (var tender in refund.Tenders)
                if (tender.Refund is { } given)
                    sales.ToCards.Delete(given);
        DeleteMovements(Place.Of(entry.Header), MovedBy(entry.Body));
    }

    private static IEnumerable<string> MovedBy(EntryBody body) => body switch
    {
        SaleCompleted sale => sale.Lines.Select(line => line.Sku),
        SaleRefunded refunded => refunded.Lines.Select(line => line.Sku),
        SaleVoided voided => voided.Lines.Select(line => line.Sku),
        StockReceived received => received.Lines.Select(line => line.Sku),
        StockCounted counted => counted.Lines.Select(line => line.Sku),
        StockWasted wasted => wasted.Lines.Select(line => line.Sku),
        TransferSent sent => sent.Lines.Select(line => line.Sku),
        TransferReceived received => received.Lines.Select(line => line.Sku),
        _ => [],
    };

    /// <summary>A movement that the back office's level does not contain yet still counts on the
    /// shelf.</summary>
    private void DeleteMovements(Place place, IEnumerable<string> skus)
    {
        foreach (var sku in skus.Distinct())
            database.Run(
                "DELETE FROM movement WHERE sku = $1 AND place = $2 AND EXISTS "
                + "(SELECT 1 FROM level_applied a WHERE a.sku = $1 AND a.epoch = $3 AND a.number >= $4)",
                sku, place.Value, place.Epoch, place.Number);
    }
}
