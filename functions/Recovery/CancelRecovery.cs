using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// The goods came back: nobody owes for them, so the case is closed, and what a try has asked for meanwhile
/// is undone. Idempotent; without a case there is nothing to do.
/// </summary>
internal sealed class CancelRecovery(TablePort tables, TimeProvider time)
{
    /// <returns>The payments of its tries, which are undone with it.</returns>
    public async Task<IReadOnlyList<Id>> Cancel(string terminal, Id payment, string receiptNumber,
        CancellationToken cancel)
    {
        RecoveryCase? known = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
            known = row is null ? null : RecoveryCase.From(row);
            if (known is null or { State: CaseState.WrittenOff } || await IsInBatch(known, cancel))
                return true;
            var closed = known.WriteOff(
                $"sale {receiptNumber} voided", PaymentEvent.Terminal, time.GetUtcNow());
            return await tables.TryCommit(
                TableNames.Terminal, terminal, [Change.Replace(closed.ToRow(row!.ETag))], cancel) is null;
        });
        return [.. (known?.Tries ?? []).Select(tried => tried.Payment)];
    }

    /// <summary>
    /// What was recovered is in a batch: it was recovered, and is given back by a refund of its own.
    /// </summary>
    private async Task<bool> IsInBatch(RecoveryCase known, CancellationToken cancel) =>
        known is { State: CaseState.Recovered, Tries: [.., { Payment: var tried }] }
        && await tables.Get(
            TableNames.Terminal, known.Terminal, PaymentRowCodec.KeyOf(tried), cancel) is { } row
        && PaymentRowCodec.From(row).State is PaymentState.Batched or PaymentState.Settled;
}
