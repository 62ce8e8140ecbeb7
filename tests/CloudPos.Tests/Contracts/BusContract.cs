using System.Collections.Concurrent;
using CloudPos.Functions.Bus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Contracts;

/// <summary>What whoever rings may rely on, whichever bus is behind it.</summary>
public abstract class BusContract
{
    private protected const string Queue = "apply-journal";

    private protected static readonly Doorbell Bell = new(Queue, "T0000001.1.7");

    private protected abstract Task<IBusUnderTest> Open();

    [Fact]
    public async Task A_ring_is_delivered_with_the_kind_and_id_it_was_rung_with()
    {
        await using var world = await Open();

        Assert.True(await world.Bus.Ring(Queue, Bell));

        Assert.Equal([Bell], await world.Delivered(1));
    }

    [Fact]
    public async Task A_ring_after_a_delivery_began_leads_to_another()
    {
        await using var world = await Open();
        await world.Bus.Ring(Queue, Bell);
        await world.Delivered(1);

        Assert.True(await world.Bus.Ring(Queue, Bell));

        Assert.Equal([Bell, Bell], await world.Delivered(2));
    }

    [Fact]
    public async Task A_delayed_ring_waits_for_its_time()
    {
        await using var world = await Open();
        var later = new Doorbell(Queue, "later");
        Assert.True(await world.Bus.Ring(Queue, later, TimeSpan.FromMinutes(5)));
        Assert.True(await world.Bus.Ring(Queue, Bell));
        Assert.Equal([Bell], await world.Delivered(1));

        world.Time.Advance(TimeSpan.FromMinutes(4));
        await world.Bus.Ring(Queue, Bell);
        Assert.Equal([Bell, Bell], await world.Delivered(2));
        world.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal([Bell, Bell, later], await world.Delivered(3));
    }

    [Fact]
    public async Task Many_rings_at_once_all_arrive()
    {
        await using var world = await Open();
        var bells = Enumerable.Range(0, 250).Select(i => new Doorbell(Queue, $"T0000001.1.{i}")).ToList();

        Assert.Equal(250, await world.Bus.RingAll(Queue, bells));

        var delivered = await world.Delivered(250);
        Assert.Equal(bells.OrderBy(bell => bell.Id), delivered.OrderBy(bell => bell.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Apply")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    public async Task A_name_that_no_queue_can_have_is_refused(string queue)
    {
        await using var world = await Open();
        await Assert.ThrowsAsync<ArgumentException>(() => world.Bus.Ring(queue, Bell));
    }

    /// <summary>A bus, its clock, and what it has delivered.</summary>
    private protected interface IBusUnderTest : IAsyncDisposable
    {
        IBus Bus { get; }

        FakeTimeProvider Time { get; }

        /// <summary>All that was delivered, once it is so many.</summary>
        Task<IReadOnlyList<Doorbell>> Delivered(int count);
    }
}

public class EmbeddedBusContractTests : BusContract
{
    private protected override Task<IBusUnderTest> Open() => Task.FromResult<IBusUnderTest>(new World());

    private sealed class World : IBusUnderTest
    {
        private readonly TestFolder _folder = new();
        private readonly EmbeddedBus _bus;
        private readonly ConcurrentQueue<Doorbell> _delivered = new();

        public World()
        {
            _bus = EmbeddedBus.Open(
                new BusOptions { Path = _folder.File("bus.db") }, Time, NullLogger<EmbeddedBus>.Instance);
            _bus.Handle(Queue, 1, (bell, _) =>
            {
                _delivered.Enqueue(bell);
                return Task.CompletedTask;
            });
            _bus.Start();
        }

        public IBus Bus => _bus;

        public FakeTimeProvider Time { get; } = new(new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));

        public async Task<IReadOnlyList<Doorbell>> Delivered(int count)
        {
            for (var look = 0; _delivered.Count < count && look < 4_800; look++)
                await Task.Delay(25);
            return [.. _delivered];
        }

        public async ValueTask DisposeAsync()
        {
            await _bus.DisposeAsync();
            _folder.Dispose();
        }
    }
}
