using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Web.Api;

namespace CloudPos.Terminal.Web;

/// <summary>What `serve` needs of the rest of the terminal.</summary>
/// <param name="Cards">A folder with scripted cards for demonstration and training, or null.</param>
/// <param name="Verb">Runs a verb that another process handed over.</param>
/// <param name="Status">The status document, as `status --json` prints it.</param>
/// <param name="EndWithInput">End when standard input closes, so that no orphan outlives its starter.</param>
internal sealed record ServeParts(
    string DataDirectory,
    int Port,
    bool EndWithInput,
    string? Cards,
    TerminalContext Terminal,
    Forwarding Forwarding,
    ILoggerFactory Logs,
    Func<HandOverRequest, CancellationToken, Task<HandOverResult>> Verb,
    Func<byte[]> Status)
{
    /// <summary>Asked for at the screen: the program ends serving this folder, and begins anew.</summary>
    public Leaving Leaving { get; } = new();
}

/// <summary>
/// The running terminal: its web server on loopback, the socket for verbs, and forwarding in the background.
/// Ends on SIGTERM or SIGINT; a SIGKILL at any moment loses nothing, since nothing is answered before it is
/// on disk.
/// </summary>
internal static class ServeHost
{
    private const int BodyBytesMax = 256 * 1024;

    /// <exception cref="InvalidOperationException">The data folder's path is too long for a
    /// socket.</exception>
    /// <param name="made">Begun before the journal was opened; see <see cref="NewBuilder"/>.</param>
    /// <returns>The port that was listened on.</returns>
    public static async Task<int> Run(
        ServeParts parts, Task<WebApplicationBuilder> made, Action<string> say, CancellationToken cancel)
    {
        var socket = PrepareSocket(parts.DataDirectory);
        var builder = await made;
        builder.Services.AddSingleton(parts.Logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Listen(IPAddress.Loopback, parts.Port);
            kestrel.ListenUnixSocket(socket);
        });
        await using var app = builder.Build();
        var spare = new SpareMemory();
        app.Use((context, next) =>
        {
            context.Response.OnCompleted(spare.Look);
            return next(context);
        });
        app.Use(Guard);
        app.Use((context, next) => WakeAfter(context, next, parts.Forwarding));
        var page = UiFiles.Map(app);
        await using var practice = new Practice(parts, app.Services, page);
        app.Map(Practice.Path, branch => branch.Run(practice.Answer));
        MapApi(app, parts, new Sessions(parts.Terminal), practice, app.Lifetime.ApplicationStopping);
        app.MapGet("/status", () => Results.Bytes(parts.Status(), "application/json"));
        var later = new PrintedLater();
        app.MapPost(HandOver.Path, context => TakeVerb(context, parts, later));
        app.MapPost(HandOver.PrintedPath, context => TakePrinted(context, later));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancel, app.Lifetime.ApplicationStopping);
        await app.StartAsync(stop.Token);
        var address = AddressOf(app);
        say($"listening on {address}");
        var forwarding = parts.Forwarding.Run(stop.Token);
        var input = parts.EndWithInput
            ? UntilInputCloses(stop.Token)
            : Task.Delay(Timeout.Infinite, stop.Token);
        await Task.WhenAny(input, forwarding, parts.Leaving.Asked);
        await app.StopAsync(CancellationToken.None);
        await stop.CancelAsync();
        await forwarding;
        File.Delete(socket);
        return new Uri(address).Port;
    }

    /// <summary>
    /// The web server before it knows the terminal: made while the journal opens, so that the first screen
    /// waits for the longer of the two only. It reads no settings, from no file and no variable: a slim
    /// builder would, and would watch every folder below the current one for their changes.
    /// </summary>
    public static Task<WebApplicationBuilder> NewBuilder() => Task.Run(() =>
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        return builder;
    });

    /// <summary>The API of one terminal: the shop's, or the one to practise on.</summary>
    /// <param name="practice">Where the shop's leads to; null for the one to practise on.</param>
    /// <param name="closing">The terminal is about to be closed.</param>
    public static void MapApi(
        IEndpointRouteBuilder app, ServeParts parts, Sessions sessions, Practice? practice,
        CancellationToken closing)
    {
        var terminal = parts.Terminal;
        var api = new ApiRoutes(
            app, sessions, request => Spoken.To(terminal.Store, request),
            parts.Logs.CreateLogger("CloudPos.Terminal.Web"));
        var desk = new SaleDesk(terminal.Store, terminal.Sales);
        var people = new PeopleApi(terminal, sessions);
        people.Map(api);
        var status = new StatusApi(terminal, sessions, people, desk);
        status.Map(api);
        new SellApi(terminal, desk, people, new PresentedCard(terminal.Time), parts.Cards).Map(api);
        new RefundApi(terminal).Map(api);
        new StockApi(terminal.Store).Map(api);
        new CustomerApi(terminal.Store).Map(api);
        new ReportApi(terminal).Map(api);
        new EventStream(status, terminal.Line, () => terminal.Store.Changes + desk.Ended,
            terminal.Time, closing).Map(app);
        new PaperApi(terminal).Map(api);
        new InvoiceApi(terminal).Map(api);
        new PaperFiles(terminal, sessions).Map(app);
        new SetUpApi(terminal, parts.Forwarding).Map(api);
        if (practice is null)
            return;
        new TrainingApi(terminal, people, practice).Map(api);
        new LeaveApi(terminal, parts.Leaving).Map(api);
    }

    /// <summary>
    /// Only the holder of the folder's lock gets here, so a socket that lies there is a dead program's.
    /// </summary>
    private static string PrepareSocket(string dataDirectory)
    {
        if (!HandOver.FitsSocket(dataDirectory))
            throw new InvalidOperationException(
                "The data folder's path is too long for a Unix socket; choose one nearer to the root.");
        // On Windows the folder is the owner's by what it inherits from the data folder.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(HandOver.FolderOf(dataDirectory));
        else
            Directory.CreateDirectory(
                HandOver.FolderOf(dataDirectory),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var socket = HandOver.SocketOf(dataDirectory);
        File.Delete(socket);
        return socket;
    }

    /// <summary>
    /// Verbs come through the owner's socket and nothing else does. On the port, only pages of this very
    /// address are served, so that no web site can reach the terminal through a browser (DNS rebinding,
    /// cross-site requests).
    /// </summary>
    private static Task Guard(HttpContext context, RequestDelegate next)
    {
        var local = context.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint;
        var isVerb = context.Request.Path.StartsWithSegments(HandOver.Path);
        if (local is UnixDomainSocketEndPoint == isVerb && (isVerb || IsOwnAddress(context)))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    /// <summary>What a screen wrote down goes out at once, as what a verb wrote down does.</summary>
    private static async Task WakeAfter(HttpContext context, RequestDelegate next, Forwarding forwarding)
    {
        await next(context);
        if (HttpMethods.IsPost(context.Request.Method))
            forwarding.Wake();
    }

    private static bool IsOwnAddress(HttpContext context)
    {
        var host = context.Request.Host;
        var origin = context.Request.Headers.Origin.ToString();
        return host.Host is "127.0.0.1" or "localhost"
            && host.Port == context.Connection.LocalPort
            && (origin.Length == 0 || origin == $"http://{host.Value}");
    }

    private static async Task TakeVerb(HttpContext context, ServeParts parts, PrintedLater later)
    {
        HandOverRequest? request;
        try
        {
            request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, HandOverJson.Default.HandOverRequest, context.RequestAborted);
        }
        catch (JsonException)
        {
            request = null;
        }
        if (request is null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        // A sale that has begun is brought to its end even when the one who asked has gone.
        var (answer, afterwards) = await parts.Verb(request, CancellationToken.None);
        if (afterwards.Count > 0)
            answer = answer with { Confirm = later.Keep(afterwards) };
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(answer, HandOverJson.Default.HandOverAnswer),
            CancellationToken.None);
    }

    private static async Task TakePrinted(HttpContext context, PrintedLater later)
    {
        using var reader = new StreamReader(context.Request.Body);
        var confirm = await reader.ReadToEndAsync(CancellationToken.None);
        context.Response.StatusCode = later.Confirm(confirm)
            ? StatusCodes.Status204NoContent
            : StatusCodes.Status404NotFound;
    }

    private static string AddressOf(WebApplication app)
    {
        var server = app.Services.GetRequiredService<IServer>();
        return server.Features.Get<IServerAddressesFeature>()!.Addresses.First(
            address => address.StartsWith("http://1", StringComparison.Ordinal));
    }

    private static async Task UntilInputCloses(CancellationToken stop)
    {
        var ignored = new byte[256];
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(ignored, stop) > 0)
            stop.ThrowIfCancellationRequested();
    }
}
