using System.Diagnostics;
using System.Globalization;
using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Terminal.Web;

namespace CloudPos.Benchmarks.Terminal;

/// <summary>
/// The terminal as it is shipped, named by CLOUDPOS_TERMINAL: how long from its start to the first sale on
/// disk, what it takes of memory while it waits and after many sales, and how large it is.
/// </summary>
internal static class ProgramRun
{
    private const int Sales = 10_000;

    /// <summary>Sales between two looks at the memory; odd, so as to keep no step with a collector.</summary>
    private const int LookEvery = 13;

    public static async Task Run(BenchmarkRun run)
    {
        var binary = Environment.GetEnvironmentVariable(Programs.TerminalVariable);
        if (!File.Exists(binary))
        {
            Console.WriteLine(
                $"Name the program that 'dotnet publish terminal -c Release' made in "
                + $"{Programs.TerminalVariable}.");
            return;
        }
        var (world, till) = await LocalShop.Open(run);
        await using (world)
        {
            var starts = new List<double>();
            for (var round = 0; round < run.Rounds * 4; round++)
                starts.Add(await FirstSale(binary, till));
            var (idle, after, most, sale) = await Serve(run, binary, till);
            var table = new ResultTable(
                "start to first sale ms", "idle MiB", $"after {run.Scaled(Sales)} sales MiB",
                "most between them MiB", "sale by a verb p50 ms", "p99 ms", "binary MiB");
            table.Add(
                Samples.Median(starts) * 1e3, idle, after, most, sale.Milliseconds(0.5),
                sale.Milliseconds(0.99), new FileInfo(binary).Length / 1048576.0);
            await table.Print();
        }
    }

    /// <summary>A process that opens the folder, sells and ends.</summary>
    private static async Task<double> FirstSale(string binary, string till)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Start(binary, SaleArguments(till));
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var taken = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0 ? taken : throw new InvalidOperationException(await output);
    }

    private static async Task<(double Idle, double After, double Most, Samples Sale)> Serve(
        BenchmarkRun run, string binary, string till)
    {
        using var serve = Start(binary, ["serve", "--data", till, "--stdin-guard"]);
        try
        {
            await serve.StandardOutput.ReadLineAsync();
            var output = serve.StandardOutput.ReadToEndAsync();
            var errors = serve.StandardError.ReadToEndAsync();
            await Task.Delay(TimeSpan.FromSeconds(5));
            var idle = ResidentMebibytes(serve.Id);
            var taken = new List<double>();
            var most = idle;
            var all = Stopwatch.StartNew();
            for (var sale = 0; sale < run.Scaled(Sales); sale++)
            {
                var began = Stopwatch.GetTimestamp();
                var end = await HandOver.Try(till, SaleArguments(till), CancellationToken.None);
                if (end?.ExitCode != 0)
                    throw new InvalidOperationException(end?.Errors ?? "Nobody took the sale over.");
                taken.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                // What is garbage and not yet collected comes and goes.
                if (sale % LookEvery == 0)
                    most = Math.Max(most, ResidentMebibytes(serve.Id));
            }
            var after = ResidentMebibytes(serve.Id);
            serve.StandardInput.Close();
            await serve.WaitForExitAsync();
            await Task.WhenAll(output, errors);
            return (idle, after, Math.Max(most, after), new Samples(taken, all.Elapsed));
        }
        finally
        {
            if (!serve.HasExited)
                serve.Kill();
        }
    }

    private static string[] SaleArguments(string till) =>
        ["sale", "--data", till, "--line", DemoCatalogue.Products[0].Sku, "--pay", "cash"];

    private static Process Start(string binary, string[] arguments) => Process.Start(
        new ProcessStartInfo(binary, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;

    private static double ResidentMebibytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(
            text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        var kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return int.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024.0;
    }
}
