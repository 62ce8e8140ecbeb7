using System.CommandLine;
using System.Text.Json;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Terminal.Web;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// serve: the running terminal. Only here does the web server come in; other verbs never load it.
/// </summary>
internal sealed class ServeVerb(VerbHost host)
{
    private readonly Option<string> _urls = new("--urls")
    {
        Description = "Where the touch screen is; on this machine only. Port 0 lets the system choose.",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://127.0.0.1:0",
    };

    private readonly Option<bool> _stdinGuard = new("--stdin-guard")
    {
        Description = "End when standard input closes, so that nothing outlives the program that started it.",
    };

    private readonly Option<string?> _cards = new("--cards")
    {
        Description = "A folder with scripted cards that the screen offers, for demonstration and training.",
        HelpName = "DIR",
    };

    public Command Create()
    {
        var verb = new Verb(
            "serve",
            "Keep the terminal running: its touch screen, forwarding by itself, verbs of others.",
            "serve --data till1 --urls http://127.0.0.1:8081")
        {
            host.Data, _urls, _stdinGuard, _cards,
        };
        verb.SetAction(Serve);
        return verb;
    }

    private async Task<int> Serve(ParseResult parse, CancellationToken cancel)
    {
        if (!Uri.TryCreate(parse.GetValue(_urls), UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttp || !address.IsLoopback)
            return host.Print(parse, VerbResult.Error(
                ExitCode.BadInput, "--urls is an address of this machine, such as http://127.0.0.1:8081."));
        NativeMemoryUse.TryLimit();
        var data = host.PathOf(parse.GetRequiredValue(host.Data));
        if (!HandOver.FitsSocket(data))
            return host.Print(parse, VerbResult.Error(
                ExitCode.BadInput,
                    "The path of --data is too long for a Unix socket; choose one nearer to the root."));
        // A terminal that is given away at its screen begins anew where its page already looks for it.
        for (var port = address.Port; ;)
        {
            (var code, port, var leaving) = await Once(parse, data, port, cancel);
            leaving?.Finish();
            if (leaving is not { IsAsked: true } || cancel.IsCancellationRequested)
                return code;
        }
    }

    private async Task<(int Code, int Port, Leaving? Leaving)> Once(
        ParseResult parse, string data, int port, CancellationToken cancel)
    {
        var web = ServeHost.NewBuilder();
        var opened = TerminalStore.TryOpen(data, host.Time);
        if (opened.Store is null)
        {
            var error = VerbResult.Error(ExitCodes.Of(opened.Status), opened.Sentence);
            return (host.Print(parse, error), port, null);
        }
        using var context = new TerminalContext(opened.Store, host.Time);
        if (context.Store is { Enrolment: null, IsDamaged: true })
            return (host.Print(parse, VerbResult.NotEnrolled(context.Store)), port, null);
        using var logs = LoggerFactory.Create(builder => builder
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var cards = parse.GetValue(_cards) is { } folder ? host.PathOf(folder) : null;
        var parts = new ServeParts(
            data, port, parse.GetValue(_stdinGuard), cards, context, new Forwarding(context, logs),
            logs,
            (request, _) => TakeOver(context, request),
            () =>
                JsonSerializer.SerializeToUtf8Bytes(StatusVerb.Of(context), CliJson.Default.StatusDocument));
        using var stopPrinting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var printing = context.Printing.Run(stopPrinting.Token);
        port = await ServeHost.Run(parts, web, Say, cancel);
        await stopPrinting.CancelAsync();
        await printing;
        // While the folder is still locked, so that no verb finds it in between.
        if (parts.Leaving.MoveAside(data) is { } aside)
            Say(aside);
        return ((int)ExitCode.Done, port, parts.Leaving);
    }

    /// <summary>A verb of another process, run here on the open terminal.</summary>
    private async Task<HandOverResult> TakeOver(TerminalContext context, HandOverRequest request)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var afterwards = new List<Action>();
        var code = await VerbRunner.Run(
            [.. request.Arguments], request.Directory, output, errors, host.Time, context,
            afterwards: afterwards);
        return new HandOverResult(
            new HandOverAnswer(code, output.ToString(), errors.ToString()), afterwards);
    }

    /// <summary>Whoever started this waits for the line, so it may not lie in a buffer.</summary>
    private void Say(string line)
    {
        host.Output.WriteLine(line);
        host.Output.Flush();
    }
}
