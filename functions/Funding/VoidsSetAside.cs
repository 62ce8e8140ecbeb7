using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;

namespace CloudPos.Functions.Funding;

/// <summary>
/// A void that a till made before it knew of a chargeback: the goods may be back on the shelf, and the money
/// is with the card's bank, so its entry waits.
/// </summary>
/// <param name="Date">Of the void.</param>
internal sealed record VoidSetAside(Id Payment, string Terminal, int Epoch, long Number, DateOnly Date)
{
    public string What => $"Terminal {Terminal} voided the sale on {Printed.Date(Date)}, not knowing of the "
        + "case: nothing was given back, and the goods count as sold. If the case is won, POST "
        + $"set-aside/{Terminal}/{Epoch}/{Number}/retry gives the money back; else look after the goods.";
}

/// <summary>
/// Where such voids are found from the payment: row <c>kv.{payment}</c> of the merchant's and currency's
/// partition says which entry; it is one as long as that entry is set aside.
/// </summary>
internal sealed class VoidsSetAside(TablePort tables, DueTable due)
{
    private const string Prefix = "kv.";

    /// <summary>Called before the entry is set aside: whoever is stopped between does both again.</summary>
    public async Task Mark(PaymentRow payment, EntryHeader entry, CancellationToken cancel)
    {
        if (payment.Facts is not { } facts)
            return;
        var partition = CycleRow.PartitionOf(facts.Merchant, facts.Amount.Currency);
        await Owe(payment, cancel);
        await Attempts.UntilCommitted(async () =>
        {
            var mark = await Row(payment, cancel) ?? new Row(partition, Prefix + payment.Payment);
            mark["terminal"] = entry.Journal.Terminal;
            mark["epoch"] = entry.Journal.Epoch;
            mark["number"] = entry.Number;
            mark["date"] = entry.BusinessDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return await tables.TryCommit(
                TableNames.Batch, partition,
                [mark.ETag is null ? Change.Insert(mark) : Change.Replace(mark)], cancel) is null;
        });
    }

    /// <summary>Of a payment whose void is done after all, the report says so.</summary>
    public async Task Done(PaymentRow payment, CancellationToken cancel)
    {
        if (await Row(payment, cancel) is not null)
            await Owe(payment, cancel);
    }

    /// <summary>Null where no void of the payment waits.</summary>
    public async Task<VoidSetAside?> Of(PaymentRow payment, CancellationToken cancel)
    {
        if (await Row(payment, cancel) is not { } mark)
            return null;
        var found = new VoidSetAside(
            payment.Payment, mark.Text("terminal"), (int)mark.Number("epoch"), mark.Number("number"),
            DateOnly.ParseExact(mark.Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture));
        return await tables.Get(
            TableNames.Terminal, found.Terminal, JournalRows.SetAside(found.Epoch, found.Number), cancel)
            is null ? null : found;
    }

    private async Task<Row?> Row(PaymentRow payment, CancellationToken cancel) =>
        payment.Facts is not { } facts ? null : await tables.Get(
            TableNames.Batch, CycleRow.PartitionOf(facts.Merchant, facts.Amount.Currency),
            Prefix + payment.Payment, cancel);

    private Task Owe(PaymentRow payment, CancellationToken cancel) =>
        payment is { Facts.Merchant: { } merchant, Accepted.BusinessDate: var date }
            ? ReportOwed.Owe(due, merchant, date, cancel)
            : Task.CompletedTask;
}
