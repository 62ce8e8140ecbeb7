using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Web.Api;

namespace CloudPos.Terminal.Cli;

/// <summary>shift open, cash, close, show: who has the drawer and what is in it.</summary>
internal sealed class ShiftVerbs(VerbHost host)
{
    private readonly Option<string> _amount = new("--amount")
    {
        Description = "The amount, digits and a point: 150.00.", HelpName = "AMOUNT", Required = true,
    };

    private readonly Option<bool> _out = new("--out") { Description = "Taken out, not put in." };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "What for.", HelpName = "TEXT", Required = true,
    };

    public Command Create()
    {
        var open = new Verb(
            "open", "Take over the drawer with the change in it.",
            "shift open --data till1 --amount 150.00 --cashier Kim")
        {
            host.Data, _amount, host.Cashier,
        };
        open.SetAction(parse => Act(parse, (store, amount) =>
            store.OpenShift(Id.New(), amount, CashierOf(parse))));
        var cash = new Verb(
            "cash", "Put cash into the drawer, or take some out, that belongs to no sale.",
            "shift cash --data till1 --amount 20.00 --out --reason stamps")
        {
            host.Data, _amount, _out, _reason, host.Cashier,
        };
        cash.SetAction(parse => Act(parse, (store, amount) => store.MoveCash(
            parse.GetValue(_out) ? -amount : amount, CardScrubber.Mask(parse.GetRequiredValue(_reason)),
            CashierOf(parse))));
        var close = new Verb(
            "close", "Close the shift by what was counted; says what differs.",
            "shift close --data till1 --amount 512.30")
        {
            host.Data, _amount, host.Cashier,
        };
        close.SetAction(parse => Act(parse, (store, amount) => store.CloseShift(amount, CashierOf(parse))));
        var show = new Verb("show", "Show the open shift and the last ones.", "shift show --data till1")
        {
            host.Data,
        };
        show.SetAction(parse => host.OnTerminal(parse, context => Tell(context.Store)));
        return new Verb("shift", "The drawer: who has it, what should be in it.") { open, cash, close, show };
    }

    private Task<int> Act(ParseResult parse, Func<TerminalStore, Money, WriteOutcome> act) =>
        host.OnTerminal(parse, context =>
        {
            if (context.Store.Enrolment is not { } enrolment)
                return VerbResult.NotEnrolled(context.Store);
            if (!AmountText.TryParse(parse.GetRequiredValue(_amount), enrolment.Currency, out var amount))
                return VerbResult.Error(
                    ExitCode.BadInput, $"'{parse.GetRequiredValue(_amount)}' is no amount.");
            var outcome = act(context.Store, amount);
            return outcome.IsStored ? Tell(context.Store) : VerbResult.Error(outcome);
        });

    private static VerbResult Tell(TerminalStore store)
    {
        var document = ReportApi.ShiftsOf(store);
        var text = document.Open is { } open
            ? $"open: {open.Cashier}, {open.Expected} should be in the drawer\n"
            : "no shift is open\n";
        return VerbResult.Done(
            text + string.Concat(document.Shifts.Select(shift =>
                $"closed: {shift.Cashier}, counted {shift.Counted}, difference {shift.Difference}\n")),
            document, ShopJson.Default.ShiftsDocument);
    }

    private string CashierOf(ParseResult parse) => CardScrubber.Mask(parse.GetValue(host.Cashier)!);
}
