using System.Security.Cryptography;
using System.Text;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// Queue recover-payment: when a case's time has come, the money is asked for once more, as a payment of its
/// own that carries number and expiry only. The declined payment stays as it is: a state never goes back.
/// </summary>
internal sealed class RecoverPayment(
    TablePort tables, PaymentStore store, CardVault vault, OwedWork work, TimeProvider time)
{
    private static readonly TimeSpan LinkPause = TimeSpan.FromMinutes(10);

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await work.Take(bell, cancel) is not var (owed, terminal, payment))
            return;
        var now = time.GetUtcNow();
        var row = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
        if (row is null)
        {
            await work.NotYet(owed, cancel);
            return;
        }
        var known = RecoveryCase.From(row);
        if (known is { State: CaseState.Planned, NextAt: { } at } && at > now)
        {
            await work.Later(owed, at - now, cancel);
            return;
        }
        if (known is { State: CaseState.Trying, NextAt: not null })
        {
            // The customer is paying by link; the plan goes on should that be declined.
            await work.Later(owed, LinkPause, cancel);
            return;
        }
        if (known.State == CaseState.Planned)
            await Try(known, now, cancel);
        await work.Done(owed, cancel);
    }

    /// <summary>
    /// The id of a try follows from the payment and the number of the try, so whoever runs twice makes the
    /// same payment, and the acquirer sees one.
    /// </summary>
    public static Id IdOf(Id payment, int number, OriginKind kind = OriginKind.Retry)
    {
        var what = kind == OriginKind.Link ? "link" : "retry";
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes($"cloudpos/{what}/1 {payment} {number}"));
        return Id.Parse(Convert.ToHexStringLower(hash.AsSpan(0, 16)));
    }

    private async Task Try(RecoveryCase known, DateTimeOffset now, CancellationToken cancel)
    {
        var number = known.Tries.Count + 1;
        var id = IdOf(known.Payment, number);
        var lost = await store.Find(known.Terminal, known.Payment, cancel)
            ?? throw new RowShapeException($"Payment {known.Payment} of a case is gone.");
        var fresh = new PaymentRow
        {
            Terminal = lost.Terminal,
            Payment = id,
            Facts = lost.Facts! with { SealedDigest = null },
            Accepted = lost.Accepted,
            ReferenceUntil = lost.ReferenceUntil,
            Origin = new PaymentOrigin(OriginKind.Retry, lost.Payment, number)
            {
                Acquirer = lost.Asked?.Acquirer,
            },
        };
        var (reference, fault) = vault.Reseal(lost, fresh);
        if (reference is null)
        {
            await GiveUp(known, fault!, cancel);
            return;
        }
        fresh = (fresh with { Reference = reference }).Advance(
            PaymentState.Pending, now, $"try {number} of a declined payment", PaymentEvent.BackOffice);
        await Attempts.UntilCommitted(async () =>
        {
            var key = RecoveryCase.KeyOf(known.Payment);
            var row = await tables.Get(TableNames.Terminal, known.Terminal, key, cancel);
            // Written off, or begun by another handler, since it was looked at. What else changed stays.
            if (row is null || RecoveryCase.From(row) is not { State: CaseState.Planned } current
                || current.Tries.Count + 1 != number)
                return true;
            using var turn = await store.Turn(known.Terminal, cancel);
            var change = PaymentChange.ToOwing(fresh)
                with { Beside = [Change.Replace(current.Begin(id, now).ToRow(row.ETag))] };
            return await store.Commit(null, change, cancel);
        });
    }

    private Task GiveUp(RecoveryCase known, string why, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var key = RecoveryCase.KeyOf(known.Payment);
            var row = await tables.Get(TableNames.Terminal, known.Terminal, key, cancel);
            if (row is null || RecoveryCase.From(row) is not { State: CaseState.Planned } now)
                return true;
            var open = (now with { State = CaseState.Open, NextAt = null, Reason = $"no further try: {why}" })
                .Step(time.GetUtcNow(), $"no further try: {why}", PaymentEvent.BackOffice);
            return await tables.TryCommit(
                TableNames.Terminal, known.Terminal, [Change.Replace(open.ToRow(row.ETag))], cancel) is null;
        });
}
