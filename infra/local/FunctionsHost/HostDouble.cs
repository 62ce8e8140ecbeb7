using CloudPos.Local.Cloud;
using Cronos;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CloudPos.Local.FunctionsHost;

/// <summary>
/// Stands for the Azure Functions host: starts the published program, proxies HTTP, delivers messages of the
/// Service Bus double, and runs timers. Our reading of the host, not the host: see DESIGN.md.
/// </summary>
internal sealed class HostDouble : IAsyncDisposable
{
    /// <summary>In a setting: the address under which this host is called, once it has started.</summary>
    public const string OwnAddress = "{host address}";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly HostPackage _package;
    private readonly ServiceBusDouble _bus;
    private readonly TimeProvider _time;
    private readonly Handler _handler;
    private readonly Invoker _invoker;
    private readonly HttpFront _front;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private HostDouble(
        HostPackage package, IReadOnlyDictionary<string, string> settings, ServiceBusDouble bus,
        string logFile, TimeProvider time)
    {
        (_package, _bus, _time) = (package, bus, time);
        _handler = new Handler(package, settings, logFile, time);
        _invoker = new Invoker(
            () => _handler.Address, _handler.Kill, package.FunctionTimeout, time);
        _front = new HttpFront(package, _handler);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddFilter("Microsoft", LogLevel.Error);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _front.Map(_app);
    }

    /// <summary>Where callers dial: http://127.0.0.1:PORT</summary>
    public string Address { get; private set; } = "";

    public Handler Process => _handler;

    /// <summary>What a real host could not have borne.</summary>
    public IReadOnlyList<string> Faults =>
        _handler.GivenUp is { } why ? [.. _invoker.Faults, why] : _invoker.Faults;

    public static async Task<HostDouble> Start(
        HostPackage package, IReadOnlyDictionary<string, string> settings, ServiceBusDouble bus,
        string logFile, TimeProvider time)
    {
        var host = new HostDouble(package, settings, bus, logFile, time);
        await host._app.StartAsync();
        host.Address = host._app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        host._handler.FrontAddress = host.Address;
        host._handler.Start();
        await host._handler.Address;
        host._running = host.Run();
        return host;
    }

    /// <summary>Kills the handler at the next such point.</summary>
    /// <returns>Completes when it was killed.</returns>
    public Task KillAt(string function, KillPoint point)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _invoker.KillAt(function, point, done);
        return done.Task;
    }

    /// <summary>Runs a timer now, as a person can in the portal.</summary>
    public Task<bool> RunTimer(string function) => Tick(Find(function), null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _handler.DisposeAsync();
        await _running;
        await _app.DisposeAsync();
        _invoker.Dispose();
        _front.Dispose();
        _stop.Dispose();
    }

    private HostedFunction Find(string name) => _package.Functions.Single(function => function.Name == name);

    private async Task Run()
    {
        var triggers = _package.Functions.SelectMany(function => function.Type switch
        {
            "serviceBusTrigger" => Enumerable.Range(0, _package.MaxConcurrentCalls)
                .Select(_ => Ending(() => Pump(function))),
            "timerTrigger" => [Ending(() => Repeat(function))],
            _ => Array.Empty<Task>(),
        });
        await Task.WhenAll(triggers.ToList());
    }

    private async Task Ending(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await Task.CompletedTask;
        }
    }

    private async Task Pump(HostedFunction function)
    {
        var queue = _bus.Queues[(string)function.Trigger["queueName"]!];
        while (true)
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (queue.Receive() is not { } message)
            {
                await Task.Delay(LookEvery, _time, _stop.Token);
                continue;
            }
            var token = message.LockToken!.Value;
            var payload = Payloads.Message(function, message, _time.GetUtcNow());
            if (await _invoker.Invoke(function.Name, payload, _stop.Token))
                queue.Complete(message, token);
            else
                queue.Abandon(message, token);
        }
    }

    private async Task Repeat(HostedFunction function)
    {
        var schedule = CronExpression.Parse(
            (string)function.Trigger["schedule"]!, CronFormat.IncludeSeconds);
        var last = _time.GetUtcNow();
        while (schedule.GetNextOccurrence(last, TimeZoneInfo.Utc) is { } next)
        {
            var wait = next - _time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, _time, _stop.Token);
            var after = schedule.GetNextOccurrence(next, TimeZoneInfo.Utc) ?? next;
            await Tick(function, after - next >= TimeSpan.FromMinutes(1) ? (last, after) : null);
            last = next;
        }
    }

    private Task<bool> Tick(HostedFunction function, (DateTimeOffset, DateTimeOffset)? schedule) =>
        _invoker.Invoke(function.Name, Payloads.Timer(function, schedule, _time.GetUtcNow()), _stop.Token);
}
