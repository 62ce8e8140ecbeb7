using CloudPos.Functions.Bus;

namespace CloudPos.Functions.Payments;

/// <summary>What a handler does with the due row that it took: done, later, or not owed yet.</summary>
internal sealed class OwedWork(DueTable due, IBus bus, PaymentOptions options, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The payment that the work is about; null when the work is done already.</summary>
    public async Task<(DueRow Owed, string Terminal, Id Payment)?> Take(
        Doorbell bell, CancellationToken cancel) =>
        await due.Take(bell.Kind, bell.Id, cancel) is { } owed
            ? (owed, owed.Ref("terminal"), Id.Parse(owed.Ref("payment")))
            : null;

    public Task Done(DueRow owed, CancellationToken cancel) => due.Done(owed, cancel);

    /// <summary>Again after a while. The sweep rings too, should this ring be lost.</summary>
    public async Task Later(DueRow owed, TimeSpan delay, CancellationToken cancel)
    {
        if (await due.Postpone(owed, time.GetUtcNow() + delay, cancel) is not null)
            await bus.Ring(owed.Kind, owed.Doorbell, delay, cancel);
    }

    /// <summary>
    /// The payment does not owe the work, or not yet: the row is written before its effect. It is dropped
    /// once the effect can no longer be on its way.
    /// </summary>
    public async Task NotYet(DueRow owed, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - owed.OwedAt > options.UnownedMax)
            await due.Done(owed, cancel);
        else
            await due.Postpone(owed, now + Patience, cancel);
    }
}
