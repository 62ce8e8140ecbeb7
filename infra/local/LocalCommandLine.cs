using System.CommandLine;
using System.Globalization;
using CloudPos.Local.Acquirer;
using CloudPos.Local.Finance;
using CloudPos.Local.Printer;
using CloudPos.Local.Quantities;
using CloudPos.Local.Story;

namespace CloudPos.Local;

/// <summary>The command line of cloudpos-local.</summary>
internal static class LocalCommandLine
{
    public static RootCommand Build()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder for all state; the default lies under the project and is emptied first.",
        };
        var once = new Option<bool>("--once")
        {
            Description = "End after the story: 0 only when every check held.",
        };
        var host = new Option<string>("--host")
        {
            Description = "alone, or functions: published, under a double of the Azure Functions host.",
            DefaultValueFactory = _ => "alone",
        };
        host.AcceptOnlyFromAmong("alone", "functions");
        var package = new Option<string?>("--package")
        {
            Description = "With --host functions: a published function app; else it is published first.",
        };
        var root = new RootCommand(
            "CloudPos on one machine: starts acquirer, back office and two terminals, and plays an outage.")
        {
            data, once, host, package,
        };
        root.Subcommands.Add(AcquirerCommand());
        root.Subcommands.Add(PrinterCommand.Build());
        root.Subcommands.Add(QuantitiesCommand.Build());
        root.Subcommands.Add(SmokeCommand.Build());
        root.Subcommands.Add(FinanceCommands.Bank());
        root.Subcommands.Add(FinanceCommands.Listing());
        root.SetAction((parsed, cancel) => StoryRun.Run(
            new StoryOptions(parsed.GetValue(data), parsed.GetValue(once))
            {
                UnderFunctionsHost = parsed.GetValue(host) == "functions", Package = parsed.GetValue(package),
            },
            Console.Out, cancel));
        return root;
    }

    private static Command AcquirerCommand()
    {
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "Folder of the acquirer's memory.", Required = true,
        };
        var port = new Option<int>("--port") { Description = "Port on loopback; 0: the system chooses." };
        var cutOver = new Option<string>("--cut-over")
        {
            Description = "When a settlement date ends: HH:mm in UTC.",
            DefaultValueFactory = _ => "00:00",
        };
        cutOver.Validators.Add(result =>
        {
            if (!TryParseTime(result.GetValueOrDefault<string>(), out _))
                result.AddError("--cut-over is HH:mm.");
        });
        var dialect = new Option<string>("--dialect")
        {
            Description = "ascii, or packed: digits two a byte, other frames, codes and private fields.",
            DefaultValueFactory = _ => "ascii",
        };
        dialect.AcceptOnlyFromAmong([.. Dialect.Names]);
        var tls = new Option<bool>("--tls")
        {
            Description = "Secure the line; the CA to trust lies in the folder as ca.pem.",
        };
        var command = new Command("acquirer", "The simulated acquirer. Ends when standard input closes.")
        {
            data, port, cutOver, dialect, tls,
        };
        command.SetAction((parsed, cancel) =>
        {
            TryParseTime(parsed.GetValue(cutOver), out var end);
            var folder = parsed.GetRequiredValue(data).FullName;
            var options = new AcquirerOptions(folder, parsed.GetValue(port), end, LogLevel.Information)
            {
                Dialect = Dialect.Named(parsed.GetValue(dialect)!), IsSecured = parsed.GetValue(tls),
            };
            return RunAcquirerAsync(options, cancel);
        });
        return command;
    }

    private static async Task<int> RunAcquirerAsync(AcquirerOptions options, CancellationToken cancel)
    {
        await using var acquirer = await AcquirerHost.StartAsync(options, TimeProvider.System);
        Console.WriteLine($"listening on {acquirer.Address}, control on {acquirer.ControlAddress}");
        await UntilInputClosesAsync(cancel);
        return 0;
    }

    /// <summary>Reading a console blocks a thread, so it has one of its own.</summary>
    private static async Task UntilInputClosesAsync(CancellationToken cancel)
    {
        var closed = Task.Factory.StartNew(ReadToEnd, TaskCreationOptions.LongRunning);
        await Task.WhenAny(closed, Task.Delay(Timeout.Infinite, cancel));
    }

    private static void ReadToEnd()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> buffer = stackalloc byte[256];
        while (input.Read(buffer) > 0) buffer.Clear();
    }

    private static bool TryParseTime(string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
}
