using System.Text.Json;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>The room against the acquirer of infra/local over a real socket, in one dialect.</summary>
public abstract class AcquirerDoubleTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private AcquirerHost _acquirer = null!;

    private protected PaymentWorld World { get; private set; } = null!;

    private protected virtual Dialect Dialect => Dialect.Ascii;

    /// <summary>The table of the dialect, with the short pauses of a test.</summary>
    private protected virtual AcquirerProfile Profile(AcquirerProfile quick) => quick;

    public async ValueTask InitializeAsync()
    {
        _acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(_folder.Path) { Dialect = Dialect }, TimeProvider.System);
        World = await PaymentWorld.Start(
            Profile, port: _acquirer.Address.Port, retries: RetryRules.Parse("none"));
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await _acquirer.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Accepted offline, and asked about since.</summary>
    /// <param name="isSilent">The first request gets no answer, or one that is too late.</param>
    private protected async Task<TestSale> Deferred(string pan, bool isSilent = false)
    {
        var sale = World.Sale(pan: pan);
        await World.Attempt(sale);
        await World.Accept(sale);
        var asking = World.RunDue();
        await (isSilent ? Unanswered(asking) : asking);
        await PaymentWorld.Until(() => World.Link.IsReady);
        await World.Settle();
        return sale;
    }

    /// <summary>Asks, and waits for no answer once the acquirer has the request in its log.</summary>
    private protected async Task Unanswered(Task asking)
    {
        while ((await Log()).Count == 0)
            await Task.Delay(10);
        World.Silence.NothingComes();
        await asking;
    }

    /// <summary>What the acquirer says of itself.</summary>
    private protected async Task<List<JsonElement>> Log()
    {
        using var http = new HttpClient();
        var json = await http.GetStringAsync(new Uri($"{_acquirer.ControlAddress}/log"));
        return [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
    }
}
