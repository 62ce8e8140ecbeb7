using System.Diagnostics;

namespace CloudPos.Local.Cloud;

/// <summary>
/// Microsoft's emulator of Azure Tables, in memory; it ends with its standard input. It comes from npm and
/// lies with the tests, which use it too.
/// </summary>
internal sealed class AzuriteProcess : IAsyncDisposable
{
    private const string Account = "story";

    /// <summary>Any base64 is a key for an account that exists only in memory.</summary>
    private const string Key = "Y2xvdWRwb3M=";
    private readonly Process _process;

    private AzuriteProcess(Process process, string address)
    {
        _process = process;
        ConnectionString =
            $"AccountName={Account};AccountKey={Key};TableEndpoint={address.TrimEnd('/')}/{Account}";
    }

    public string ConnectionString { get; }

    public static async Task<AzuriteProcess> Start()
    {
        var folder = Folder();
        var start = new ProcessStartInfo("node", "start.cjs")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Key}";
        var process = Process.Start(start)!;
        return await process.StandardOutput.ReadLineAsync() is { } address
            ? new AzuriteProcess(process, address)
            : throw new InvalidOperationException("Azurite did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Folder()
    {
        const string below = "tests/CloudPos.Tests/Azurite";
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CloudPos.sln")))
                break;
        var found = Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, below);
        return File.Exists(Path.Combine(found, "node_modules", "azurite", "package.json"))
            ? found
            : throw new InvalidOperationException($"Azurite is not installed: npm ci --prefix {below}");
    }
}
