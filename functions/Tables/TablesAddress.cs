using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace CloudPos.Functions.Tables;

/// <summary>
/// Where Azure Tables are: an account, which is opened by identity and never by a key, or an emulator on
/// loopback, whose key is public knowledge. Immutable.
/// </summary>
internal sealed partial class TablesAddress
{
    /// <summary>What <see cref="Parse"/> takes, for people.</summary>
    public const string Shape =
        "https://ACCOUNT.table.core.windows.net, UseDevelopmentStorage=true, or the connection string of " +
        "an emulator on loopback";

    private const string EmulatorAccount = "devstoreaccount1";
    private const string EmulatorAccountKey =
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Uri emulatorEndpoint = new($"http://127.0.0.1:10002/{EmulatorAccount}");

    private TablesAddress(Uri endpoint, (string Account, string Key)? emulatorKey)
    {
        Endpoint = endpoint;
        EmulatorKey = emulatorKey;
    }

    public Uri Endpoint { get; }

    /// <summary>Null for an account.</summary>
    public (string Account, string Key)? EmulatorKey { get; }

    /// <summary>
    /// Null when the text is none of the three shapes: a connection string with an account's key is not.
    /// </summary>
    public static TablesAddress? Parse(string text)
    {
        if (AccountUrl().IsMatch(text)) return new TablesAddress(new Uri(text), null);
        if (text is "UseDevelopmentStorage" or "UseDevelopmentStorage=true" or "UseDevelopmentStorage=true;")
            return new TablesAddress(emulatorEndpoint, (EmulatorAccount, EmulatorAccountKey));
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? Part(string name) => parts.FirstOrDefault(
            part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..];
        return Part("AccountName") is { Length: > 0 } account && IsBase64(Part("AccountKey"), out string? key)
            && Uri.TryCreate(Part("TableEndpoint"), UriKind.Absolute, out var endpoint)
            && endpoint.Scheme == "http" && endpoint.IsLoopback
            ? new TablesAddress(endpoint, (account, key))
            : null;
    }

    /// <summary>Without the key.</summary>
    public override string ToString() => Endpoint.ToString();

    private static bool IsBase64(string? text, [NotNullWhen(true)] out string? key)
    {
        key = text;
        return text is { Length: > 0 } && Convert.TryFromBase64String(text, new byte[text.Length], out _);
    }

    /// <summary>
    /// The account's own name, in the common zone or in a numbered one. A secondary endpoint has a hyphen and
    /// is refused: it lags behind what was written.
    /// </summary>
    [GeneratedRegex(
        @"^https://[a-z0-9]{3,24}(\.table\.core\.windows\.net|\.z[0-9]{1,2}\.table\.storage\.azure\.net)/?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex AccountUrl();
}
