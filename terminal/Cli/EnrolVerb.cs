using System.CommandLine;

namespace CloudPos.Terminal.Cli;

/// <summary>enrol: joins a merchant with a one-time code, and fetches the catalogue and the limits.</summary>
internal sealed class EnrolVerb(VerbHost host)
{
    private readonly Option<string> _url = new("--url")
    {
        Description = "The back office's address; https, except on this very machine.",
        HelpName = "URL",
        Required = true,
    };

    private readonly Option<string> _code = new("--code")
    {
        Description = "The one-time code that the back office gave out for this terminal.",
        HelpName = "CODE",
        Required = true,
    };

    public Command Create()
    {
        var verb = new Verb(
            "enrol", "Join a merchant: makes this terminal's key and opens its journal.",
            "enrol --data till1 --url https://pos.example.com --code ABCD-1234")
        {
            host.Data, _url, _code,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(
            parse, context => Enrol(context, parse, cancel), mayCreate: true));
        return verb;
    }

    private async Task<VerbResult> Enrol(TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        if (host.Running is not null)
            return VerbResult.Error(
                ExitCode.FolderInUse,
                    "End 'serve' first: an enrolment changes what it is and whom it talks to.");
        var joined = await Joining.Join(
            context, parse.GetRequiredValue(_url), parse.GetRequiredValue(_code), cancel);
        if (joined is not { Answer: { } answer, Fetched: { } fetched })
            return VerbResult.Error(joined.Code, joined.Sentence);
        var feed = fetched.IsComplete
            ? $"{fetched.FeedRows} rows fetched."
            : $"nothing fetched yet: {fetched.Stopped}";
        var document = new EnrolDocument(
            answer.Terminal, answer.Epoch, answer.Merchant, answer.Store, answer.MerchantName,
            answer.Currency, fetched.IsComplete ? fetched.FeedRows : null);
        var text = $"Enrolled as {answer.Terminal}, epoch {answer.Epoch}, of {answer.MerchantName}; {feed}\n";
        return VerbResult.Done(text, document, CliJson.Default.EnrolDocument);
    }
}
