using System.Net;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// The host that a caller dialled. Older Functions hosts pass the Host header on, newer ones dial this
/// program under its own address and name the caller's host in X-Forwarded-Host. Whoever forges that header
/// gains nothing: a terminal's token names the host it was made for, and that must be one served here.
/// </summary>
internal static class ForwardedHost
{
    private const string Header = "X-Forwarded-Host";

    public static void Restore(HttpRequest request, BackOfficeOptions options)
    {
        if (!IPAddress.TryParse(request.Host.Host, out var dialled) || !IPAddress.IsLoopback(dialled))
            return;
        var named = request.Headers[Header].SelectMany(
            line => (line ?? "").Split(',', StringSplitOptions.TrimEntries));
        foreach (var host in named.Select(text => new HostString(text)).Where(host => host.HasValue))
            if (options.Serves(host))
            {
                request.Host = host;
                return;
            }
    }
}
