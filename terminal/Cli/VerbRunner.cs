using System.CommandLine;
using System.CommandLine.Help;
using CloudPos.Terminal.Journal.Keys;
using CloudPos.Terminal.Web;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// Runs one command line: in a process of its own, or inside the running terminal for one that handed it
/// over.
/// </summary>
internal static class VerbRunner
{
    /// <param name="directory">File names in the arguments are relative to it.</param>
    /// <param name="running">The terminal that is open already; null where the verb opens it.</param>
    /// <param name="input">Where a PIN is read from that stands as "-"; the console's when null.</param>
    /// <param name="afterwards">Gets what the caller is to run once it has put the output out; null runs it
    /// here.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(
        string[] arguments, string directory, TextWriter output, TextWriter errors, TimeProvider time,
        TerminalContext? running = null, CancellationToken cancel = default, TextReader? input = null,
        List<Action>? afterwards = null)
    {
        if (running is null)
            arguments = PinArguments.Expand(arguments, input ?? Console.In);
        var host = new VerbHost(arguments, directory, output, errors, time, running)
        {
            Afterwards = afterwards,
        };
        // A leading @ would be taken for a file of arguments; a stripe or a reason may begin with one.
        var parse = Root(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parse.Errors.Count > 0 && parse.Action is not (FullHelp or null) && !IsVersion(parse))
            return host.Print(parse, BadArguments(parse));
        try
        {
            return await parse.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = errors,
                    EnableDefaultExceptionHandler = false,
                    // A verb that is interrupted leaves what a power cut would: nothing half done. So it may
                    // just end.
                    ProcessTerminationTimeout = null,
                },
                cancel);
        }
        catch (HandOverException lost)
        {
            return host.Print(parse, VerbResult.Error(ExitCode.Unknown, lost.Message));
        }
        catch (KeyStoreException keys)
        {
            return host.Print(parse, VerbResult.Error(ExitCode.BadInput, keys.Message));
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // Where it happened is needed to mend it; its message might quote what was typed and is masked.
            var what = $"An error in the program: {bug.GetType().Name}: {bug.Message}";
            return host.Print(parse, VerbResult.Error(ExitCode.Internal, what, $"{bug.StackTrace}"));
        }
    }

    private static RootCommand Root(VerbHost host)
    {
        var root = new RootCommand("A payment terminal that sells online and offline, and loses nothing.")
        {
            new EnrolVerb(host).Create(),
            new ServeVerb(host).Create(),
            new SaleVerb(host).Create(),
            new VoidVerb(host).Create(),
            new RefundVerb(host).Create(),
            new RefundsVerb(host).Create(),
            new StockVerbs(host).Create(),
            new ProductVerbs(host).Create(),
            new CustomerVerbs(host).Create(),
            new ShiftVerbs(host).Create(),
            new StatusVerb(host).Create(),
            new ForwardVerb(host).Create(),
            new JournalVerbs(host).Create(),
            new ReportVerb(host).Create(),
            new ReceiptVerb(host).Create(),
            new PrinterVerbs(host).Create(),
            new InvoiceVerbs(host).Create(),
            new DrillVerbs(host).Create(),
            new TrainingVerb(host).Create(),
            new AttemptsVerbs(host).Create(),
            new PeopleVerbs(host).Create(),
            new ResetVerb(host).Create(),
            new PolicyVerbs(host).Create(),
            new DecodeVerb(host).Create(),
            host.Json,
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new FullHelp((HelpAction)help.Action!);
        return root;
    }

    private static bool IsVersion(ParseResult parse) =>
        parse.CommandResult.Command.Options.OfType<VersionOption>().Any(
            option => parse.GetResult(option) is not null);

    private static VerbResult BadArguments(ParseResult parse)
    {
        var verb = parse.CommandResult.Command;
        var path = string.Join(
            ' ', verb.Parents.OfType<Command>().Select(parent => parent.Name).Append(verb.Name));
        return VerbResult.Error(
            ExitCode.BadInput,
            [.. parse.Errors.Select(
                error => error.Message).Distinct(), $"'{path} --help' shows what can be said."]);
    }
}
