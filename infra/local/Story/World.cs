using CloudPos.Crypto;
using CloudPos.Local.Children;
using CloudPos.Local.Line;

namespace CloudPos.Local.Story;

/// <summary>
/// Everything that runs: the acquirer, the back office and the tills, each a process of its own on loopback
/// with a port that the system chose, and a line for each till that can be cut. All of it ends with this
/// process.
/// </summary>
internal sealed partial class World : IAsyncDisposable
{
    private readonly ChildProcess _acquirer;
    private readonly ChildProcess _backOffice;
    private readonly List<Till> _tills = [];
    private readonly Es256Key _issuer = Es256Key.Generate();

    private World(
        string data, ChildProcess acquirer, Func<Es256Key, string, ChildProcess> backOffice, string link)
    {
        Data = data;
        _acquirer = acquirer;
        _backOffice = backOffice(_issuer, link);
    }

    public string Data { get; }

    public string Mails => Path.Combine(Data, "mail");

    public string BackOfficeAddress { get; private set; } = "";

    public string AcquirerControl { get; private set; } = "";

    public BackOfficeDesk Desk { get; private set; } = null!;

    public AcquirerWindow Acquirer { get; private set; } = null!;

    public IReadOnlyList<Till> Tills => _tills;

    public static async Task<World> Start(string data, int tills, TimeProvider time)
    {
        var logs = Path.Combine(data, "logs");
        var acquirer = new ChildProcess(new ChildStart(
            "acquirer", Programs.Local, ["acquirer", "--data", Path.Combine(data, "acquirer")],
            Path.Combine(logs, "acquirer.log"))
        { Ready = AcquirerReady() });
        var ready = await acquirer.StartAsync();
        var world = new World(data, acquirer, (issuer, link) => new ChildProcess(new ChildStart(
            "back office", Programs.Functions,
            [
                "--data", Path.Combine(data, "backoffice"), "--urls", "http://127.0.0.1:0",
                "--acquirer", link, "--mail-pickup", Path.Combine(data, "mail"),
                "--development-issuer", issuer.PublicKey.Text,
                "--stdin-guard",
            ],
            Path.Combine(logs, "backoffice.log"))), ready.Groups["address"].Value);
        world.AcquirerControl = ready.Groups["control"].Value;
        world.Acquirer = new AcquirerWindow(world.AcquirerControl);
        var backOffice = (await world._backOffice.StartAsync()).Groups["address"].Value;
        world.BackOfficeAddress = $"http://{backOffice}";
        world.Desk = new BackOfficeDesk(world.BackOfficeAddress, world._issuer, time);
        for (var number = 1; number <= tills; number++)
            world._tills.Add(new Till(
                $"t{number}", Path.Combine(data, $"t{number}"), logs,
                LineProxy.Start(System.Net.IPEndPoint.Parse(backOffice))));
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
        await _backOffice.DisposeAsync();
        await _acquirer.DisposeAsync();
        _issuer.Dispose();
    }

    [System.Text.RegularExpressions.GeneratedRegex(
        @"^\s*listening on (?<address>127\.0\.0\.1:\d+), control on (?<control>http://127\.0\.0\.1:\d+)")]
    private static partial System.Text.RegularExpressions.Regex AcquirerReady();
}
