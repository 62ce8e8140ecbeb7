using System.Globalization;

namespace CloudPos.Terminal.Printing;

/// <summary>Where a printer is: a host and a port of the network, or the path of a device file.</summary>
internal sealed record PrinterAddress(string? Host, int Port, string? Path)
{
    private const int RawPort = 9100;

    public const string Help = "A printer is tcp://HOST or tcp://HOST:PORT (9100 if none is named), or the "
        + "full path of a device such as /dev/usb/lp0.";

    /// <summary>Null when the text is no address; <see cref="Help"/> says what is.</summary>
    public static PrinterAddress? TryParse(string text)
    {
        if (text.StartsWith('/') && text.Length is > 1 and <= 200 && !text.Any(char.IsControl))
            return new PrinterAddress(null, 0, text);
        const string scheme = "tcp://";
        if (!text.StartsWith(scheme, StringComparison.Ordinal))
            return null;
        var rest = text[scheme.Length..].TrimEnd('/');
        var colon = rest.LastIndexOf(':');
        var port = RawPort;
        if (colon > 0 && !rest.EndsWith(']'))
        {
            if (!int.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)
                || port is < 1 or > 65535)
                return null;
            rest = rest[..colon];
        }
        var host = rest.Trim('[', ']');
        return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new PrinterAddress(host, port,
            null);
    }
}
