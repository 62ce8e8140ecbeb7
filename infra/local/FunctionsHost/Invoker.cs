using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.FunctionsHost;

/// <summary>Where a handler is killed: the host does so without a warning.</summary>
internal enum KillPoint
{
    /// <summary>A moment after the call went out: its work is begun and not answered.</summary>
    DuringCall = 1,

    /// <summary>The work is answered, and the message is not completed yet.</summary>
    BeforeSettlement = 2,
}

/// <summary>
/// Posts payloads to the handler and judges the answers as the host does. An answer that would hang a real
/// host is a fault: it is kept and makes the run fail.
/// </summary>
internal sealed class Invoker(
    Func<Task<Uri>> handler, Action kill, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
    private readonly Lock _gate = new();
    private readonly List<string> _faults = [];
    private (string Function, KillPoint Point, TaskCompletionSource Done)? _kill;

    public IReadOnlyList<string> Faults
    {
        get { lock (_gate) return [.. _faults]; }
    }

    public void KillAt(string function, KillPoint point, TaskCompletionSource done)
    {
        lock (_gate) _kill = (function, point, done);
    }

    /// <summary>Whether the host counts the call as succeeded.</summary>
    public async Task<bool> Invoke(string function, JsonObject payload, CancellationToken stop)
    {
        try
        {
            var address = await handler().WaitAsync(stop);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, function))
            {
                Content = new StringContent(payload.ToJsonString()),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-Azure-Functions-InvocationId", Id.New().ToString());
            request.Headers.Add("X-Azure-Functions-HostVersion", "4.1037.0");
            request.Headers.UserAgent.ParseAdd("Azure-Functions-Host/4.1037.0");
            using var deadline = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
            var answering = _http.SendAsync(request, either.Token);
            await KillIf(function, KillPoint.DuringCall);
            using var answer = await answering;
            var succeeded = await Judge(function, answer);
            await KillIf(function, KillPoint.BeforeSettlement);
            return succeeded;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            // Killed, or given up: the call has failed.
            return stop.IsCancellationRequested;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            Fault($"{function} took longer than {timeout}: the handler and all it had in hand is killed.");
            kill();
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> Judge(string function, HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            return false;
        if (body.Length == 0 || body == "null")
        {
            Fault($"{function} answered {(int)answer.StatusCode} with nothing: the call would never end.");
            return false;
        }
        if (answer.Content.Headers.ContentType?.MediaType is not ("application/json" or "text/json"))
        {
            Fault($"{function} answered {answer.Content.Headers.ContentType}: no JSON.");
            return false;
        }
        try
        {
            if (JsonNode.Parse(body) is JsonObject)
                return true;
        }
        catch (JsonException)
        {
            // As bad as JSON that is no object.
            body = "no JSON";
        }
        Fault($"{function} answered what is no JSON object: {body}");
        return false;
    }

    private async Task KillIf(string function, KillPoint point)
    {
        TaskCompletionSource? done = null;
        lock (_gate)
        {
            if (_kill is { } due && due.Function == function && due.Point == point)
                (_kill, done) = (null, due.Done);
        }
        if (done is null) return;
        if (point == KillPoint.DuringCall)
            await Task.Delay(TimeSpan.FromMilliseconds(30), time);
        kill();
        done.TrySetResult();
    }

    private void Fault(string what)
    {
        lock (_gate)
            if (_faults.Count < 100)
                _faults.Add(what);
    }
}
