using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Settlement;

/// <summary>A payment that is said to be ready for a batch of the cycle, and the hint that says so.</summary>
internal sealed record ReadyPayment(Cycle Cycle, Member Member, Row Hint);

/// <summary>A capture that was taken back, or its reversal.</summary>
internal readonly record struct UndonePayment(Id Payment, string Terminal, bool IsReversal, long AmountMinor);

/// <summary>Reads what the payments of a merchant owe to clearing; see <see cref="ClearingIndex"/>.</summary>
internal sealed class ClearingOwed(TablePort tables, Register register)
{
    private const int PerCommit = 100;

    /// <summary>Hints of payments with their sale, in the order of terminals.</summary>
    public async Task<IReadOnlyList<ReadyPayment>> Ready(string merchant, CancellationToken cancel)
    {
        var ready = new List<ReadyPayment>();
        await foreach (var hint in Hints(merchant, cancel))
            if (hint.Flag("sale") && ClearingIndex.CycleOf(hint) is { } cycle)
                ready.Add(new ReadyPayment(cycle, Member.From(ClearingIndex.PaymentOf(hint), hint), hint));
        return ready;
    }

    /// <summary>Approved payments that are not in a batch because their sale, or its date at the acquirer,
    /// is not known.</summary>
    public async Task<IReadOnlyList<PaymentRow>> WithoutSale(string merchant, CancellationToken cancel)
    {
        var found = new List<PaymentRow>();
        await foreach (var hint in Hints(merchant, cancel))
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
        foreach (var terminal in await register.List(Register.TerminalsOf(cycle.Merchant), cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel))
                if (row.Text("merchant") == cycle.Merchant)
                    undone.Add(new UndonePayment(
                        ClearingIndex.PaymentOf(row), terminal,
                        row.Key.EndsWith(".r", StringComparison.Ordinal), row.Number("amountMinor")));
        return undone;
    }

    /// <summary>
    /// Takes away hints whose payments are in a batch, or cannot come into one any more. What another run
    /// took away already is none of ours.
    /// </summary>
    public async Task Forget(IEnumerable<ReadyPayment> done, CancellationToken cancel)
    {
        foreach (var terminal in done.GroupBy(payment => payment.Hint.Partition))
            foreach (var chunk in terminal.Chunk(PerCommit))
            {
                var deletes = chunk.Select(payment => Change.Delete(payment.Hint)).ToList();
                if (await tables.TryCommit(TableNames.Terminal, terminal.Key, deletes, cancel) is null)
                    continue;
                foreach (var one in deletes)
                    _ = await tables.TryCommit(TableNames.Terminal, terminal.Key, [one], cancel);
            }
    }

    private async IAsyncEnumerable<Row> Hints(
        string merchant, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var terminal in await register.List(Register.TerminalsOf(merchant), cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, ClearingIndex.ReadyPrefix,
                Keys.After(ClearingIndex.ReadyPrefix), cancel))
                if (row.Text("merchant") == merchant)
                    yield return row;
    }
}
