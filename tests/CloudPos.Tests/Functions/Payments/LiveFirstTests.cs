using CloudPos.Functions.Payments;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Payments;

public class LiveFirstTests
{
    /// <summary>Work that never gets its turn fails here instead of hanging.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_backlog_begins_nothing_while_a_customer_waits()
    {
        await using var world = await PaymentWorld.Start(first: Patient());
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

        Assert.Equal(AuthoriseResult.Approved, (await live.WaitAsync(Bound)).Result);
        await drain.WaitAsync(Bound);
        Assert.Equal(PaymentState.Approved, (await world.Find(stored)).State);
    }

    [Fact]
    public async Task While_customers_are_about_few_begin_at_once_and_the_next_one_in_a_pause()
    {
        var time = new FakeTimeProvider();
        var first = Patient(time);
        first.Enter().Dispose();
        var begun = new List<LiveFirst.Turn>();
        for (var i = 0; i < LiveFirst.TurnsMax; i++)
            begun.Add(await first.Begin(default));

        var (second, third) = (first.Begin(default), first.Begin(default));
        Assert.False(second.IsCompleted);
        begun[0].Pause();
        using var next = await second;
        var back = begun[0].Resume();
        Assert.False(third.IsCompleted || back.IsCompleted);
        next.Dispose();
        (await third).Dispose();
        await back;

        // All are taken, and nobody has come for a while.
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(first.Begin(default).IsCompletedSuccessfully);
        begun.ForEach(turn => turn.Dispose());
        Assert.True(first.Begin(default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task It_waits_for_the_last_customer()
    {
        var first = Patient();
        var (one, other) = (first.Enter(), first.Enter());
        var waiting = first.Begin(default);
        one.Dispose();
        one.Dispose();
        Assert.False(waiting.IsCompleted);
        other.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task A_backlog_drains_while_there_is_always_a_customer()
    {
        await using var world = await PaymentWorld.Start();
        var sales = Enumerable.Range(1, 10).Select(minor => world.Sale(minor)).ToList();
        foreach (var sale in sales)
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        using var customer = world.First.Enter();

        await world.RunDue().WaitAsync(Bound);

        foreach (var sale in sales)
            Assert.Equal(PaymentState.Approved, (await world.Find(sale)).State);
    }

    [Fact]
    public async Task A_piece_of_work_that_hangs_holds_up_no_other_for_ever()
    {
        var first = new LiveFirst(TimeProvider.System) { TurnPatience = TimeSpan.FromMilliseconds(1) };
        using var customer = first.Enter();
        for (var i = 0; i < LiveFirst.TurnsMax; i++)
            await first.Begin(default);

        (await first.Begin(default).WaitAsync(Bound)).Dispose();
    }

    /// <summary>With patience that outlasts every test, so that what is let through is seen.</summary>
    private static LiveFirst Patient(TimeProvider? time = null) => new(time ?? TimeProvider.System)
    {
        Patience = TimeSpan.FromHours(1), TurnPatience = TimeSpan.FromHours(1),
        Memory = TimeSpan.FromSeconds(30),
    };
}
