using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Training;
using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Web;

/// <summary>
/// Practising at the shop's own screen: the terminal to practise on, with its folder, its journal and an API
/// of its own, below one path of the same server. No route of the shop sees its store and none of its own
/// sees the shop's, so nothing that is practised can be sold, sent or counted. Thread-safe.
/// </summary>
internal sealed class Practice(ServeParts shop, IServiceProvider services, RequestDelegate page)
    : IAsyncDisposable
{
    public const string Path = "/training";
    private const string CookieName = "cloudpos-training";
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _folder = TrainingShop.FolderOf(shop.DataDirectory);
    private Running? _running;

    private sealed record Running(
        TerminalContext Terminal, Sessions Sessions, RequestDelegate Answer, CancellationTokenSource Stop,
        Task Printing);

    /// <summary>
    /// Begins anew, with the shop's catalogue, people and limits as they are now; whoever is signed in at the
    /// shop's screen is signed in here too. Null when it is ready, else what went wrong.
    /// </summary>
    public async Task<string?> Begin(HttpContext http, string? person)
    {
        await _gate.WaitAsync();
        try
        {
            await End();
            if (TrainingShop.Clear(_folder, shop.Terminal.Time) is { } inUse)
                return inUse.Sentence;
            if (TrainingShop.Make(shop.Terminal.Store, _folder, shop.Terminal.Time) is { } fault)
                return fault;
            var opened = Open();
            if (opened is null && !string.IsNullOrEmpty(person))
                _running!.Sessions.Admit(http, person);
            return opened;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Answers what is asked below the path. One that was begun before the program was started again goes on;
    /// where none was, the page leads back to the shop.
    /// </summary>
    public async Task Answer(HttpContext http)
    {
        if (await Current() is not { } running)
            if (HttpMethods.IsGet(http.Request.Method) && http.Request.Path.Value is "" or "/")
                http.Response.Redirect("/");
            else
                http.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (http.Request.Path.Value is "")
            http.Response.Redirect(Path + "/");
        else if (http.Request.Path.Value is "/")
            await page(http);
        else
            await running.Answer(http);
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        _gate.Dispose();
    }

    private async Task<Running?> Current()
    {
        if (Volatile.Read(ref _running) is { } running)
            return running;
        await _gate.WaitAsync();
        try
        {
            if (_running is null && Directory.Exists(_folder))
                Open();
            return _running;
        }
        finally
        {
            _gate.Release();
        }
    }

    private string? Open()
    {
        var opened = TerminalStore.TryOpen(_folder, shop.Terminal.Time);
        if (opened.Store is not { } store)
            return opened.Sentence;
        var terminal = new TerminalContext(store, shop.Terminal.Time);
        // It has nobody to ask, and says so before the first card is tried.
        terminal.Line.Missing(LinePart.Line, "Training has no line.");
        var sessions = new Sessions(terminal, CookieName, Path);
        var parts = shop with { Terminal = terminal, Forwarding = new Forwarding(terminal, shop.Logs) };
        var builder = new ApplicationBuilder(services);
        builder.UseRouting();
        var stop = CancellationTokenSource.CreateLinkedTokenSource(
            services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        builder.UseEndpoints(routes => ServeHost.MapApi(routes, parts, sessions, null, stop.Token));
        _running = new Running(
            terminal, sessions, builder.Build(), stop, terminal.Printing.Run(stop.Token));
        return null;
    }

    private async Task End()
    {
        if (Interlocked.Exchange(ref _running, null) is not { } running)
            return;
        await running.Stop.CancelAsync();
        await running.Printing;
        running.Stop.Dispose();
        running.Terminal.Dispose();
    }
}
