using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// A sale of a payment's world as the journal stores it, and refunds of six tenths of it from its own
/// terminal and from another one of the merchant.
/// </summary>
internal sealed class RefundedSale(PaymentWorld world, int index)
{
    public const string OtherTerminal = "T0000002";

    private readonly Id[] _entries = [Id.New(), Id.New()];
    private readonly Id[] _payments = [Id.New(), Id.New()];

    /// <summary>The ids under which the money is asked back.</summary>
    public IReadOnlyList<Id> Refunds => _payments;

    public static long MinorOf(TestSale sale) => sale.Amount.Minor * 6 / 10;

    /// <summary>The sale's entry and row, and what it adds to its day; once.</summary>
    public async Task Keep(TestSale sale, Approval approval)
    {
        await Know(PaymentWorld.Terminal);
        var completed = sale.Completed with
        {
            Tenders = [new Tender(TenderKind.Card, sale.Amount, sale.Amount, sale.Paid(approval))],
        };
        var entry = Entry.Create(
            PaymentWorld.Journal, 10 + index, EntryHash.Genesis(PaymentWorld.Journal), sale.At,
            new DateOnly(2026, 7, 4), completed);
        var row = SaleRow.New(entry.Header, completed, sale.At);
        if (await world.Tables.Get(TableNames.Terminal, PaymentWorld.Terminal, row.Key) is not null)
            return;
        var received = new ReceivedEntry(
            entry.Header.Number, entry.Hash, entry.Header, new ShippedEntry(entry.Bytes, []));
        var rows = StoredEntries.Rows(
            PaymentWorld.Terminal, received, sale.At, JournalRows.Entry(1, entry.Header.Number),
            _ => throw new InvalidOperationException("Nothing lies beside it."));
        await Attempts.UntilCommitted(async () => await world.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal,
            [
                Change.Insert(row), .. rows.Select(Change.Insert),
                .. await new TerminalDays(world.Tables, world.Due).Sold(row, default),
            ]) is null);
    }

    /// <summary>The entry of a refund, applied as often as it is called.</summary>
    public async Task GiveBack(TestSale sale, string terminal)
    {
        await Know(terminal);
        var which = terminal == PaymentWorld.Terminal ? 0 : 1;
        var total = new Money(MinorOf(sale), sale.Amount.Currency);
        var refund = new SaleRefunded(
            _entries[which], sale.Sale, PaymentWorld.Terminal, $"{terminal}-1-{index}", "Kim", null, "broken",
            [], [], total, [new RefundTender(TenderKind.Card, total, sale.Payment, _payments[which])], true);
        var header = new EntryHeader(
            new JournalId(terminal, 1), 100 + index, EntryKind.SaleRefunded, sale.At,
            new DateOnly(2026, 7, 4), default);
        var days = new TerminalDays(world.Tables, world.Due);
        await new Refunds(
            world.Tables, new Terminals(world.Tables, world.Time), new StoredEntries(world.Tables),
            world.Store, world.Recorder, new StockMovements(world.Tables), days,
            new SaleInvoices(world.Tables), new PaidTwice(world.Tables, world.Due), world.Time)
            .Apply(
                new AppliedEntry(
                    new Acceptor(PaymentWorld.Merchant, "berlin-1", terminal), header, default, sale.At, [],
                    header.Journal),
                refund, default);
    }

    private async Task Know(string terminal)
    {
        var row = new Row(terminal, TerminalIdentity.Key);
        new TerminalIdentity(
            terminal, PaymentWorld.Merchant, "berlin-1", 1, TerminalStanding.Active, null, null).WriteTo(row);
        if (await world.Tables.Get(TableNames.Terminal, terminal, row.Key) is null)
            await world.Tables.TryCommit(TableNames.Terminal, terminal, [Change.Insert(row)]);
    }
}
