using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Reports;

/// <summary>Reads the rows of a merchant's business date and sorts them by currency.</summary>
internal sealed class ReportReader(
    TablePort tables, Merchants merchants, Stores stores, MerchantPayments payments, ClearingBatches batches,
    ClearingOwed owed, BankStatements bank, Closings closings, Chargebacks chargebacks, PaidTwice twice,
    VoidsSetAside waiting)
{
    /// <summary>
    /// Terminals read at a time: enough to keep the store busy, few enough to leave it to others.
    /// </summary>
    private const int TerminalsAtOnce = 4;

    /// <summary>
    /// One set of facts for each currency in which anything happened, and for the merchant's own.
    /// </summary>
    public async Task<IReadOnlyList<SettlementFacts>> Read(
        string merchant, DateOnly date, CancellationToken cancel)
    {
        if (await merchants.Find(merchant, cancel) is not { } known)
            return [];
        var terminals = await payments.TerminalsOf(merchant, cancel);
        var sales = await Sales(terminals, TerminalDays.SoldKey(date), cancel);
        var voids = await Sales(terminals, TerminalDays.VoidedKey(date), cancel);
        var refunds = await Refunds(terminals, date, cancel);
        var byId = await PaymentsOf(NamedBy(sales), cancel);
        var givenBack = await GivenBack(refunds, voids, cancel);
        var loose = await owed.WithoutSale(merchant, cancel);
        var (cases, tries) = await Recovery(byId.Values, cancel);
        var open = await StoresOf(terminals.Select(terminal => terminal.Store).Distinct(), date, cancel);
        var currencies = sales.Concat(
            voids).Select(sale => sale.Sale.Total.Currency)
            .Concat(refunds.Select(refund => refund.Refund.Total.Currency))
            .Append(known.Currency).Distinct();
        var facts = new List<SettlementFacts>();
        foreach (var currency in currencies)
        {
            IReadOnlyList<Chargeback> charged =
            [
                .. (await chargebacks.All(merchant, currency, cancel)).Where(one =>
                    byId.ContainsKey(one.Payment) || tries.Any(paid => paid.Payment == one.Payment)),
            ];
            facts.Add(new SettlementFacts(
                merchant, known.Name, date, currency,
                [.. sales.Where(sale => sale.Sale.Total.Currency == currency)],
                [.. voids.Where(sale => sale.Sale.Total.Currency == currency)],
                byId,
                [.. loose.Where(payment => payment.Amount?.Currency == currency)],
                await BatchesOf([.. byId.Values, .. tries, .. givenBack.Values], merchant, currency, cancel),
                open)
            {
                Cases = cases,
                Locale = ReportWords.LocaleOf(known.Locale, open.Select(store => store.Locale)),
                Chargebacks = charged,
                PaidTwice = await PaidTwiceOf(byId.Values.Concat(tries), charged, cancel),
                VoidsSetAside = await VoidsOf(byId.Values.Concat(tries), charged, cancel),
                Refunds = [.. refunds.Where(refund => refund.Refund.Total.Currency == currency)],
                GivenBack = givenBack,
            });
        }
        return facts;
    }

    /// <summary>Of the payments of the date that are charged back; marked for the other views.</summary>
    private async Task<IReadOnlyList<PaidTwiceCase>> PaidTwiceOf(
        IEnumerable<PaymentRow> payments, IReadOnlyList<Chargeback> charged, CancellationToken cancel)
    {
        var found = new List<PaidTwiceCase>();
        if (charged.Count == 0)
            return found;
        var named = charged.Select(one => one.Payment).ToHashSet();
        foreach (var payment in payments)
            if (named.Contains(payment.Payment) && await twice.Of(payment, cancel) is { } both)
            {
                await twice.Look(payment, cancel);
                found.Add(both);
            }
        return found;
    }

    private async Task<IReadOnlyList<VoidSetAside>> VoidsOf(
        IEnumerable<PaymentRow> payments, IReadOnlyList<Chargeback> charged, CancellationToken cancel)
    {
        var found = new List<VoidSetAside>();
        if (charged.Count == 0)
            return found;
        var named = charged.Select(one => one.Payment).ToHashSet();
        foreach (var payment in payments)
            if (named.Contains(payment.Payment) && await waiting.Of(payment, cancel) is { } one)
                found.Add(one);
        return found;
    }

    private Task<IReadOnlyList<SaleFact>> Sales(
        IReadOnlyList<TerminalIdentity> terminals, string prefix, CancellationToken cancel) =>
        OfEach<TerminalIdentity, SaleFact>(terminals, cancel, async (terminal, found, stop) =>
        {
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal.Terminal, prefix, Keys.After(prefix), stop))
                found.Add(new SaleFact(terminal.Store, SaleRow.From(row)));
        });

    /// <summary>What is found for each, in the order of those it is looked for.</summary>
    private static async Task<IReadOnlyList<TFound>> OfEach<TOne, TFound>(
        IReadOnlyList<TOne> all, CancellationToken cancel,
        Func<TOne, List<TFound>, CancellationToken, Task> find)
    {
        var found = all.Select(_ => new List<TFound>()).ToArray();
        var bound = new ParallelOptions
        {
            MaxDegreeOfParallelism = TerminalsAtOnce, CancellationToken = cancel,
        };
        await Parallel.ForAsync(
            0, all.Count, bound, async (place, stop) => await find(all[place], found[place], stop));
        return [.. found.SelectMany(ofOne => ofOne)];
    }

    private Task<IReadOnlyList<RefundFact>> Refunds(
        IReadOnlyList<TerminalIdentity> terminals, DateOnly date, CancellationToken cancel)
    {
        var prefix = TerminalDays.RefundedKey(date);
        var stores = terminals.ToDictionary(terminal => terminal.Terminal, terminal => terminal.Store);
        return OfEach<TerminalIdentity, RefundFact>(terminals, cancel, async (terminal, found, stop) =>
        {
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal.Terminal, prefix, Keys.After(prefix), stop))
                found.AddRange(TakenRefund.Read(row).Select(refund =>
                    new RefundFact(terminal.Store, terminal.Terminal, refund)
                    {
                        GivenIn = stores.GetValueOrDefault(refund.Terminal),
                    }));
        });
    }

    /// <summary>The payments of the refunds to cards, and what voids gave back instead.</summary>
    private async Task<IReadOnlyDictionary<Id, PaymentRow>> GivenBack(
        IReadOnlyList<RefundFact> refunds, IReadOnlyList<SaleFact> voids, CancellationToken cancel)
    {
        var undone = await PaymentsOf(NamedBy(voids), cancel);
        var (_, tries) = await Recovery(undone.Values, cancel);
        var named = refunds.SelectMany(refund => refund.Refund.Tenders
            .Where(tender => tender.Refund is not null)
            .Select(tender => (refund.Terminal, tender.Refund!.Value)));
        return await PaymentsOf(
            named.Concat(undone.Values.Concat(tries).Select(payment =>
                (payment.Terminal, PaymentRecorder.RefundOf(payment.Payment)))), cancel);
    }

    private static IEnumerable<(string Terminal, Id Payment)> NamedBy(IEnumerable<SaleFact> sales) =>
        sales.SelectMany(sale => sale.Sale.Tenders.Where(tender => tender.Payment is not null)
            .Select(tender => (sale.Sale.Terminal, tender.Payment!.Payment)));

    /// <summary>Payments by their ids, each in its terminal's partition.</summary>
    private async Task<IReadOnlyDictionary<Id, PaymentRow>> PaymentsOf(
        IEnumerable<(string Terminal, Id Payment)> named, CancellationToken cancel)
    {
        var byTerminal = named.Distinct().GroupBy(one => one.Terminal, one => one.Payment).ToList();
        var rows = await OfEach<IGrouping<string, Id>, PaymentRow>(byTerminal, cancel, async (
            terminal, found, stop) =>
        {
            // In the order of their keys, so that those who are neighbours are read together.
            foreach (var chunk in terminal.Order().Chunk(TableLimits.CommitChangesMax))
                foreach (var row in await tables.GetMany(
                    TableNames.Terminal, terminal.Key, [.. chunk.Select(PaymentRowCodec.KeyOf)], stop))
                    if (row is not null && PaymentRowCodec.From(row) is { Facts: not null } payment)
                        found.Add(payment with { Stored = null, History = [], Reference = null });
        });
        var byId = new Dictionary<Id, PaymentRow>(rows.Count);
        foreach (var payment in rows)
            byId.TryAdd(payment.Payment, payment);
        return byId;
    }

    /// <summary>What is done about lost payments, and the tries that were approved.</summary>
    private async Task<(IReadOnlyDictionary<Id, RecoveryCase> Cases, IReadOnlyList<PaymentRow> Tries)>
        Recovery(IEnumerable<PaymentRow> found, CancellationToken cancel)
    {
        var (cases, tries) = (new Dictionary<Id, RecoveryCase>(), new List<PaymentRow>());
        foreach (var lost in found.Where(payment =>
            payment.State is PaymentState.Declined or PaymentState.Expired))
        {
            if (await tables.Get(
                TableNames.Terminal, lost.Terminal, RecoveryCase.KeyOf(lost.Payment), cancel) is not { } row)
                continue;
            var known = cases[lost.Payment] = RecoveryCase.From(row);
            foreach (var tried in known.State == CaseState.Recovered ? known.Tries : [])
                if (await tables.Get(
                    TableNames.Terminal, lost.Terminal, PaymentRowCodec.KeyOf(tried.Payment), cancel)
                    is { } payment)
                    tries.Add(PaymentRowCodec.From(payment));
        }
        return (cases, tries);
    }

    private async Task<IReadOnlyList<BatchFact>> BatchesOf(
        IEnumerable<PaymentRow> found, string merchant, Currency currency, CancellationToken cancel)
    {
        var facts = new List<BatchFact>();
        var members = found.Where(payment => payment.Batch is not null && payment.Accepted is not null)
            .Where(payment => payment.Amount?.Currency == currency)
            .GroupBy(payment => payment.Batch!, StringComparer.Ordinal);
        foreach (var batch in members)
            if (BatchId.TryParse(batch.Key, out var id) && id!.Cycle.Merchant == merchant
                && await batches.FindHead(id, cancel) is { } head
                && await batches.FindCycle(id.Cycle, cancel) is { } cycle)
                facts.Add(new BatchFact(head, cycle, [.. batch.Select(Member.Of)])
                {
                    Payout = await bank.PayoutOf(cycle, cancel),
                    // It is about the whole cycle; with several batches the first one shows it.
                    Comparison = facts.Exists(fact => fact.Cycle.Cycle == id.Cycle)
                        ? null
                        : await ListingComparison.Find(tables, id.Cycle, cancel),
                });
        return facts;
    }

    private async Task<IReadOnlyList<StoreFact>> StoresOf(
        IEnumerable<string> ids, DateOnly date, CancellationToken cancel)
    {
        var facts = new List<StoreFact>();
        foreach (var id in ids)
        {
            var store = await stores.Find(id, cancel);
            facts.Add(new StoreFact(id, store?.Name ?? id, await closings.Find(id, date, cancel))
            {
                Locale = store is null || store.Locale == Languages.Locale.Default ? null : store.Locale.Name,
            });
        }
        return facts;
    }
}
