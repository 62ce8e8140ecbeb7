using CloudPos.Functions.Payments;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Payments;

public class LiveFirstTests
{
    [Fact]
    public async Task A_backlog_begins_nothing_while_a_customer_waits()
    {
        await using var world = await PaymentWorld.Start();
        var (waiting, stored) = (world.Sale(100), world.Sale(200));
        await world.Attempt(stored);
        await world.Accept(stored);
        var told = new TaskCompletionSource();
        world.Acquirer.Script = async (message, from) =>
        {
            if (message.Get(4) == "000000000100")
                await told.Task;
            await world.Acquirer.Ledger.Answer(message, from);
        };

        var live = Task.Run(() => world.Ask(waiting));
        await world.Acquirer.Requests.Reader.WaitToReadAsync();
        var drain = Task.Run(world.RunDue);
        for (var look = 0; look < 20; look++)
        {
            Assert.Equal(PaymentState.Pending, (await world.Find(stored)).State);
            await Task.Delay(5);
        }
        Assert.False(drain.IsCompleted);
        told.SetResult();

        Assert.Equal(AuthoriseResult.Approved, (await live).Result);
        await drain;
        Assert.Equal(PaymentState.Approved, (await world.Find(stored)).State);
    }

    [Fact]
    public async Task It_waits_for_the_last_customer_and_not_for_ever()
    {
        var time = new FakeTimeProvider();
        var first = new LiveFirst(time);
        Assert.True(first.Yield(default).IsCompleted);
        var (one, other) = (first.Enter(), first.Enter());
        var yielding = first.Yield(default);
        one.Dispose();
        one.Dispose();
        Assert.False(yielding.IsCompleted);
        other.Dispose();
        await yielding;

        using var third = first.Enter();
        var impatient = first.Yield(default);
        Assert.False(impatient.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await impatient;
    }
}
