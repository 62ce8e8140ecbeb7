using System.Runtime.CompilerServices;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Settlement;

/// <summary>A payment that is said to be ready for a batch of the cycle, and the hint that says so.</summary>
internal sealed record ReadyPayment(Cycle Cycle, Member Member, HintVersion Hint);

/// <summary>Of a hint, what taking it away needs.</summary>
internal readonly record struct HintVersion(string Key, string ETag);

/// <summary>A capture that was taken back, or its reversal.</summary>
internal readonly record struct UndonePayment(Id Payment, string Terminal, bool IsReversal, long AmountMinor);

/// <summary>Reads what the payments of a merchant owe to clearing; see <see cref="ClearingIndex"/>.</summary>
internal sealed class ClearingOwed(TablePort tables, Register register, Acquirers acquirers)
{
    private const int PerCommit = 100;
    private const int TerminalsAtOnce = 4;

    /// <summary>
    /// Hints of payments with their sale, in the order of terminals; each names its acquirer.
    /// </summary>
    public async Task<IReadOnlyList<ReadyPayment>> Ready(string merchant, CancellationToken cancel)
    {
        var terminals = await register.List(Register.TerminalsOf(merchant), cancel);
        var ready = new List<ReadyPayment>[terminals.Count];
        await Parallel.ForAsync(0, terminals.Count, Bound(cancel), async (place, stop) =>
        {
            ready[place] = [];
            await foreach (var hint in Hints(terminals[place], merchant, stop))
                if (hint.Flag("sale") && ClearingIndex.CycleOf(hint) is { } cycle)
                    ready[place].Add(new ReadyPayment(
                        cycle with { Acquirer = AcquirerOf(cycle) },
                        Member.From(ClearingIndex.PaymentOf(hint), hint),
                        new HintVersion(hint.Key, hint.ETag!)));
        });
        return [.. ready.SelectMany(ofTerminal => ofTerminal)];
    }

    /// <summary>Approved payments that are not in a batch because their sale, or its date at the acquirer,
    /// is not known.</summary>
    public async Task<IReadOnlyList<PaymentRow>> WithoutSale(string merchant, CancellationToken cancel)
    {
        var found = new List<PaymentRow>();
        foreach (var terminal in await register.List(Register.TerminalsOf(merchant), cancel))
            await foreach (var hint in Hints(terminal, merchant, cancel))
                if (!hint.Flag("sale")
                    && await tables.Get(
                        TableNames.Terminal, hint.Partition,
                        PaymentRowCodec.KeyOf(ClearingIndex.PaymentOf(hint)), cancel) is { } row
                    && PaymentRowCodec.From(row) is { State: PaymentState.Approved, Accepted: null } payment)
                    found.Add(payment);
        return found;
    }

    public async Task<IReadOnlyList<UndonePayment>> Undone(Cycle cycle, CancellationToken cancel)
    {
        var undone = new List<UndonePayment>();
        var prefix = ClearingIndex.UndoneOf(cycle);
        var acquirer = AcquirerOf(cycle);
        foreach (var terminal in await register.List(Register.TerminalsOf(cycle.Merchant), cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel))
                if (row.Text("merchant") == cycle.Merchant
                    && (ClearingIndex.AcquirerOf(row) ?? AcquirerOf(cycle with { Acquirer = null }))
                        == acquirer)
                    undone.Add(new UndonePayment(
                        ClearingIndex.PaymentOf(row), terminal,
                        row.Key.EndsWith(".r", StringComparison.Ordinal), row.Number("amountMinor")));
        return undone;
    }

    /// <summary>
    /// Who counts the cycle's payments. Where it is not written, the one that takes the merchant's payments
    /// of the currency, whatever their scheme.
    /// </summary>
    public string AcquirerOf(Cycle cycle) => cycle.Acquirer
        ?? acquirers.For(cycle.Merchant, Cards.Scheme.Unknown, cycle.Currency).Profile.Name;

    /// <summary>
    /// Takes away hints whose payments are in a batch, or cannot come into one any more. What another run
    /// took away already is none of ours.
    /// </summary>
    public Task Forget(IEnumerable<ReadyPayment> done, CancellationToken cancel) => Parallel.ForEachAsync(
        done.GroupBy(payment => payment.Member.Terminal), Bound(cancel), async (terminal, stop) =>
        {
            foreach (var chunk in terminal.Chunk(PerCommit))
            {
                var deletes = chunk.Select(payment => Change.Delete(
                    terminal.Key, payment.Hint.Key, payment.Hint.ETag)).ToList();
                if (await tables.TryCommit(TableNames.Terminal, terminal.Key, deletes, stop) is null)
                    continue;
                foreach (var one in deletes)
                    _ = await tables.TryCommit(TableNames.Terminal, terminal.Key, [one], stop);
            }
        });

    private static ParallelOptions Bound(CancellationToken cancel) =>
        new() { MaxDegreeOfParallelism = TerminalsAtOnce, CancellationToken = cancel };

    private async IAsyncEnumerable<Row> Hints(
        string terminal, string merchant, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, ClearingIndex.ReadyPrefix,
            Keys.After(ClearingIndex.ReadyPrefix), cancel))
            if (row.Text("merchant") == merchant)
                yield return row;
    }
}
