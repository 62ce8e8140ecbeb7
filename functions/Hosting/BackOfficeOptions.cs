using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using CloudPos.Crypto;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// What the back office is told at start. Each setting is an argument "--name value" (or "--name=value") or
/// an environment variable CLOUDPOS_NAME with underscores; an argument wins. Immutable.
/// </summary>
internal sealed record BackOfficeOptions
{
    /// <summary>
    /// --data: the folder that holds all state, or what is not kept elsewhere; made when it is not there.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>
    /// --tables: Azure Tables instead of a file in the data folder. An account is opened by identity: its
    /// keys are not taken. An emulator must be on loopback.
    /// </summary>
    public TablesAddress? Tables { get; init; }

    /// <summary>
    /// --service-bus: the namespace whose queues are rung, under the Functions host; see
    /// <see cref="ServiceBusAddress.Shape"/>.
    /// </summary>
    public ServiceBusAddress? ServiceBus { get; init; }

    /// <summary>
    /// --key-vault: where private keys are, under the Functions host; see <see cref="VaultAddress.Shape"/>.
    /// Without it they are files in the data folder, for development.
    /// </summary>
    public VaultAddress? KeyVault { get; init; }

    /// <summary>
    /// --keys-by-hand: make and delete no keys, the first ones neither; people do that in the vault.
    /// </summary>
    public bool KeysByHand { get; init; }

    /// <summary>
    /// --authority: the issuer of people's tokens (OpenID Connect), such as
    /// https://login.microsoftonline.com/TENANT/v2.0; its keys are found there. http only on loopback.
    /// </summary>
    public Uri? Authority { get; init; }

    /// <summary>--audience: whom people's tokens are made out to: this application's id there.</summary>
    public string? Audience { get; init; }

    /// <summary>
    /// --otlp: where traces, figures and logs go, by OTLP over HTTP, such as http://127.0.0.1:4318.
    /// </summary>
    public Uri? Otlp { get; init; }

    /// <summary>
    /// APPLICATIONINSIGHTS_CONNECTION_STRING: the same to Azure Monitor, by identity. An address, no secret.
    /// </summary>
    public string? AzureMonitor { get; init; }

    /// <summary>
    /// Set by the Functions host: the port on loopback under which it calls this program. Nothing may then be
    /// kept on the instance's disk, which goes with it.
    /// </summary>
    public int? FunctionsHostPort { get; init; }

    /// <summary>
    /// --urls: where to listen; loopback unless allowed hosts are named. Port 0 lets the system choose.
    /// </summary>
    public Uri Url { get; init; } = new("http://127.0.0.1:0");

    /// <summary>
    /// --acquirer: host:port of the acquirer's ISO 8583 link; without it nothing can be authorised.
    /// </summary>
    public HostAndPort? Acquirer { get; init; }

    /// <summary>
    /// --acquirer-tls: whose certificates that acquirer may show: system, or a CA in PEM or the file that
    /// holds it; none where a private line or VPN secures the link, which only loopback takes for granted.
    /// </summary>
    public AcquirerTls? AcquirerTls { get; init; }

    /// <summary>
    /// --acquirers: several acquirers, their tables and the routes to them, as a JSON document or the file
    /// that holds it; see Acquiring/DESIGN.md. Instead of --acquirer.
    /// </summary>
    public AcquirerTables? AcquirerTables { get; init; }

    /// <summary>
    /// --response-codes: what codes of field 39 mean where the acquirer's table differs from the schemes'
    /// rules, such as 51=DeclinedForGood,62=DeclinedAndDenied; see <see cref="CodeMeaning"/>.
    /// </summary>
    public ResponseCodes ResponseCodes { get; init; } = ResponseCodes.Default;

    /// <summary>
    /// --submit-hours: hours after its sale in which a deferred payment may be submitted; it expires then.
    /// </summary>
    public TimeSpan SubmitWithin { get; init; } = new SubmissionDeadlines().Usual;

    /// <summary>
    /// --retry-hours: hours after the first decline at which a deferred payment is tried again, such as
    /// 24,72,168; none for never.
    /// </summary>
    public RetryRules Retries { get; init; } = RetryRules.Default;

    /// <summary>
    /// --link-url: the address under which customers reach this back office, such as https://pay.example.com;
    /// payment links begin with it. Without it only a back office on loopback sends links, with its own
    /// address.
    /// </summary>
    public Uri? LinkUrl { get; init; }

    /// <summary>--link-days: days for which a payment link holds.</summary>
    public int LinkDays { get; init; } = 14;

    /// <summary>--smtp: host:port of the mail server. Wins over the pickup folder.</summary>
    public HostAndPort? Smtp { get; init; }

    /// <summary>
    /// --mail-pickup: the folder into which mails are written as .eml when there is no mail server.
    /// </summary>
    public string? MailPickup { get; init; }

    /// <summary>--mail-from: the sender of receipts.</summary>
    public string MailFrom { get; init; } = "receipts@cloudpos.example";

    /// <summary>
    /// --development-issuer: the public key (SubjectPublicKeyInfo, base64) of the local issuer of people's
    /// tokens. Never together with the Functions host, so that no such key works in Azure.
    /// </summary>
    public Es256PublicKey? DevelopmentIssuer { get; init; }

    /// <summary>
    /// --allowed-hosts: what a Host header may say, comma-separated, each host or host:port (a host alone
    /// allows any port). Terminals sign the host they dialled, so a token caught elsewhere is worthless here.
    /// Loopback by default.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = Loopback;

    /// <summary>
    /// --feed-pause: seconds that idle terminals wait between two looks at the feed. Each look costs table
    /// requests, so a large fleet waits longer; without it terminals look every two seconds.
    /// </summary>
    public int? FeedPauseSeconds { get; init; }

    /// <summary>
    /// --stdin-guard: end when standard input closes, so that no child outlives who started it.
    /// </summary>
    public bool StdinGuard { get; init; }

    private const string PlainLine = "none";

    private const string TlsShape =
        "system, a CA in PEM or a file with it, or none where a private line or VPN secures the link";

    internal static IReadOnlyList<string> Loopback { get; } = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>
    /// Reads the settings. Every fault is reported, not only the first; an argument that is not known is one
    /// too.
    /// </summary>
    public static bool TryRead(
        IReadOnlyList<string> arguments, IDictionary environment,
        [NotNullWhen(true)] out BackOfficeOptions? options, out IReadOnlyList<string> faults)
    {
        var settings = new OptionReader(arguments, environment);
        var port = FunctionsHost.PortIn(environment);
        var data = settings.Text("data");
        var tls = settings.Text("acquirer-tls");
        IReadOnlyList<string> tableFaults = [];
        var read = new BackOfficeOptions
        {
            Data = data is null ? "" : Path.GetFullPath(data),
            Url = settings.Parsed("urls", HttpUrl, "http://HOST:PORT")
                ?? new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port ?? 0}")),
            FunctionsHostPort = port,
            ServiceBus = settings.Parsed("service-bus", ServiceBusAddress.Parse, ServiceBusAddress.Shape),
            KeyVault = settings.Parsed("key-vault", VaultAddress.Parse, VaultAddress.Shape),
            KeysByHand = settings.Flag("keys-by-hand"),
            Authority = settings.Parsed("authority", AuthorityUrl, "https://ISSUER"),
            Audience = settings.Text("audience"),
            Otlp = settings.Parsed("otlp", Web, "http://HOST:PORT or https://HOST"),
            AzureMonitor = environment["APPLICATIONINSIGHTS_CONNECTION_STRING"] as string,
            Tables = settings.Parsed("tables", TablesAddress.Parse, TablesAddress.Shape),
            Acquirer = settings.Parsed("acquirer", HostAndPort.Parse, "HOST:PORT"),
            AcquirerTls = tls is null or PlainLine ? null
                : settings.Parsed("acquirer-tls", Tls, TlsShape),
            AcquirerTables = settings.Text("acquirers") is { } tables
                ? AcquirerTables.TryRead(tables, out tableFaults)
                : null,
            ResponseCodes = settings.Parsed("response-codes", Codes, "CODE=MEANING,CODE=MEANING")
                ?? ResponseCodes.Default,
            SubmitWithin = settings.Number("submit-hours", 1, 24 * 30) is { } hours
                ? TimeSpan.FromHours(hours)
                : new SubmissionDeadlines().Usual,
            Retries = settings.Parsed("retry-hours", RetryRules.Parse, "rising hours such as 24,72,168")
                ?? RetryRules.Default,
            LinkUrl = settings.Parsed("link-url", AuthorityUrl, "https://HOST, or http on loopback"),
            LinkDays = settings.Number("link-days", 1, 90) ?? 14,
            Smtp = settings.Parsed("smtp", HostAndPort.Parse, "HOST:PORT"),
            MailPickup = settings.Text("mail-pickup"),
            MailFrom = settings.Text("mail-from") ?? "receipts@cloudpos.example",
            DevelopmentIssuer = settings.Parsed(
                "development-issuer", IssuerKey, "a P-256 SubjectPublicKeyInfo in base64"),
            AllowedHosts = settings.List("allowed-hosts") ?? Loopback,
            FeedPauseSeconds = settings.Number("feed-pause", 1, FeedPage.PauseSecondsMax),
            StdinGuard = settings.Flag("stdin-guard"),
        };
        var found = settings.Faults();
        found.AddRange(FunctionsHost.Faults(read));
        found.AddRange(tableFaults.Select(fault => $"--acquirers: {fault}."));
        if (read is { AcquirerTables: not null, Acquirer: not null })
            found.Add("--acquirer and --acquirers exclude each other.");
        if (read.Acquirer is { IsLoopback: false } && tls is null)
            found.Add(
                $"--acquirer-tls is missing: card numbers would go to {read.Acquirer} in clear. It is "
                + $"{TlsShape}.");
        if (read.Acquirer is null && tls is not null)
            found.Add("--acquirer-tls belongs to --acquirer; in a table each acquirer has its own tls.");
        if (read.Authority is null != read.Audience is null)
            found.Add("--authority and --audience belong together.");
        if (read.Authority is not null && read.DevelopmentIssuer is not null)
            found.Add("--development-issuer and --authority exclude each other.");
        if (!read.Url.IsLoopback && ReferenceEquals(read.AllowedHosts, Loopback))
            found.Add(
                "--allowed-hosts is missing: behind an address that others reach, name the hosts they dial.");
        (options, faults) = (found.Count == 0 ? read : null, found);
        return options is not null;
    }

    /// <summary>Whether this is one of the hosts that callers may dial.</summary>
    public bool Serves(HostString host) => AllowedHosts.Any(allowed =>
        string.Equals(allowed, host.Host, StringComparison.OrdinalIgnoreCase)
        || string.Equals(allowed, host.Value, StringComparison.OrdinalIgnoreCase));

    private static Uri? HttpUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "http" && url.AbsolutePath == "/"
            ? url
            : null;

    private static Uri? AuthorityUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))
            ? url
            : null;

    private static Uri? Web(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") ? url : null;

    private static ResponseCodes? Codes(string text) =>
        ResponseCodes.TryParse(text, out var codes, out _) ? codes : null;

    private static AcquirerTls? Tls(string text)
    {
        try
        {
            return new AcquirerTls(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static Es256PublicKey? IssuerKey(string text) => Es256PublicKey.TryParse(text, out var key)
        ? key
        : null;
}

/// <summary>An address to connect to. Port 1 to 65535.</summary>
internal sealed record HostAndPort(string Host, int Port)
{
    /// <summary>Null when the text is not "host:port".</summary>
    public static HostAndPort? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), out var port) && port > 0
            ? new HostAndPort(text[..colon], port)
            : null;
    }

    /// <summary>What is sent there does not leave this machine.</summary>
    public bool IsLoopback => Host == "localhost"
        || (IPAddress.TryParse(Host.AsSpan().Trim("[]"), out var ip) && IPAddress.IsLoopback(ip));

    public override string ToString() => $"{Host}:{Port}";
}
