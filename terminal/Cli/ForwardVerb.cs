using System.CommandLine;

namespace CloudPos.Terminal.Cli;

/// <summary>forward: sends what the back office lacks and fetches what is new, once.</summary>
internal sealed class ForwardVerb(VerbHost host)
{
    public Command Create()
    {
        var verb = new Verb(
            "forward",
            "Send what the back office lacks and fetch what is new, once. 'serve' does this by itself.",
            "forward --data till1")
        {
            host.Data,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(parse, context => Forward(context, cancel)));
        return verb;
    }

    private static async Task<VerbResult> Forward(TerminalContext context, CancellationToken cancel)
    {
        if (context.Forwarder is not { } forwarder)
            return VerbResult.NotEnrolled(context.Store);
        var report = await forwarder.Run(cancel);
        var document = new ForwardDocument(
            report.Entries, report.FeedRows, report.Acknowledged, report.Unsent, report.Stopped);
        var code = report.IsComplete ? ExitCode.Done
            : context.Store.IsDamaged ? ExitCode.JournalDamaged
            : ExitCode.BackOfficeUnreachable;
        var told = $"Acknowledged: {report.Entries} entries; fetched: {report.FeedRows} rows; "
            + $"waiting: {report.Unsent} entries.";
        return report.IsComplete
            ? VerbResult.Done(told + "\n", document, CliJson.Default.ForwardDocument)
            : VerbResult.Failed(code, document, CliJson.Default.ForwardDocument, report.Stopped!, told);
    }
}
