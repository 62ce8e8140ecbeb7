using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Reports;

/// <summary>Reads the rows of a merchant's business date and sorts them by currency.</summary>
internal sealed class ReportReader(
    TablePort tables, Merchants merchants, Stores stores, MerchantPayments payments, ClearingBatches batches,
    Closings closings)
{
    /// <summary>
    /// One set of facts for each currency in which anything happened, and for the merchant's own.
    /// </summary>
    public async Task<IReadOnlyList<SettlementFacts>> Read(
        string merchant, DateOnly date, CancellationToken cancel)
    {
        if (await merchants.Find(merchant, cancel) is not { } known)
            return [];
        var (sales, voids, found) = (new List<SaleFact>(), new List<SaleFact>(), new List<PaymentRow>());
        var terminals = await payments.TerminalsOf(merchant, cancel);
        foreach (var terminal in terminals)
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal.Terminal, SaleRow.Prefix, Keys.After(SaleRow.Prefix), cancel))
            {
                var sale = new SaleFact(terminal.Store, SaleRow.From(row));
                if (sale.Sale.BusinessDate == date)
                    sales.Add(sale);
                if (sale.Sale.VoidBusinessDate == date)
                    voids.Add(sale);
            }
        found.AddRange(await payments.Of(merchant, cancel));
        var byId = found.ToDictionary(payment => payment.Payment);
        var open = await StoresOf(terminals.Select(terminal => terminal.Store).Distinct(), date, cancel);
        var currencies = sales.Concat(
            voids).Select(sale => sale.Sale.Total.Currency).Append(known.Currency).Distinct();
        var facts = new List<SettlementFacts>();
        foreach (var currency in currencies)
            facts.Add(new SettlementFacts(
                merchant, known.Name, date, currency,
                [.. sales.Where(sale => sale.Sale.Total.Currency == currency)],
                [.. voids.Where(sale => sale.Sale.Total.Currency == currency)],
                byId,
                [.. found.Where(payment => IsLoose(payment, currency))],
                await BatchesOf(merchant, currency, date, cancel),
                open));
        return facts;
    }

    private static bool IsLoose(PaymentRow payment, Currency currency) =>
        payment is { State: PaymentState.Approved, Accepted: null } && payment.Amount?.Currency == currency;

    private async Task<IReadOnlyList<BatchFact>> BatchesOf(
        string merchant, Currency currency, DateOnly date, CancellationToken cancel)
    {
        var facts = new List<BatchFact>();
        foreach (var cycle in await batches.Cycles(merchant, currency, cancel))
            foreach (var head in await batches.Heads(cycle, cancel))
            {
                var members = await batches.Members(head.Id, cancel);
                if (members.Where(member => member.BusinessDate == date).ToList() is { Count: > 0 } ofDate)
                    facts.Add(new BatchFact(head, cycle, ofDate));
            }
        return facts;
    }

    private async Task<IReadOnlyList<StoreFact>> StoresOf(
        IEnumerable<string> ids, DateOnly date, CancellationToken cancel)
    {
        var facts = new List<StoreFact>();
        foreach (var id in ids)
            facts.Add(new StoreFact(
                id, (await stores.Find(id, cancel))?.Name ?? id, await closings.Find(id, date, cancel)));
        return facts;
    }
}
