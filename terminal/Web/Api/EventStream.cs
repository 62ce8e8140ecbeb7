using System.Text.Json;
using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Web.Api;

/// <summary>
/// Server-sent events: the bar's document whenever something moved - the line, the journal, an outcome that
/// the feed brought. A screen that sees <c>changes</c> move asks again for what it shows; so one event serves
/// all screens, and one that was missed does no harm.
/// </summary>
/// <param name="closing">The terminal that is told of ends: no stream outlives its store.</param>
internal sealed class EventStream(
    StatusApi status, LineState line, Func<long> changes, TimeProvider time, CancellationToken closing)
{
    /// <summary>Screens at once; one terminal has one, a second one for a look.</summary>
    private const int StreamsMax = 8;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>Time that passes is shown by the screen itself; this keeps its clock right.</summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);

    private int _open;

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/api/events", Stream);

    private async Task Stream(HttpContext http)
    {
        if (Interlocked.Increment(ref _open) > StreamsMax)
        {
            Interlocked.Decrement(ref _open);
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        try
        {
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, closing);
            await Send(http.Response, end.Token);
        }
        catch (OperationCanceledException) when (
            http.RequestAborted.IsCancellationRequested || closing.IsCancellationRequested)
        {
            // The screen went, and there is nobody to tell; or it asks again what comes after this.
            return;
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task Send(HttpResponse response, CancellationToken gone)
    {
        (long, LineState.Snapshot)? told = null;
        var at = time.GetTimestamp();
        while (true)
        {
            var now = (changes(), line.Now);
            if (now != told || time.GetElapsedTime(at) >= Refresh)
            {
                (told, at) = (now, time.GetTimestamp());
                var json = JsonSerializer.SerializeToUtf8Bytes(status.Bar(), UiJson.Default.BarDocument);
                await response.Body.WriteAsync("event: status\ndata: "u8.ToArray(), gone);
                await response.Body.WriteAsync(json, gone);
                await response.Body.WriteAsync("\n\n"u8.ToArray(), gone);
                await response.Body.FlushAsync(gone);
            }
            await Task.Delay(Look, time, gone);
        }
    }
}
