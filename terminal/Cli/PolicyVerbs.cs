using System.CommandLine;
using System.Globalization;
using System.Text;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>policy: what it says, why it decided as it did, and what another would have decided.</summary>
internal sealed class PolicyVerbs(VerbHost host)
{
    private const int FileBytesMax = 256 * 1024;

    private readonly Argument<string> _payment = new("payment")
    {
        Description = "A payment's id, or the number of its receipt.",
    };

    private readonly Argument<string> _file = new("file")
    {
        Description = "A policy as JSON, as the back office takes it.",
    };

    public Command Create()
    {
        var show = new Verb("show", "Show the policy in force and those to come.", "policy show --data till1")
        {
            host.Data,
        };
        show.SetAction(parse => host.OnTerminal(parse, context => Show(context.Store)));
        var explain = new Verb(
            "explain", "Show why a card was accepted or refused without the issuer, rule by rule.",
            "policy explain --data till1 T0000001-1-000007",
            "policy explain --data till1 0123456789abcdef0123456789abcdef")
        {
            host.Data, _payment,
        };
        explain.SetAction(parse => host.OnTerminal(
            parse, context => Explain(context.Store, parse.GetRequiredValue(_payment))));
        var trial = new Verb(
            "try", "Replay this terminal's own journal under another policy; changes nothing.",
            "policy try --data till1 stricter.json")
        {
            host.Data, _file,
        };
        trial.SetAction(parse => host.OnTerminal(
            parse, context => Try(context.Store, parse.GetRequiredValue(_file))));
        return new Command("policy", "What is accepted without the issuer.") { show, explain, trial };
    }

    private static VerbResult Show(TerminalStore store)
    {
        var policy = store.PolicyNow();
        var now = store.Now;
        var later = store.Plan.Policies.Where(one => one.From > now).ToList();
        return VerbResult.Done(
            PolicyText.Of(policy, later), new PolicyDocument(policy, later), CliJson.Default.PolicyDocument);
    }

    private static VerbResult Explain(TerminalStore store, string text)
    {
        var receipt = store.FindSale(text);
        Id payment = default;
        if (receipt is null && !Id.TryParse(text, out payment))
            return VerbResult.Error(
                ExitCode.BadInput, "A payment is named by its id, 32 hexadecimal digits, or its receipt.");
        var found = DecidedPayment.All(store).LastOrDefault(
            one => receipt is null ? one.Payment == payment : one.Number == receipt.Number);
        if (found is null)
            return VerbResult.Error(
                ExitCode.BadInput,
                "The policy decided no such payment here: the issuer did, or it was cash.");
        var facts = found.Policy is null
            ? null
            : DecisionReplay.FactsOf(found.Decision, found.Amount, found.Card, found.Policy);
        var again = facts is null ? null : OfflineDecision.Decide(facts);
        var document = new ExplanationDocument(
            found.Payment, found.Number, found.At, found.Amount, found.Card.Scheme, found.Card.Mode,
            found.Card.LastFour, found.Decision, (int)found.Decision.Reason,
            DecisionSentence.Of(found.Decision),
            again is null ? null : again with { Facts = null } == found.Decision with { Facts = null },
            facts is null ? [] : DecisionExplanation.Of(facts));
        return VerbResult.Done(TextOf(document), document, CliJson.Default.ExplanationDocument);
    }

    private static string TextOf(ExplanationDocument told)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"Payment {told.Payment} of {told.Amount}, {told.Scheme} **** {told.LastFour}, {told.Mode}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{told.Decision.Reason} ({told.Number}) under policy {told.Decision.PolicyVersion}, entry "
            + $"{told.Entry}: {told.Sentence}\n");
        if (told.Decision.Approver is { } approver)
            text.Append(CultureInfo.InvariantCulture, $"Approved by {approver}.\n");
        foreach (var rule in told.Rules)
            text.Append($"  {(rule.Held ? "ok" : "NO"),-3} {rule.Rule,-28} {rule.Figure,14}  {rule.Limit}"
                .TrimEnd()).Append('\n');
        if (told.Rules.Count == 0)
            text.Append("An earlier version of this program recorded no more than that.\n");
        return text.ToString();
    }

    private VerbResult Try(TerminalStore store, string file)
    {
        byte[] json;
        try
        {
            var path = new FileInfo(host.PathOf(file));
            if (!path.Exists || path.Length > FileBytesMax)
                return VerbResult.Error(
                    ExitCode.BadInput, $"'{file}' is no file, or larger than a policy can be.");
            json = File.ReadAllBytes(path.FullName);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return VerbResult.Error(ExitCode.BadInput, $"'{file}' cannot be read: {wrong.Message}");
        }
        // By the same rules by which the back office takes one.
        if (!PolicyJson.TryRead(json, out var policy, out var fault))
            return VerbResult.Error(
                ExitCode.BadInput, $"'{file}' is no policy, at {fault.Field}: {fault.Sentence}");
        var decided = DecidedPayment.All(store).ToList();
        var tried = new PolicyTrial(policy, store).Run(decided).ToList();
        var document = TrialFigures.Of(tried, decided.Count - tried.Count);
        return VerbResult.Done(TrialFigures.Text(document), document, CliJson.Default.TrialDocument);
    }
}
