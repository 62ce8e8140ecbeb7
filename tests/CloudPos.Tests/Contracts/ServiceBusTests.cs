using System.Diagnostics;
using Azure.Core;
using CloudPos.Functions.Bus;
using CloudPos.Local.Cloud;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Contracts;

/// <summary>Service Bus over HTTPS, here its double, which checks what the service would.</summary>
public class ServiceBusTests : BusContract
{
    private protected override async Task<IBusUnderTest> Open() => await World.Start();

    [Fact]
    public async Task Without_a_token_for_the_bus_nothing_is_stored_and_the_caller_goes_on()
    {
        await using var world = await World.Start("https://vault.azure.net");

        Assert.False(await world.Bus.Ring(Queue, Bell));

        Assert.Empty(world.Cloud.Bus.Queues[Queue].Waiting);
    }

    [Fact]
    public async Task A_token_that_was_withdrawn_is_fetched_anew_once()
    {
        await using var world = await World.Start();
        await world.Bus.Ring(Queue, Bell);
        world.Cloud.Bus.RefuseNext(401);

        Assert.True(await world.Bus.Ring(Queue, Bell));

        Assert.Equal(2, world.Tokens);
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(503, null)]
    [InlineData(500, null)]
    public async Task A_bus_that_is_busy_is_asked_again(int status, int? retryAfterSeconds)
    {
        await using var world = await World.Start();
        world.Cloud.Bus.RefuseNext(status, retryAfterSeconds);

        var ringing = world.Bus.Ring(Queue, Bell);
        await world.UntilDone(ringing);

        Assert.True(await ringing);
        Assert.Single(world.Cloud.Bus.Queues[Queue].Waiting);
    }

    [Fact]
    public async Task A_bus_that_wants_a_long_rest_is_left_to_the_sweep_at_once()
    {
        await using var world = await World.Start();
        world.Cloud.Bus.RefuseNext(429, retryAfterSeconds: 60);

        Assert.False(await world.Bus.Ring(Queue, Bell));

        Assert.Equal(1, world.Cloud.Bus.Requests);
    }

    [Fact]
    public async Task A_bus_that_stays_busy_is_given_up_after_three_tries()
    {
        await using var world = await World.Start();
        for (var refusal = 0; refusal < 5; refusal++)
            world.Cloud.Bus.RefuseNext(503);

        var ringing = world.Bus.Ring(Queue, Bell);
        await world.UntilDone(ringing);

        Assert.False(await ringing);
        Assert.Equal(3, world.Cloud.Bus.Requests);
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_no_exception()
    {
        await using var world = await World.Start();
        Assert.False(await world.Bus.Ring("no-such-queue", Bell));
    }

    [Fact]
    public async Task A_bus_that_cannot_be_reached_is_no_exception()
    {
        await using var world = await World.Start();
        var away = world.At(ServiceBusAddress.Parse("http://127.0.0.1:9")!);

        var ringing = away.Ring(Queue, Bell);
        await world.UntilDone(ringing);

        Assert.False(await ringing);
    }

    [Fact]
    public async Task Every_message_has_an_id_of_its_own_since_a_second_ring_must_not_be_swallowed()
    {
        await using var world = await World.Start();
        await world.Bus.Ring(Queue, Bell);
        await world.Bus.Ring(Queue, Bell);
        await world.Bus.RingAll(Queue, [Bell, Bell]);

        var ids = world.Cloud.Bus.Queues[Queue].Waiting.Select(message => message.MessageId).ToList();
        Assert.Equal(4, ids.Distinct().Count());
        Assert.All(ids, id => Assert.True(Id.TryParse(id, out _)));
    }

    [Fact]
    public async Task Messages_carry_the_trace_of_who_rang_alone_and_in_batches()
    {
        await using var world = await World.Start();
        using var caller = new Activity("call").Start();

        await world.Bus.Ring(Queue, Bell);
        await world.Bus.RingAll(Queue, [Bell, Bell]);

        Assert.Equal(
            [caller.Id, caller.Id, caller.Id],
            world.Cloud.Bus.Queues[Queue].Waiting.Select(sent => (string?)sent.Properties["traceparent"]));
    }

    [Fact]
    public async Task Many_rings_are_few_requests()
    {
        await using var world = await World.Start();
        await world.Bus.RingAll(Queue, [.. Enumerable.Repeat(Bell, 1_000)]);
        Assert.Equal(10, world.Cloud.Bus.Requests);
    }

    [Theory]
    [InlineData("cloudpos-dev.servicebus.windows.net", true)]
    [InlineData("http://127.0.0.1:5000", true)]
    [InlineData("http://bus.example:5000", false)]
    [InlineData("https://cloudpos.servicebus.windows.net", false)]
    [InlineData("Endpoint=sb://cloudpos.servicebus.windows.net/;SharedAccessKey=y", false)]
    public void Only_a_namespace_or_a_double_on_loopback_is_an_address(string text, bool expected) =>
        Assert.Equal(expected, ServiceBusAddress.Parse(text) is not null);

    private sealed class World : IBusUnderTest
    {
        /// <summary>Far longer than the double takes on a busy machine.</summary>
        private static readonly TimeSpan answerWithin = TimeSpan.FromMinutes(4);

        private readonly List<Doorbell> _delivered = [];
        private string _audience = ServiceBusDouble.Audience;

        public CloudDoubles Cloud { get; private init; } = null!;

        public IBus Bus { get; private set; } = null!;

        public int Tokens { get; private set; }

        public FakeTimeProvider Time { get; private init; } = null!;

        public static async Task<World> Start(string audience = ServiceBusDouble.Audience)
        {
            var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero));
            var world = new World { Cloud = await CloudDoubles.Start([Queue], time), Time = time };
            world._audience = audience;
            world.Bus = world.At(ServiceBusAddress.Parse(world.Cloud.Address.ToString())!);
            return world;
        }

        public ServiceBus At(ServiceBusAddress address) =>
            new(address, new Credential(this), Time, NullLogger<ServiceBus>.Instance, answerWithin);

        /// <summary>Lets the clock run while it waits.</summary>
        public async Task UntilDone(Task task)
        {
            while (!task.IsCompleted)
            {
                Time.Advance(TimeSpan.FromMilliseconds(500));
                await Task.WhenAny(task, Task.Delay(10));
            }
        }

        public Task<IReadOnlyList<Doorbell>> Delivered(int count)
        {
            while (Cloud.Bus.Queues[Queue].Receive() is { } message)
            {
                var (bell, fault) = Doorbell.Parse(message.Body);
                Assert.True(bell is not null, fault);
                _delivered.Add(bell);
                Assert.True(Cloud.Bus.Queues[Queue].Complete(message, message.LockToken!.Value));
            }
            return Task.FromResult<IReadOnlyList<Doorbell>>([.. _delivered]);
        }

        public ValueTask DisposeAsync()
        {
            (Bus as IDisposable)!.Dispose();
            return Cloud.DisposeAsync();
        }

        private sealed class Credential(World world) : TokenCredential
        {
            public override AccessToken GetToken(TokenRequestContext context, CancellationToken cancel)
            {
                Assert.Equal(["https://servicebus.azure.net/.default"], context.Scopes);
                world.Tokens++;
                var token = world.Cloud.Authority.Create(world._audience, "test");
                return new AccessToken(token, world.Time.GetUtcNow().AddHours(1));
            }

            public override ValueTask<AccessToken> GetTokenAsync(
                TokenRequestContext context, CancellationToken cancel) => new(GetToken(context, cancel));
        }
    }
}
