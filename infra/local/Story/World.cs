using CloudPos.Local.Children;
using CloudPos.Local.Line;
using CloudPos.Local.Printer;

namespace CloudPos.Local.Story;

/// <summary>
/// Everything that runs: the acquirer, the back office and the tills, each a process of its own on loopback
/// with a port that the system chose, and a line for each till that can be cut. All of it ends with this
/// process.
/// </summary>
internal sealed partial class World : IAsyncDisposable
{
    private readonly ChildProcess _acquirer;
    private readonly IOffice _office;
    private readonly List<Till> _tills = [];

    private World(string data, ChildProcess acquirer, IOffice office)
    {
        (Data, _acquirer, _office) = (data, acquirer, office);
        Desk = new BackOfficeDesk(office.Address, office.Token);
    }

    public string Data { get; }

    /// <summary>The first till's receipt printer, and the pictures of what it printed.</summary>
    public PrinterDouble Printer { get; } = PrinterDouble.Start(TimeProvider.System);

    public string Papers => Path.Combine(Data, "papers");

    public string Mails => Path.Combine(Data, "mail");

    public string BackOfficeAddress => _office.Address;

    /// <summary>A bearer token of somebody with all roles, for the commands of a finance clerk.</summary>
    public string Token => _office.Token;

    /// <summary>Set when the back office runs under the double of the Functions host.</summary>
    public HostedOffice? Hosted => _office as HostedOffice;

    public string AcquirerControl { get; private set; } = "";

    public BackOfficeDesk Desk { get; }

    public AcquirerWindow Acquirer { get; private set; } = null!;

    public IReadOnlyList<Till> Tills => _tills;

    /// <param name="package">A published function app; null: the back office alone.</param>
    public static async Task<World> Start(string data, int tills, TimeProvider time, string? package = null)
    {
        var logs = Path.Combine(data, "logs");
        var acquirer = new ChildProcess(new ChildStart(
            "acquirer", Programs.Local, ["acquirer", "--data", Path.Combine(data, "acquirer")],
            Path.Combine(logs, "acquirer.log"))
        { Ready = AcquirerReady() });
        var ready = await acquirer.StartAsync();
        var link = ready.Groups["address"].Value;
        var office = package is null
            ? await StandaloneOffice.Start(data, link, time)
            : await HostedOffice.Start(package, data, link, time);
        var world = new World(data, acquirer, office);
        world.AcquirerControl = ready.Groups["control"].Value;
        world.Acquirer = new AcquirerWindow(world.AcquirerControl);
        for (var number = 1; number <= tills; number++)
            world._tills.Add(new Till(
                $"t{number}", Path.Combine(data, $"t{number}"), logs,
                LineProxy.Start(System.Net.IPEndPoint.Parse(new Uri(office.Address).Authority))));
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var till in _tills)
        {
            await till.DisposeAsync();
            await till.Line.DisposeAsync();
        }
        Desk?.Dispose();
        Acquirer?.Dispose();
        await _office.DisposeAsync();
        await Printer.DisposeAsync();
        await _acquirer.DisposeAsync();
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        @"^\s*listening on (?<address>127\.0\.0\.1:\d+), control on (?<control>http://127\.0\.0\.1:\d+)")]
    private static partial System.Text.RegularExpressions.Regex AcquirerReady();
}
