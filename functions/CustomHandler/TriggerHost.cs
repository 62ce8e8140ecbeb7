using System.Net;
using System.Text;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Telemetry;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// Serves the calls that the Functions host makes for messages and timers: POST /{function}. Every call ends
/// well before the host would kill the process, and every answer is a JSON object, since an empty one would
/// never end the call. 2xx lets the host complete the message; anything else gives it back at once.
/// </summary>
internal sealed partial class TriggerHost(
    FunctionTable functions, IServiceProvider services, TriggerLimits limits, TimeProvider time,
    ILogger<TriggerHost> log)
{
    private static readonly byte[] Done = """{"Outputs":{},"Logs":[],"ReturnValue":null}"""u8.ToArray();

    public void Map(WebApplication app)
    {
        foreach (var function in functions.All)
            if (RunnerOf(function) is { } run)
                app.MapPost("/" + function.Name, context => Serve(function.Name, run, context));
    }

    private Func<HttpContext, CancellationToken, Task>? RunnerOf(Function function)
    {
        if (function is TimerFunction timer)
        {
            var tick = timer.Handler(services);
            return (_, cancel) => tick(cancel);
        }
        if (function is not QueueFunction queue)
            return null;
        // The host bounds all queues alike, so each keeps its own bound here.
        var (ring, slots) = (queue.Handler(services), new SemaphoreSlim(queue.MaxConcurrentCalls));
        return (context, cancel) => Deliver(queue.Name, ring, slots, context, cancel);
    }

    private async Task Serve(
        string name, Func<HttpContext, CancellationToken, Task> run, HttpContext context)
    {
        if (!IsFromTheHost(context.Request))
        {
            await Answer(context, StatusCodes.Status404NotFound, "{}"u8.ToArray());
            return;
        }
        using var deadline = new CancellationTokenSource(limits.Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token, context.RequestAborted);
        try
        {
            // A handler that does not heed its token is left behind: what it does, it may do twice.
            await run(context, either.Token).WaitAsync(limits.Deadline + limits.Grace, time);
            await Answer(context, StatusCodes.Status200OK, Done);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            LogHostGone(name);
        }
        catch (Exception fault)
        {
            LogFailed(fault, name);
            var words = Encoding.UTF8.GetBytes($$"""{"error":"{{fault.GetType().Name}}"}""");
            await Answer(context, StatusCodes.Status500InternalServerError, words);
        }
    }

    private async Task Deliver(
        string name, Func<Bus.Doorbell, CancellationToken, Task> ring, SemaphoreSlim slots,
        HttpContext context, CancellationToken cancel)
    {
        var body = await HttpHost.ReadBody(context, TriggerPayload.BytesMax)
            ?? throw new InvalidDataException("The payload is too long.");
        var (rung, fault) = TriggerPayload.ReadMessage(body);
        if (rung is null)
            throw new InvalidDataException($"The message for {name} is not readable: {fault}.");
        using var trace = Traces.Receive(name, rung.TraceParent);
        await slots.WaitAsync(cancel);
        try
        {
            await ring(rung.Bell, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // The queue would deliver it again at once and be through with its tries within seconds.
            var wait = limits.WaitAfter(rung.Deliveries);
            LogWaits(e, name, rung.Deliveries, wait);
            await Task.Delay(wait, time, cancel);
            throw;
        }
        finally
        {
            slots.Release();
        }
    }

    /// <summary>
    /// What the host sends on for others carries their host, or says that it was forwarded; its own calls go
    /// to loopback and say nothing. Beside the prefix of public routes, which these lie outside of.
    /// </summary>
    private static bool IsFromTheHost(HttpRequest request) =>
        (request.Host.Host == "localhost"
            || (IPAddress.TryParse(request.Host.Host, out var ip) && IPAddress.IsLoopback(ip)))
        && !request.Headers.ContainsKey("X-Forwarded-Host")
        && !request.Headers.ContainsKey("X-Forwarded-For");

    private static async Task Answer(HttpContext context, int status, byte[] json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    [LoggerMessage(1021, LogLevel.Error, "Function {Function} failed.")]
    private partial void LogFailed(Exception fault, string function);

    [LoggerMessage(
        1022, LogLevel.Warning, "Function {Function} failed at delivery {Deliveries}; given back in {Wait}.")]
    private partial void LogWaits(Exception fault, string function, int deliveries, TimeSpan wait);

    [LoggerMessage(1023, LogLevel.Warning, "The host gave up a call of {Function}.")]
    private partial void LogHostGone(string function);
}

/// <summary>How long a call may take. Together well below the host's own limit.</summary>
internal sealed record TriggerLimits
{
    /// <summary>After it the handler's token is cancelled.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>How much longer a handler has to come to its end.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan WaitMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Doubles from one second with each delivery.</summary>
    public TimeSpan WaitAfter(int deliveries)
    {
        var doubled = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(deliveries, 16) - 1));
        return doubled < WaitMax ? doubled : WaitMax;
    }
}
