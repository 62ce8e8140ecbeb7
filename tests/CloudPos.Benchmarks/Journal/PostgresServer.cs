using System.Diagnostics;
using Npgsql;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// A PostgreSQL cluster of its own in a folder, on a Unix socket there, with default durability (fsync and
/// synchronous_commit on). Its programs refuse to run as root, so they run as the postgres user then.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Programs = "/usr/lib/postgresql";
    private readonly string _bin;
    private readonly string _data;

    private PostgresServer(string bin, string folder, string data, string user)
    {
        (_bin, _data) = (bin, data);
        Connection = $"Host={folder};Username={user};Database=postgres";
    }

    public string Connection { get; }

    /// <summary>Null, with a line that says so, where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer?> TryStart(string folder)
    {
        var bin = Directory.Exists(Programs)
            ? Directory.EnumerateDirectories(Programs).Order().Select(version => Path.Combine(version, "bin"))
                .LastOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            : null;
        if (bin is null)
        {
            Console.WriteLine("note: no PostgreSQL here (apt-get install postgresql), so it is left out");
            return null;
        }
        var data = Path.Combine(folder, "data");
        if (Environment.UserName == "root")
        {
            await Run("chown", "postgres", folder);
            await Run("chmod", "a+x", Path.GetDirectoryName(folder)!);
        }
        await Run(Path.Combine(bin, "initdb"), "-D", data, "-A", "trust", "-U", "bench");
        await Run(
            Path.Combine(bin, "pg_ctl"), "-D", data, "-w", "-l", Path.Combine(folder, "log"),
            "-o", $"-k {folder} -c listen_addresses=", "start");
        return new PostgresServer(bin, folder, data, "bench");
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Run(Path.Combine(_bin, "pg_ctl"), "-D", _data, "-m", "immediate", "stop");
    }

    private static async Task Run(string program, params string[] arguments)
    {
        var asPostgres = Environment.UserName == "root" && program.StartsWith('/');
        var start = new ProcessStartInfo(asPostgres ? "runuser" : program)
        {
            RedirectStandardOutput = true,
        };
        if (asPostgres)
            foreach (var word in (string[])["-u", "postgres", "--", program])
                start.ArgumentList.Add(word);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!process.HasExited)
            await Task.Delay(20, bound.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
