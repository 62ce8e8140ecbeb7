using System.Diagnostics;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// Microsoft's emulator of Azure Tables, started once for all tests and in memory. It ends with this process,
/// because its standard input does. Each test takes an account of its own, which is empty.
/// </summary>
internal static class Azurite
{
    private const int AccountsMax = 2_000;

    /// <summary>Any base64 is a key for accounts that exist only in memory.</summary>
    private const string Key = "Y2xvdWRwb3M=";

    private static readonly string folder =
        Path.Combine(SourceTree.Top, "tests", "CloudPos.Tests", "Azurite");

    private static readonly Lazy<Task<Uri>> started = new(Start);
    private static int accounts;

    /// <summary>Held, since collecting it would close the standard input that keeps it running.</summary>
    private static Process? process;

    public static bool IsMissing { get; } =
        !File.Exists(Path.Combine(folder, "node_modules", "azurite", "package.json"))
        || !OnPath(OperatingSystem.IsWindows() ? "node.exe" : "node");

    /// <summary>Skips the test where the emulator is not installed.</summary>
    public static void Require() => Assert.SkipWhen(
        IsMissing, "Azurite is not installed: npm ci --prefix tests/CloudPos.Tests/Azurite");

    /// <param name="through">Another port on loopback that leads to the emulator.</param>
    public static async Task<TablesAddress> NewAccount(int? through = null)
    {
        Require();
        var uri = await started.Value;
        int number = Interlocked.Increment(ref accounts);
        if (number > AccountsMax) throw new InvalidOperationException("More accounts than were made.");
        return TablesAddress.Parse(
            $"AccountName=t{number};AccountKey={Key};" +
            $"TableEndpoint=http://127.0.0.1:{through ?? uri.Port}/t{number}")!;
    }

    public static async Task<AzureTableEngine> OpenNew() => Open(await NewAccount());

    /// <summary>Far longer than the emulator takes on a busy machine.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(2);

    public static AzureTableEngine Open(TablesAddress address, TimeSpan? answerWithin = null) =>
        new(AzureTableAccount.Open(address, NoCredential, answerWithin ?? AnswerWithin));

    public static async Task<int> Port() => (await started.Value).Port;

    private static Azure.Core.TokenCredential NoCredential() =>
        throw new InvalidOperationException("An emulator needs no credential.");

    private static async Task<Uri> Start()
    {
        var start = new ProcessStartInfo("node", "start.cjs")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] =
            string.Join(';', Enumerable.Range(1, AccountsMax).Select(n => $"t{n}:{Key}"));
        process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync();
        if (line is null) throw new InvalidOperationException("Azurite did not start.");
        return new Uri(line);
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(path => path.Length > 0 && File.Exists(Path.Combine(path, program)));
}
