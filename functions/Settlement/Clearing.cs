using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;

namespace CloudPos.Functions.Settlement;

/// <summary>Brings what a merchant may clear into batches, and asks about their totals.</summary>
internal sealed class Clearing(
    ClearingBatches batches, ClearingOwed index, FeeTables fees, Register register, Reconcile reconcile,
    ReconcileOwed owed, TimeProvider time)
{
    /// <summary>A cycle that agreed so long ago has nothing on its way any more.</summary>
    private const int DaysBack = 7;

    /// <summary>Every cycle that has something to clear, is not agreed, or is of the last days.</summary>
    public async Task Run(string merchant, CancellationToken cancel)
    {
        var ready = await Placed(merchant, cancel);
        var recent = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysBack);
        var cycles = ready.Select(payment => payment.Cycle).ToHashSet();
        foreach (var code in await register.List(Register.CurrenciesOf(merchant), cancel))
            foreach (var row in await batches.Cycles(merchant, Currency.Parse(code), cancel))
                if (row.Balance != Balance.InBalance || row.Cycle.Date >= recent)
                    cycles.Add(row.Cycle);
        var ordered = cycles.OrderBy(cycle => cycle.Date)
            .ThenBy(cycle => cycle.Acquirer, StringComparer.Ordinal).ToList();
        foreach (var cycle in ordered)
        {
            await owed.Owe(cycle, cancel);
            await Collect(cycle, ready, cancel);
        }
        // Side by side, so that however many are silent, a closing waits for one time-out.
        await Task.WhenAll(ordered.GroupBy(index.AcquirerOf).Select(own => Ask(own, cancel)));
    }

    /// <summary>
    /// Asks one acquirer about its cycles until it does not answer: what is not asked for then is owed, and
    /// asked for later.
    /// </summary>
    private async Task Ask(IEnumerable<Cycle> cycles, CancellationToken cancel)
    {
        foreach (var cycle in cycles)
        {
            var row = await reconcile.Run(cycle, cancel);
            await owed.Settle(cycle, row, cancel);
            if (row?.Balance == Balance.Asked)
                return;
        }
    }

    /// <summary>One cycle; null when there is none.</summary>
    public async Task<CycleRow?> Run(Cycle cycle, CancellationToken cancel)
    {
        await Collect(cycle, await Placed(cycle.Merchant, cancel), cancel);
        return await reconcile.Run(cycle, cancel);
    }

    /// <summary>
    /// What is ready, each with its cycle. The acquirer adds up a date as a whole, so where a cycle without
    /// an acquirer's name was begun, its acquirer's payments go on in it.
    /// </summary>
    private async Task<IReadOnlyList<ReadyPayment>> Placed(string merchant, CancellationToken cancel)
    {
        var ready = await index.Ready(merchant, cancel);
        var unnamed = new Dictionary<Cycle, Cycle>();
        foreach (var cycle in ready.Select(payment => payment.Cycle).Distinct())
        {
            var older = cycle with { Acquirer = null };
            if (index.AcquirerOf(older) == cycle.Acquirer
                && await batches.FindCycle(older, cancel) is not null)
                unnamed[cycle] = older;
        }
        return unnamed.Count == 0 ? ready
            : [.. ready.Select(payment => unnamed.TryGetValue(payment.Cycle, out var older)
                ? payment with { Cycle = older }
                : payment)];
    }

    private async Task Collect(Cycle cycle, IReadOnlyList<ReadyPayment> all, CancellationToken cancel)
    {
        var ready = all.Where(payment => payment.Cycle == cycle).ToList();
        var table = await fees.Find(cycle.Merchant, cancel);
        await batches.Collect(
            cycle, [.. ready.Select(payment => Priced(payment.Member, cycle, table))], cancel);
        await index.Forget(ready, cancel);
    }

    private static Member Priced(Member member, Cycle cycle, FeeTable table) => member with
    {
        FeeMinor = table.Of(
            new Money(member.AmountMinor, cycle.Currency), member.Scheme, member.Card, cycle.Date)?.Minor,
    };
}
