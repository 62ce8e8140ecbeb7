using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Queue authorise-payment: asks the acquirer for a payment that was accepted offline, and again for one that
/// was asked for without an answer, until it has answered. Then the work is done, the deny list included.
/// </summary>
internal sealed class AuthorisePayment(
    PaymentStore store, Asking asking, DenyListing denied, OwedWork work, PaymentOptions options,
    TimeProvider time)
{
    private const int StepsMax = 10;

    /// <summary>Others ask the same acquirer, and all places that it has are taken.</summary>
    public static readonly TimeSpan BusyDelay = TimeSpan.FromSeconds(2);

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        using var turn = await asking.Live.Begin(cancel);
        if (await work.Take(bell, cancel) is not var (owed, terminal, id))
            return;
        using var trace = Traces.Start("authorise payment", id);
        for (var step = 0; step < StepsMax; step++)
        {
            await Attempts.StepBack(step);
            var payment = await store.Find(terminal, id, cancel);
            switch (payment?.State)
            {
                case null or PaymentState.None or PaymentState.Attempted:
                    await work.NotYet(owed, cancel);
                    return;
                case PaymentState.Pending or PaymentState.Asked:
                    if (await Ask(payment, turn, cancel) is not { } delay)
                        continue;
                    await work.Later(owed, delay, cancel);
                    return;
                case PaymentState.Declined when payment.DenyOwed:
                    await denied.List(payment, cancel);
                    continue;
                default:
                    await work.Done(owed, cancel);
                    return;
            }
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <summary>How long to wait; null to look at the payment again now.</summary>
    private async Task<TimeSpan?> Ask(
        PaymentRow payment, LiveFirst.Turn turn, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (options.Deadlines.IsPast(payment, now))
        {
            await store.Change(
                payment.Terminal, payment.Payment,
                row => row is not null && options.Deadlines.IsPast(row, now)
                    ? PaymentChange.To(row.Advance(
                        PaymentState.Expired, now, "not submitted in time", PaymentEvent.BackOffice))
                    : PaymentChange.None(RecordOutcome.AlreadyRecorded),
                cancel);
            return null;
        }
        if (payment.Asked is { } begun && begun.Until > now)
            return begun.Until - now;
        if (asking.RefusalOf(payment) is not null)
            return asking.RepeatDelay(payment, 1);
        using var place = asking.TryEnterBacklog(payment);
        if (place is null)
            return BusyDelay;
        var isDeferred = payment.Asked?.IsDeferred
            ?? payment.Origin?.Kind is null or OriginKind.Retry;
        var (result, why) = await asking.Ask(
            payment, isDeferred, work: null, cancel, turn: turn);
        switch (result)
        {
            case AskResult.Overtaken:
                return null;
            case AskResult.Impossible:
                await store.Hold(payment, why!, now, cancel);
                return options.ImpossibleDelay;
        }
        var after = await store.Find(payment.Terminal, payment.Payment, cancel);
        if (after is not { State: PaymentState.Asked, Asked: { } asked })
            return null;
        if (asked.Count >= options.HeldAfterRequests)
            await store.Hold(after, $"{asked.Count} requests without an answer", now, cancel);
        return asking.RepeatDelay(after, asked.Count);
    }
}
