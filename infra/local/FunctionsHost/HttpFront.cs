using System.Net;

namespace CloudPos.Local.FunctionsHost;

/// <summary>
/// The host's public side: routes of HTTP functions below the prefix, proxied as they came; everything else
/// is not there. As newer hosts do, it dials the handler under its own address and names the caller's host
/// in X-Forwarded-Host.
/// </summary>
internal sealed class HttpFront(HostPackage package, Handler handler) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseCookies = false, UseProxy = false, AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        Timeout = TimeSpan.FromSeconds(230),
    };

    public void Map(WebApplication app)
    {
        foreach (var function in package.Functions.Where(function => function.Type == "httpTrigger"))
            app.MapMethods(
                $"/{package.RoutePrefix}/{(string)function.Trigger["route"]!}",
                function.Trigger["methods"]!.AsArray().Select(method => ((string)method!).ToUpperInvariant()),
                Proxy);
    }

    public void Dispose() => _http.Dispose();

    private async Task Proxy(HttpContext context)
    {
        try
        {
            var address = await handler.Address.WaitAsync(TimeSpan.FromSeconds(30), context.RequestAborted);
            using var request = Copy(context.Request, address);
            using var answer = await _http.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
            await Copy(answer, context.Response, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException or InvalidOperationException
            or IOException or OperationCanceledException)
        {
            // The handler went away in the middle of it.
            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
                context.Abort();
            else
                context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
        }
    }

    private static HttpRequestMessage Copy(HttpRequest from, Uri address)
    {
        var path = from.HttpContext.Features.Get<
            Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(address, path));
        if (from.ContentLength is not (null or 0) || from.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(from.Body);
        foreach (var (name, value) in from.Headers)
        {
            if (name is "Host" or "Connection" or "Transfer-Encoding" or "Keep-Alive" or "Expect")
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", from.Host.Value ?? "");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", from.Scheme);
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", Id.New().ToString());
        return request;
    }

    private static async Task Copy(HttpResponseMessage from, HttpResponse to, CancellationToken cancel)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, value) in from.Headers.Concat(from.Content.Headers))
            if (name is not ("Transfer-Encoding" or "Connection"))
                to.Headers[name] = value.ToArray();
        await from.Content.CopyToAsync(to.Body, cancel);
    }
}
