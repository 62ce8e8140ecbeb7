using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Totals;

/// <summary>A date of which the kept totals are not what its sales and payments add up to.</summary>
internal sealed record TotalsDifference(DateOnly Date, string Key, Tally Kept, Tally Counted);

/// <summary>
/// What a terminal's rows add up to when all of them are read, beside what is kept. The days' rows are read
/// first: one that is still at its version when it is written again was counted whole.
/// </summary>
internal sealed class TotalsScan(TablePort tables)
{
    public Dictionary<DateOnly, Row> Kept { get; } = [];

    public Dictionary<DateOnly, DayTallies> Counted { get; } = [];

    public List<Row> Sales { get; } = [];

    /// <summary>Payments that clearing may have to do with.</summary>
    public List<PaymentRow> Payments { get; } = [];

    public async Task Read(string terminal, CancellationToken cancel)
    {
        await foreach (var row in Range(terminal, TerminalDays.Prefix, cancel))
            Kept[TerminalDays.DateOf(row)] = row;
        await foreach (var row in Range(terminal, SaleRow.Prefix, cancel))
        {
            var sale = SaleRow.From(row);
            Sales.Add(row);
            Add(Contributions.OfSale(sale));
            Add(Contributions.OfVoid(sale));
            foreach (var refund in TakenRefund.Read(row))
                Add(Contributions.OfRefund(refund));
        }
        await foreach (var row in Range(terminal, PaymentRowCodec.KeyPrefix, cancel))
        {
            var payment = PaymentRowCodec.From(row);
            Add(Contributions.OfPayment(payment));
            if (ClearingIndex.Ready(payment) is not null || ClearingIndex.Undone(payment).Any())
                Payments.Add(payment);
        }
    }

    public IEnumerable<TotalsDifference> Differences()
    {
        foreach (var date in Kept.Keys.Union(Counted.Keys).Order())
        {
            var kept = Kept.TryGetValue(date, out var row) ? TerminalDays.Tallies(row) : new DayTallies();
            var counted = Counted.GetValueOrDefault(date) ?? new DayTallies();
            foreach (var key in kept.All.Keys.Union(counted.All.Keys).Order(StringComparer.Ordinal))
            {
                var (a, b) = (kept.All.GetValueOrDefault(key), counted.All.GetValueOrDefault(key));
                if (a != b)
                    yield return new TotalsDifference(date, key, a, b);
            }
        }
    }

    private void Add(IEnumerable<Contribution> added)
    {
        foreach (var one in added)
        {
            if (!Counted.TryGetValue(one.Date, out var day))
                Counted[one.Date] = day = new DayTallies();
            day.Add(one.Key, one.Tally);
        }
    }

    private IAsyncEnumerable<Row> Range(string terminal, string prefix, CancellationToken cancel) =>
        tables.Range(TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel);
}
