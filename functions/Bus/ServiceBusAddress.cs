using System.Text.RegularExpressions;

namespace CloudPos.Functions.Bus;

/// <summary>
/// Where the queues of Azure Service Bus are: a namespace, over https, or its double on loopback. Immutable.
/// </summary>
internal sealed partial class ServiceBusAddress
{
    /// <summary>What <see cref="Parse"/> takes, for people.</summary>
    public const string Shape = "NAMESPACE.servicebus.windows.net, or http://127.0.0.1:PORT for its double";

    private ServiceBusAddress(Uri endpoint) => Endpoint = endpoint;

    /// <summary>Ends with a slash.</summary>
    public Uri Endpoint { get; }

    /// <summary>Null when the text is neither.</summary>
    public static ServiceBusAddress? Parse(string text)
    {
        if (NamespaceHost().IsMatch(text))
            return new ServiceBusAddress(new Uri($"https://{text}/"));
        return Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Scheme == "http" && uri.IsLoopback && uri.AbsolutePath == "/"
            ? new ServiceBusAddress(uri)
            : null;
    }

    public override string ToString() => Endpoint.ToString();

    [GeneratedRegex(
        @"^[a-z][a-z0-9-]{4,48}[a-z0-9]\.servicebus\.windows\.net$", RegexOptions.CultureInvariant)]
    private static partial Regex NamespaceHost();
}
