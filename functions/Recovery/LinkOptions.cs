using CloudPos.Functions.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CloudPos.Functions.Recovery;

/// <summary>Where payment links lead and how long they hold.</summary>
internal sealed class LinkOptions(BackOfficeOptions options, IServiceProvider services)
{
    public const string Route = "/api/pay/{token}";

    public TimeSpan Lasts { get; } = TimeSpan.FromDays(options.LinkDays);

    /// <summary>Customers can reach this back office, as far as it was told.</summary>
    public bool IsOn => options.LinkUrl is not null
        || (options.FunctionsHostPort is null && options.Url.IsLoopback);

    /// <summary>
    /// The address of a token's page. On loopback, for development, it is that of this program itself.
    /// </summary>
    public Uri Of(string token)
    {
        var root = options.LinkUrl ?? new Uri(
            services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
                .Addresses.First());
        return new Uri(root, Route.Replace("{token}", token, StringComparison.Ordinal));
    }
}
