using CloudPos.Functions.Fleet;
using CloudPos.Functions.Recovery;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Timer: deletes number and expiry of payments whose day has passed, except of one that is still being
/// reversed, and what is left of old payment links. PCI DSS 3.2.1 wants it to happen and to be seen to: each
/// deletion of a number is a line of the payment's history.
/// </summary>
internal sealed partial class PurgeCards(
    PaymentStore store, Register register, PurgeLinks links, TimeProvider time, ILogger<PurgeCards> log)
{
    /// <summary>Daily, when shops sleep.</summary>
    public const string Schedule = "0 30 3 * * *";

    public async Task Run(CancellationToken cancel)
    {
        var (now, purged, forgotten) = (time.GetUtcNow(), 0, 0);
        foreach (var terminal in await register.List(Register.Terminals, cancel))
        {
            await foreach (var payment in store.All(terminal, cancel))
                if (IsDue(payment, now))
                {
                    var (outcome, _) = await store.Change(
                        terminal, payment.Payment,
                        row => row is not null && IsDue(row, now)
                            ? PaymentChange.To((row with { Reference = null, ReferenceUntil = null }).Note(
                                now, "number and expiry deleted", PaymentEvent.BackOffice))
                            : PaymentChange.None(RecordOutcome.AlreadyRecorded),
                        cancel);
                    purged += outcome == RecordOutcome.AlreadyRecorded ? 0 : 1;
                }
            forgotten += await links.Of(terminal, cancel);
        }
        LogPurged(purged, forgotten);
    }

    private static bool IsDue(PaymentRow payment, DateTimeOffset now) =>
        payment.ReferenceUntil < now && payment.State != PaymentState.Reversing
        && !PaymentStates.IsOpen(payment.State) && !payment.DenyOwed;

    [LoggerMessage(
        4111, LogLevel.Information,
        "Deleted, their day having passed: {Count} card numbers, {Links} digests of payment links")]
    private partial void LogPurged(int count, int links);
}
