using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPos.Tests.Terminal.Uplink;

/// <summary>What the terminal learns of its way while nobody sells, on real sockets.</summary>
public sealed class LineRecoveryTests : IAsyncDisposable
{
    private readonly TestTill _till = new();
    private readonly LineState _line = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _paths = [];
    private readonly ConcurrentQueue<string> _queries = [];
    private readonly ListLogger<ForwardLoop> _log = new();
    private WebApplication? _server;
    private BackOfficeClient? _client;
    private volatile bool _hasAcquirer = true;
    private volatile int _status = 200;

    [Fact]
    public async Task A_line_that_a_sale_found_down_is_up_again_without_a_sale()
    {
        _line.Missing(LinePart.Line, "No connection.");
        var running = await StartLoop();

        await Until(() => _line.Now.IsUp);

        await End(running);
    }

    [Fact]
    public async Task A_missing_acquirer_is_asked_for_and_noticed_when_he_is_back()
    {
        _hasAcquirer = false;
        var running = await StartLoop();
        await Until(() => _paths.Any(path => path.StartsWith("/api/feed", StringComparison.Ordinal)));
        _line.Missing(LinePart.Acquirer, "No answer.");

        await Until(() => _paths.Contains("/api/line/TERM0001"));
        Assert.Equal(LinePart.Acquirer, _line.Now.Missing);
        _hasAcquirer = true;

        await Until(() => _line.Now.IsUp);
        await End(running);
    }

    [Fact]
    public async Task A_round_that_fails_is_tried_again_and_ends_nothing()
    {
        MustReopen(_till.Store) = true;
        var running = await StartLoop();
        await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);

        MustReopen(_till.Store) = false;

        await Until(() => _paths.Any(path => path.StartsWith("/api/feed", StringComparison.Ordinal)));
        await End(running);
    }

    [Fact]
    public async Task A_disk_that_fails_while_the_line_is_down_ends_nothing()
    {
        _status = 500;
        var running = await StartLoop();
        await Until(() => _paths.Any(path => path.StartsWith("/api/line", StringComparison.Ordinal)));
        MustReopen(_till.Store) = true;
        await Until(() => _log.Lines.Any(line => line.StartsWith("Error 3105", StringComparison.Ordinal)));
        Assert.False(running.IsCompleted);

        MustReopen(_till.Store) = false;
        _status = 200;

        await Until(() => _paths.Any(path => path.StartsWith("/api/feed", StringComparison.Ordinal)));
        await End(running);
    }

    [Fact]
    public async Task A_busy_back_office_is_left_alone_for_as_long_as_it_asks()
    {
        _status = 503;
        var running = await StartLoop();
        await Until(() => _line.Now.Missing == LinePart.BackOffice);

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        // The round's own question, and no other within the minute.
        Assert.Single(_paths);
        await End(running);
    }

    [Fact]
    public async Task After_a_round_that_failed_the_next_tells_how_old_the_oldest_unsent_entry_is()
    {
        await Serve();
        _till.SellCash();
        var first = _till.Store.FindEntry(_till.Store.Acknowledged.Number + 1)!.Entry!.Header.At;
        var forwarder = new Forwarder(_till.Store, _client!, new LiveGate(TimeProvider.System));
        _status = 503;
        await forwarder.Run(_stop.Token);
        _status = 200;

        await forwarder.Run(_stop.Token);

        Assert.Equal(["", $"?oldest={first.ToUnixTimeMilliseconds()}"], _queries.Take(2));
        Assert.EndsWith("&oldest=0", _queries.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_answer_says_that_line_and_back_office_are_there()
    {
        await Serve();
        _line.Missing(LinePart.Line, "No connection.");

        await new Forwarder(_till.Store, _client!, new LiveGate(TimeProvider.System)).Run(_stop.Token);

        Assert.True(_line.Now.IsUp);
    }

    [Fact]
    public void Backlogs_come_spread_over_a_tenth_of_the_outage()
    {
        var random = new Random(7);
        TimeSpan Longest(TimeSpan outage) =>
            Enumerable.Range(0, 1_000).Max(_ => ForwardLoop.Spread(outage, random));

        Assert.InRange(Longest(TimeSpan.FromMinutes(1)), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.InRange(Longest(TimeSpan.FromDays(1)), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _client?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _stop.Dispose();
        _till.Dispose();
    }

    private async Task<Task> StartLoop()
    {
        await Serve();
        var forwarder = new Forwarder(_till.Store, _client!, new LiveGate(TimeProvider.System));
        var loop = new ForwardLoop(
            forwarder, TimeProvider.System, new Random(1), _log);
        return loop.Run(_stop.Token);
    }

    private async Task End(Task running)
    {
        await _stop.CancelAsync();
        await running;
    }

    private async Task Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(Answer);
        await _server.StartAsync();
        _client = new BackOfficeClient(new Uri(_server.Urls.First()), PatientTime.Instance, _line);
    }

    private Task Answer(HttpContext context)
    {
        _paths.Enqueue(context.Request.Path);
        _queries.Enqueue($"{context.Request.QueryString}");
        context.Response.Headers[WireContract.TimeHeader] = TimeProvider.System.GetUtcNow()
            .ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        if (_status != 200)
        {
            context.Response.StatusCode = _status;
            if (_status == 503)
                context.Response.Headers.RetryAfter = "60";
            return context.Response.WriteAsync(JsonSerializer.Serialize(
                new Problem(ProblemCode.Busy, null, "Not now."), WireJson.Default.Problem));
        }
        return context.Response.WriteAsync(context.Request.Path.Value![..9] switch
        {
            "/api/line" => JsonSerializer.Serialize(
                new LineAnswer(_hasAcquirer), WireJson.Default.LineAnswer),
            "/api/feed" => JsonSerializer.Serialize(
                new FeedPage("0.0.0", false, [], 300), WireJson.Default.FeedPage),
            _ => _till.SignAcknowledgement(_till.Store.LastNumber),
        });
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_mustReopen")]
    private static extern ref bool MustReopen(TerminalStore store);

    private static async Task Until(Func<bool> holds)
    {
        for (var attempt = 0; attempt < 4_800; attempt++)
        {
            if (holds())
                return;
            await Task.Delay(25);
        }
        Assert.Fail("It never came.");
    }
}
