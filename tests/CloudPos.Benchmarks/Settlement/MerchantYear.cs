using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Benchmarks.Settlement;

/// <summary>
/// One merchant with ten terminals over the SQLite engine, and sales by card as applying and approving leave
/// them: rows, copies, hints and totals. They are written in bulk, which only this preparation may do.
/// </summary>
internal sealed class MerchantYear : IAsyncDisposable
{
    public const string Merchant = "MERCHANT0000001";
    public static readonly Currency Eur = Currency.Parse("EUR");
    public static readonly DateOnly First = new(2026, 1, 1);

    private const int Terminals = 10;
    private const int SalesPerCommit = 24;
    private readonly WebApplication _office;

    private MerchantYear(WebApplication office) => _office = office;

    public TablePort Tables => Get<TablePort>();

    public static IReadOnlyList<string> TerminalIds { get; } =
        [.. Enumerable.Range(1, Terminals).Select(number => $"T{number:D7}")];

    public static async Task<MerchantYear> Create(string folder)
    {
        var year = new MerchantYear(await BackOffice.Create(
            new BackOfficeOptions { Data = folder }, TimeProvider.System));
        await year.Furnish();
        return year;
    }

    public T Get<T>() where T : notnull => _office.Services.GetRequiredService<T>();

    /// <param name="ready">Whether the payments wait for a batch; else they are settled.</param>
    public Task Sell(int count, int days, bool ready) => Parallel.ForEachAsync(
        TerminalIds, async (terminal, _) =>
        {
            for (var day = 0; day < days; day++)
            {
                var (date, tallies) = (First.AddDays(day), new DayTallies());
                var left = count / Terminals / days;
                for (var first = 0; first < left; first += SalesPerCommit)
                {
                    var changes = new List<Change>();
                    for (var i = first; i < Math.Min(left, first + SalesPerCommit); i++)
                        Sell(terminal, date, i, ready, changes, tallies);
                    await Commit(terminal, changes);
                }
                await Commit(terminal, [TerminalDays.With(TerminalDays.Empty(terminal, date), tallies)]);
            }
        });

    public ValueTask DisposeAsync() => _office.DisposeAsync();

    private static void Sell(
        string terminal, DateOnly date, int number, bool ready, List<Change> changes, DayTallies tallies)
    {
        var amount = new Money(100 + number * 37 % 9_900, Eur);
        var at = new DateTimeOffset(date.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero);
        var (id, payment) = (Id.New(), Id.New());
        var scheme = (Scheme)(1 + number % 3);
        var card = new CardFacts(scheme, EntryMode.Chip, "4242", "00ff", null, "Debit");
        var sale = new SaleCompleted(
            id, number + 1, $"{terminal}-000001-{number:D6}", $"Cashier {number % 4}", [],
            [TaxLine.Included(amount, 1900)], amount,
            [new Tender(TenderKind.Card, amount, amount, new CardPayment(
                payment, Approval.Online, card, "A1", null, null))],
            null);
        var entry = new EntryHeader(
            new JournalId(terminal, 1), number + 1, EntryKind.SaleCompleted, at, date, default);
        var row = SaleRow.New(entry, sale, at);
        var paid = new PaymentRow
        {
            Terminal = terminal, Payment = payment,
            State = ready ? PaymentState.Approved : PaymentState.Settled,
            Facts = new PaymentFacts(
                Merchant, "store-1", 1, id, amount, at, null, scheme, EntryMode.Chip, "4242"),
            Accepted = new AcceptedSale(Approval.Online, date, sale.ReceiptNumber),
            Asked = new AskedRequest("simulated", 1, $"{number:D12}", at, false, at, 1),
            Answer = new PaymentAnswer("00", CodeMeaning.Approved, "A1", date, at),
            History = [new PaymentEvent(PaymentState.Approved, at, "approved", PaymentEvent.Acquirer)],
        };
        changes.Add(Change.Insert(row));
        changes.Add(Change.Insert(SaleRow.Copy(row, TerminalDays.SoldKey(date) + id)));
        changes.Add(Change.Insert(paid.ToRow()));
        if (ClearingIndex.Ready(paid) is { } hint)
            changes.Add(Change.Insert(hint));
        foreach (var one in Contributions.OfSale(SaleRow.From(row)).Concat(Contributions.OfPayment(paid)))
            tallies.Add(one.Key, one.Tally);
    }

    private async Task Furnish()
    {
        var register = Get<Register>();
        await Insert(TableNames.Merchant, new Row(Merchant, "i")
        {
            ["name"] = "Merchant", ["currency"] = "EUR", ["denyTagKey"] = new byte[32],
        });
        await Insert(TableNames.Store, new Row("store-1", "i")
        {
            ["merchant"] = Merchant, ["name"] = "Store", ["address"] = "Street 1",
            ["timeZone"] = "Europe/Berlin", ["cutOff"] = "04:00",
        });
        foreach (var terminal in TerminalIds)
        {
            var row = new Row(terminal, TerminalIdentity.Key);
            new TerminalIdentity(
                terminal, Merchant, "store-1", 1, TerminalStanding.Active, null, null).WriteTo(row);
            await Insert(TableNames.Terminal, row);
            await register.Enter(Register.TerminalsOf(Merchant), terminal, default);
        }
    }

    private Task Insert(string table, Row row) => Commit(row.Partition, [Change.Insert(row)], table);

    private async Task Commit(
        string partition, IReadOnlyList<Change> changes, string table = TableNames.Terminal)
    {
        if (changes.Count > 0 && await Tables.TryCommit(table, partition, changes) is { } conflict)
            throw new InvalidOperationException($"The preparation met a conflict: {conflict}.");
    }
}
