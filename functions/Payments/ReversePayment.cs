using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Queue reverse-payment: sends the reversal advice of a payment that was asked for and is not to be, and
/// again until the acquirer has answered it.
/// </summary>
internal sealed class ReversePayment(
    PaymentStore store, Asking asking, OwedWork work, PaymentOptions options, TimeProvider time)
{
    private const int StepsMax = 10;

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        using var turn = await asking.Live.Begin(cancel);
        if (await work.Take(bell, cancel) is not var (owed, terminal, id))
            return;
        using var trace = Traces.Start("reverse payment", id);
        for (var step = 0; step < StepsMax; step++)
        {
            await Attempts.StepBack(step);
            var payment = await store.Find(terminal, id, cancel);
            if (payment?.State == PaymentState.Reversing)
            {
                if (await Reverse(payment, turn, cancel) is not { } delay)
                    continue;
                await work.Later(owed, delay, cancel);
            }
            else if (payment is not null && PaymentStates.IsFinal(payment.State))
            {
                await work.Done(owed, cancel);
            }
            else
            {
                await work.NotYet(owed, cancel);
            }
            return;
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <summary>How long to wait; null to look at the payment again now.</summary>
    private async Task<TimeSpan?> Reverse(
        PaymentRow payment, LiveFirst.Turn turn, CancellationToken cancel)
    {
        // A request that is still on its way must not overtake the reversal: the acquirer would charge after
        // undoing.
        var now = time.GetUtcNow();
        if (payment.Answer is null && payment.Asked!.Until > now)
            return payment.Asked.Until - now;
        if (payment.Reversal is { } begun && begun.Until > now)
            return begun.Until - now;
        if (asking.RefusalOf(payment) is not null)
            return asking.RepeatDelay(payment, 1);
        using var place = asking.TryEnterReversals(payment);
        if (place is null)
            return AuthorisePayment.BusyDelay;
        var (result, why) = await asking.Reverse(payment, turn, cancel);
        switch (result)
        {
            case AskResult.Overtaken:
                return null;
            case AskResult.Impossible:
                await store.Hold(payment, why!, now, cancel);
                return options.ImpossibleDelay;
        }
        var after = await store.Find(payment.Terminal, payment.Payment, cancel);
        if (after is not { State: PaymentState.Reversing, Reversal: { } reversal })
            return null;
        if (reversal.Count >= options.HeldAfterRequests)
            await store.Hold(after, $"{reversal.Count} reversals without an end", now, cancel);
        return asking.RepeatDelay(after, reversal.Count);
    }
}
