using CloudPos.Functions.Bus;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Tests.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.CustomHandler;

/// <summary>
/// The program as under the Functions host, with two functions of the test's own in place of the table.
/// </summary>
internal sealed class HostedOffice : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private WebApplication _app = null!;

    public HttpClient Http { get; private set; } = null!;

    public static async Task<HostedOffice> Start(
        Func<Doorbell, CancellationToken, Task> onBell, Func<CancellationToken, Task>? onTimer = null,
        TriggerLimits? limits = null, ITableEngine? engine = null)
    {
        var office = new HostedOffice();
        var handlers = new Handlers(onBell, onTimer ?? (_ => Task.CompletedTask));
        var options = new BackOfficeOptions
        {
            Data = office._folder.File("data"), FunctionsHostPort = 0, AllowedHosts = ["pos.example"],
            ServiceBus = ServiceBusAddress.Parse("http://127.0.0.1:9"), MailPickup = office._folder.File("m"),
        };
        office._app = await BackOffice.Create(options, TimeProvider.System, services => services
            .AddSingleton(handlers)
            .AddSingleton(_ => Table())
            .AddSingleton(_ => new TablePort(
                engine ?? SqliteTableEngine.Open(office._folder.File("tables.db")), TimeProvider.System))
            .AddSingleton<IKeyStore>(_ => new KeyFiles(office._folder.File("keys")))
            .AddSingleton(limits ?? new TriggerLimits { WaitMax = TimeSpan.FromMilliseconds(1) }));
        await office._app.StartAsync();
        office.Http = new HttpClient { BaseAddress = new Uri(BackOffice.AddressOf(office._app)) };
        return office;
    }

    /// <summary>A call as the host makes it.</summary>
    public Task<HttpResponseMessage> Trigger(string path, byte[] payload, params (string, string)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(payload),
        };
        foreach (var (name, value) in headers)
            if (name == "Host")
                request.Headers.Host = value;
            else
                request.Headers.Add(name, value);
        return Http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    private static FunctionTable Table()
    {
        var table = new FunctionTable();
        table.MapHosting();
        table.Queue<Handlers>("apply-journal", 2, handlers => handlers.OnBell.Invoke);
        table.Timer<Handlers>("tick", "0 * * * * *", handlers => handlers.OnTimer.Invoke);
        return table;
    }

    internal sealed record Handlers(
        Func<Doorbell, CancellationToken, Task> OnBell, Func<CancellationToken, Task> OnTimer);
}
