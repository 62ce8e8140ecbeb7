using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using CloudPos.Functions.Bus;
using CloudPos.Tests.Functions.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Contracts;

/// <summary>The bus under a clock that only the test moves; deliveries are awaited, never timed.</summary>
public sealed class EmbeddedBusTests : IAsyncLifetime
{
    private const string Queue = "work";
    private static readonly Doorbell bell = new("apply", "j1");
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private readonly Channel<Doorbell> delivered = Channel.CreateUnbounded<Doorbell>();
    private EmbeddedBus bus = null!;

    public ValueTask InitializeAsync()
    {
        bus = Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await bus.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_ring_is_delivered_once_and_gone_when_the_handler_is_done()
    {
        StartWith(Record);
        Assert.True(await bus.Ring(Queue, bell));
        Assert.Equal(bell, await Next());
        await UntilCounts(active: 0, dead: 0);
        Assert.False(delivered.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_ring_before_the_start_or_before_a_restart_is_delivered_after_it()
    {
        await bus.Ring(Queue, bell);
        await Restart();
        StartWith(Record);
        Assert.Equal(bell, await Next());
    }

    [Fact]
    public async Task A_handler_runs_in_the_trace_of_who_rang_after_a_restart_too()
    {
        using var listener = TracesTests.Listen();
        using var caller = new Activity("call").Start();
        await bus.Ring(Queue, bell);
        caller.Stop();
        await Restart();
        var seen = Channel.CreateUnbounded<ActivityTraceId?>();
        StartWith((_, _) =>
        {
            seen.Writer.TryWrite(Activity.Current?.TraceId);
            return Task.CompletedTask;
        });

        Assert.Equal(caller.TraceId, await seen.Reader.ReadAsync());
    }

    [Fact]
    public async Task A_file_of_before_messages_had_traces_is_gone_on_with()
    {
        await bus.Ring(Queue, bell);
        await bus.DisposeAsync();
        foreach (var file in Directory.GetFiles(folder.Path, "*.db"))
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var drop = connection.CreateCommand();
            drop.CommandText = "ALTER TABLE messages DROP COLUMN trace";
            drop.ExecuteNonQuery();
        }

        bus = Open();
        StartWith(Record);

        Assert.Equal(bell, await Next());
    }

    [Fact]
    public async Task A_handler_that_throws_sees_the_message_again_after_a_growing_delay()
    {
        var at = new List<DateTimeOffset>();
        StartWith((b, cancel) =>
        {
            at.Add(time.GetUtcNow());
            delivered.Writer.TryWrite(b);
            return at.Count <= 3 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        });
        await bus.Ring(Queue, bell);
        await Next();
        foreach (int seconds in (int[])[1, 2, 4])
        {
            await AdvanceToNext(TimeSpan.FromSeconds(seconds));
            await Next();
            Assert.True(at[^1] - at[^2] >= TimeSpan.FromSeconds(seconds));
        }

        await UntilCounts(active: 0, dead: 0);
    }

    [Fact]
    public async Task A_message_that_fails_ten_times_is_kept_and_listed_and_can_be_revived()
    {
        bool fail = true;
        StartWith((b, cancel) =>
        {
            delivered.Writer.TryWrite(b);
            return fail ? throw new InvalidOperationException("no such row") : Task.CompletedTask;
        });
        await bus.Ring(Queue, bell);
        for (int delivery = 1; delivery <= 10; delivery++)
        {
            if (delivery > 1) await AdvanceToNext(TimeSpan.FromMinutes(5));
            await Next();
        }

        await UntilCounts(active: 0, dead: 1);
        var letter = Assert.Single(bus.DeadLetters(Queue));
        Assert.Equal((bell, 10), (letter.Bell, letter.Deliveries));
        Assert.Equal("InvalidOperationException: no such row", letter.Reason);
        fail = false;
        Assert.True(bus.Revive(letter.Number));
        await Next();
        await UntilCounts(active: 0, dead: 0);
        Assert.False(bus.Revive(letter.Number));
    }

    [Fact]
    public async Task A_dead_letter_survives_a_restart()
    {
        await bus.DisposeAsync();
        bus = Open(deliveriesMax: 1);
        StartWith((_, _) => throw new InvalidOperationException("no"));
        await bus.Ring(Queue, bell);
        await UntilCounts(active: 0, dead: 1);
        await Restart();
        Assert.Single(bus.DeadLetters(Queue));
    }

    [Fact]
    public async Task A_message_whose_handler_holds_it_past_its_lock_is_delivered_again_beside_it()
    {
        var release = new TaskCompletionSource();
        var tokens = new ConcurrentQueue<CancellationToken>();
        StartWith(async (b, cancel) =>
        {
            tokens.Enqueue(cancel);
            delivered.Writer.TryWrite(b);
            if (tokens.Count == 1) await release.Task;
        });
        await bus.Ring(Queue, bell);
        await Next();
        await AdvanceToNext(TimeSpan.FromMinutes(5));
        await Next();
        Assert.True(tokens.First().IsCancellationRequested);
        await UntilCounts(active: 0, dead: 0);
        release.SetResult(); // The first one ends now: its lock is lost, and nothing comes of it.
        await bus.Ring(Queue, new Doorbell("apply", "j2"));
        Assert.Equal("j2", (await Next()).Id);
    }

    [Fact]
    public async Task A_handler_that_throws_after_its_lock_was_lost_does_not_disturb_the_next()
    {
        var holds = new[] { new TaskCompletionSource(), new TaskCompletionSource() };
        int calls = 0;
        bus.Handle(Queue, 2, async (b, cancel) =>
        {
            int call = Interlocked.Increment(ref calls);
            delivered.Writer.TryWrite(b);
            if (call <= 2) await holds[call - 1].Task;
            if (call == 1) throw new InvalidOperationException("too late");
        });
        bus.Start();
        await bus.Ring(Queue, bell);
        await Next();
        await AdvanceToNext(TimeSpan.FromMinutes(5));
        await Next();
        await bus.Ring(Queue, new Doorbell("apply", "j2"));
        holds[0].SetResult();
        Assert.Equal("j2", (await Next()).Id); // In the slot of the first handler, which has ended.
        holds[1].SetResult();
        await UntilCounts(active: 0, dead: 0);
        Assert.Equal(3, calls);
    }

    [Fact]
    public async Task A_scheduled_ring_is_not_delivered_before_its_time()
    {
        StartWith(Record);
        await bus.Ring(Queue, bell, TimeSpan.FromMinutes(10));
        await bus.Ring(Queue, new Doorbell("apply", "now"));
        Assert.Equal("now", (await Next()).Id);
        await UntilCounts(active: 1, dead: 0);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.False(delivered.Reader.TryRead(out _));
        await AdvanceToNext(TimeSpan.FromMinutes(1));
        Assert.Equal(bell, await Next());
    }

    [Fact]
    public async Task A_ring_after_the_delivery_began_leads_to_another_delivery()
    {
        var release = new SemaphoreSlim(0);
        StartWith(async (b, cancel) =>
        {
            delivered.Writer.TryWrite(b);
            await release.WaitAsync(cancel);
        });
        await bus.Ring(Queue, bell);
        await Next();
        await bus.Ring(Queue, bell);
        await Next();
        release.Release(2);
        await UntilCounts(active: 0, dead: 0);
    }

    [Fact]
    public async Task Rings_that_wait_for_the_same_work_are_answered_by_one_delivery()
    {
        for (int i = 0; i < 50; i++) Assert.True(await bus.Ring(Queue, bell));
        await UntilCounts(active: 1, dead: 0);
        await bus.Ring(Queue, bell, TimeSpan.FromMinutes(1));
        await UntilCounts(active: 2, dead: 0);
    }

    [Fact]
    public async Task No_more_handlers_run_at_a_time_than_the_queue_allows()
    {
        const int allowed = 3;
        int running = 0, most = 0;
        var gate = new SemaphoreSlim(0);
        bus.Handle(Queue, allowed, async (b, cancel) =>
        {
            int now = Interlocked.Increment(ref running);
            lock (gate) most = Math.Max(most, now);
            delivered.Writer.TryWrite(b);
            await gate.WaitAsync(cancel);
            Interlocked.Decrement(ref running);
        });
        for (int i = 0; i < 20; i++) await bus.Ring(Queue, new Doorbell("apply", $"j{i}"));
        bus.Start();
        for (int i = 0; i < 20; i++)
        {
            await Next();
            if (i >= allowed - 1) gate.Release();
        }

        gate.Release(allowed);
        await UntilCounts(active: 0, dead: 0);
        Assert.Equal(allowed, most);
    }

    [Fact]
    public async Task A_message_in_hand_at_a_stop_is_delivered_again_after_the_restart()
    {
        StartWith(async (b, cancel) =>
        {
            delivered.Writer.TryWrite(b);
            await Task.Delay(Timeout.Infinite, cancel);
        });
        await bus.Ring(Queue, bell);
        await Next();
        await Restart();
        StartWith(Record);
        Assert.Equal(bell, await Next());
    }

    [Fact]
    public async Task A_message_that_kills_its_process_each_time_is_buried_in_the_end()
    {
        // What a killed process leaves: messages taken and never answered. The store is opened as it would be
        // again.
        await bus.Ring(Queue, bell);
        await bus.DisposeAsync();
        for (int i = 0; i < 10; i++)
        {
            using var store = new BusStore(folder.File("bus.db"));
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            Assert.Equal(i + 1, store.Take(Queue, now, now + 1000)!.Count);
        }

        bus = Open();
        StartWith(Record);
        await UntilCounts(active: 0, dead: 1);
        Assert.False(delivered.Reader.TryRead(out _));
    }

    [Fact]
    public void A_delivery_whose_lock_was_lost_can_neither_complete_nor_give_back_nor_bury()
    {
        using var store = new BusStore(folder.File("store.db"));
        Assert.True(store.Add(Queue, "{}", now: 0, visible: 0, waitingMax: 10));
        var first = store.Take(Queue, now: 0, lockedUntil: 100)!;
        Assert.Null(store.Take(Queue, now: 99, lockedUntil: 200));
        var second = store.Take(Queue, now: 100, lockedUntil: 200)!;
        Assert.Equal((first.Number, 2), (second.Number, second.Count));
        Assert.False(store.Complete(first));
        Assert.False(store.GiveBack(first, visible: 0));
        Assert.False(store.Bury(first, "late", now: 100, deadMax: 10));
        Assert.True(store.Complete(second));
    }

    [Fact]
    public async Task A_ring_for_a_full_queue_is_refused_and_the_caller_told()
    {
        await bus.DisposeAsync();
        bus = Open(waitingMax: 3);
        for (int i = 0; i < 3; i++) Assert.True(await bus.Ring(Queue, new Doorbell("apply", $"j{i}")));
        Assert.False(await bus.Ring(Queue, new Doorbell("apply", "j3")));
        Assert.True(await bus.Ring("other", new Doorbell("apply", "j3")));
    }

    [Fact]
    public async Task A_full_queue_is_full_after_a_restart_too_and_has_room_for_each_message_that_is_done()
    {
        await bus.DisposeAsync();
        bus = Open(waitingMax: 2);
        for (int i = 0; i < 2; i++) Assert.True(await bus.Ring(Queue, new Doorbell("apply", $"j{i}")));
        await bus.DisposeAsync();
        bus = Open(waitingMax: 2);
        Assert.False(await bus.Ring(Queue, new Doorbell("apply", "more")));

        StartWith(Record);
        await UntilCounts(active: 0, dead: 0);

        Assert.True(await bus.Ring(Queue, new Doorbell("apply", "more")));
    }

    [Fact]
    public async Task A_dead_letter_leaves_its_place_and_takes_one_when_it_is_revived()
    {
        await bus.DisposeAsync();
        bus = Open(deliveriesMax: 1, waitingMax: 1);
        var held = new TaskCompletionSource();
        int calls = 0;
        StartWith(async (_, _) =>
        {
            if (Interlocked.Increment(ref calls) == 1) throw new InvalidOperationException("not now");
            await held.Task;
        });
        Assert.True(await bus.Ring(Queue, bell));
        await UntilCounts(active: 0, dead: 1);

        Assert.True(bus.Revive(bus.DeadLetters(Queue)[0].Number));
        Assert.False(await bus.Ring(Queue, new Doorbell("apply", "other")));
        held.SetResult();
        await UntilCounts(active: 0, dead: 0);
        Assert.True(await bus.Ring(Queue, new Doorbell("apply", "other")));
    }

    [Fact]
    public async Task The_oldest_dead_letters_go_when_there_are_too_many()
    {
        await bus.DisposeAsync();
        bus = Open(deliveriesMax: 1, deadMax: 2);
        bus.Handle(Queue, 1, (b, _) => throw new InvalidOperationException(b.Id));
        bus.Start();
        for (int i = 0; i < 4; i++)
        {
            await bus.Ring(Queue, new Doorbell("apply", $"j{i}"));
            await Until(() => bus.DeadLetters(Queue).Any(letter => letter.Bell.Id == $"j{i}"));
        }

        Assert.Equal(["j3", "j2"], bus.DeadLetters(Queue).Select(letter => letter.Bell.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Work")]
    [InlineData("work/now")]
    public async Task A_queue_name_that_Service_Bus_would_not_take_is_refused(string queue) =>
        await Assert.ThrowsAsync<ArgumentException>(() => bus.Ring(queue, bell));

    private EmbeddedBus Open(int deliveriesMax = 10, int waitingMax = 100, int deadMax = 100) =>
        EmbeddedBus.Open(
        new BusOptions
        {
            Path = folder.File("bus.db"),
            DeliveriesMax = deliveriesMax,
            WaitingMax = waitingMax,
            DeadMax = deadMax,
        },
        time, NullLogger<EmbeddedBus>.Instance);

    private async Task Restart()
    {
        await bus.DisposeAsync();
        bus = Open();
    }

    private void StartWith(Func<Doorbell, CancellationToken, Task> handler)
    {
        bus.Handle(Queue, 4, handler);
        bus.Start();
    }

    private Task Record(Doorbell b, CancellationToken cancel)
    {
        delivered.Writer.TryWrite(b);
        return Task.CompletedTask;
    }

    private async Task<Doorbell> Next() =>
        await delivered.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2));

    private Task UntilCounts(int active, int dead) => Until(() =>
    {
        var count = bus.Counts().SingleOrDefault(c => c.Queue == Queue) ?? new QueueCount(Queue, 0, 0);
        return (count.Active, count.Dead) == (active, dead);
    });

    /// <summary>
    /// Moves the clock by the whole of a wait that the bus has begun, or is about to: in small steps until a
    /// message is there, and never beyond, since the wait may begin after the first steps.
    /// </summary>
    private async Task AdvanceToNext(TimeSpan wait)
    {
        var step = wait / 10;
        for (int i = 0; i < 60_000 && delivered.Reader.Count == 0; i++)
        {
            time.Advance(step);
            await Task.Delay(2);
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 60_000; i++)
        {
            if (condition()) return;
            await Task.Delay(2);
        }

        Assert.Fail("The condition never came true.");
    }
}
