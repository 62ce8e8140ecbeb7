using CloudPos.Crypto;
using CloudPos.Local.Children;

namespace CloudPos.Local.Story;

/// <summary>
/// The back office that the story plays with: alone, or under the double of the Functions host.
/// </summary>
internal interface IOffice : IAsyncDisposable
{
    /// <summary>For example http://127.0.0.1:40123</summary>
    string Address { get; }

    /// <summary>A bearer token of somebody with all roles.</summary>
    string Token { get; }
}

/// <summary>The back office as one program with all of its state in a folder.</summary>
internal sealed class StandaloneOffice : IOffice
{
    private readonly ChildProcess _process;
    private readonly Es256Key _issuer = Es256Key.Generate();

    private StandaloneOffice(string data, string link, TimeProvider time)
    {
        _process = new ChildProcess(new ChildStart(
            "back office", Programs.Functions,
            [
                "--data", Path.Combine(data, "backoffice"), "--urls", "http://127.0.0.1:0",
                "--acquirer", link, "--mail-pickup", Path.Combine(data, "mail"),
                "--development-issuer", _issuer.PublicKey.Text,
                "--stdin-guard",
            ],
            Path.Combine(data, "logs", "backoffice.log")));
        Token = PersonToken.Create(
            _issuer, "demo", ["admin", "manager", "finance", "support"], time.GetUtcNow());
    }

    public string Address { get; private set; } = "";

    public string Token { get; }

    public static async Task<IOffice> Start(string data, string link, TimeProvider time)
    {
        var office = new StandaloneOffice(data, link, time);
        office.Address = "http://" + (await office._process.StartAsync()).Groups["address"].Value;
        return office;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _issuer.Dispose();
    }
}
