using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Cli;

/// <summary>drill: practises an outage; a manager starts it.</summary>
internal sealed class DrillVerbs(VerbHost host)
{
    private readonly Option<int> _minutes = new("--minutes")
    {
        Description = $"How long, at most {TerminalStore.DrillMinutesMax}.", DefaultValueFactory = _ => 10,
    };

    private readonly Option<string?> _manager = new("--manager")
    {
        Description = "Who starts or ends it; 'people list' names them.", HelpName = "PERSON",
    };

    private readonly Option<string?> _pin = new("--manager-pin") { Description = "The manager's PIN.",
        HelpName = "PIN" };

    public Command Create()
    {
        var start = new Verb(
            "start", "From now on behave as if there were no line. Sales are real.",
            "drill start --data till1 --minutes 15 --manager anna --manager-pin 2468")
        {
            host.Data, _minutes, _manager, _pin, host.Cashier,
        };
        start.SetAction(parse => host.OnTerminal(parse, context => Start(context, parse)));
        var end = new Verb(
            "end", "End it before its time and print what it showed.", "drill end --data till1")
        {
            host.Data, _manager, _pin, host.Cashier,
        };
        end.SetAction((parse, cancel) => host.OnTerminal(parse, context => End(context, parse, cancel)));
        return new Verb("drill", "Practise an outage.") { start, end };
    }

    private VerbResult Start(TerminalContext context, ParseResult parse)
    {
        if (Manager(context, parse, out var who) is { } refused)
            return refused;
        var outcome = context.Store.StartDrill(parse.GetValue(_minutes), who);
        if (!outcome.IsStored || context.Store.Drill is not { } drill)
            return VerbResult.Error(outcome);
        return VerbResult.Done(
            $"The drill runs until {drill.Until:yyyy-MM-dd HH:mm:ss}Z. Cards are real, at the shop's risk.\n",
            new DrillDocument(drill.From, drill.Until, null), CliJson.Default.DrillDocument);
    }

    private async Task<VerbResult> End(TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        if (Manager(context, parse, out var who) is { } refused)
            return refused;
        var outcome = context.Store.EndDrillIfOver() ?? context.Store.EndDrill(who);
        if (outcome is not { IsStored: true, Entry: { Body: DrillEnded ended } entry })
            return VerbResult.Error(outcome);
        var text = DrillPaper.Of(ReceiptHead.Of(context.Store), ended).ToString();
        var told = VerbResult.Done(
            text, new DrillDocument(ended.From, ended.To, text), CliJson.Default.DrillDocument);
        return context.Printing.HasPrinter
            ? told.Beside(await context.Printing.PrintWaiting(cancel))
            : told with { AfterOutput = () => context.Store.MarkPrinted(entry) };
    }

    /// <summary>Where nobody has a PIN, whoever types verbs is the manager.</summary>
    private VerbResult? Manager(TerminalContext context, ParseResult parse, out string who)
    {
        who = CardScrubber.Mask(parse.GetValue(host.Cashier)!);
        if (context.Store.Staff.Count == 0)
            return null;
        if (parse.GetValue(_manager) is not { } person || parse.GetValue(_pin) is not { } pin)
            return VerbResult.Error(ExitCode.NotPermitted, "A drill takes --manager and --manager-pin.");
        var check = context.Pins.CheckManager(person, pin);
        if (!check.IsRight)
            return VerbResult.Error(ExitCode.NotPermitted, "The PIN is wrong, or this takes a manager.");
        who = check.Member!.Name;
        return null;
    }
}
