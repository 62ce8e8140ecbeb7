using System.CommandLine;
using System.Text;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Web.Api;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

internal sealed partial class StockVerbs
{
    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why the goods can no longer be sold.",
        HelpName = "TEXT",
        Required = true,
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "The store that the goods go to.",
        HelpName = "STORE",
        Required = true,
    };

    private readonly Option<string> _transfer = new("--transfer")
    {
        Description = "The number on the slip that came with the goods.",
        HelpName = "NUMBER",
        Required = true,
    };

    private readonly Option<bool> _more = new("--more")
    {
        Description = "More of it is still expected.",
    };

    private Verb Waste()
    {
        var waste = new Verb(
            "waste", "Write off goods that can no longer be sold.",
            "stock waste --data till1 --line MUGx1 --reason broken")
        {
            host.Data, _lines, _reason, host.Cashier,
        };
        waste.SetAction(parse => host.OnTerminal(parse, context =>
            TryRead(context.Store, parse, 1, out var lines) is { } wrong
                ? wrong
                : Tell(context.Store, context.Store.WasteStock(
                    lines, CardScrubber.Mask(parse.GetRequiredValue(_reason)), CashierOf(parse)), lines)));
        return waste;
    }

    private Verb Send()
    {
        var send = new Verb(
            "send", "Send goods to another store; prints the number for the slip.",
            "stock send --data till1 --to hamburg-1 --line TEAx10")
        {
            host.Data, _to, _lines, host.Cashier,
        };
        send.SetAction(parse => host.OnTerminal(parse, context =>
            TryRead(context.Store, parse, 1, out var lines) is { } wrong
                ? wrong
                : Tell(context.Store, context.Store.SendTransfer(
                    parse.GetRequiredValue(_to), lines, CashierOf(parse)))));
        return send;
    }

    private Verb Arrive()
    {
        var arrive = new Verb(
            "arrive", "Write down what arrived from another store; its slip is enough.",
            "stock arrive --data till2 --transfer TERM0001-1-T000017 --line TEAx10")
        {
            host.Data, _transfer, _lines, _more, host.Cashier,
        };
        arrive.SetAction(parse => host.OnTerminal(parse, context =>
            TryRead(context.Store, parse, 1, out var lines) is { } wrong
                ? wrong
                : Tell(context.Store, context.Store.ReceiveTransfer(
                    parse.GetRequiredValue(_transfer), lines, !parse.GetValue(_more), CashierOf(parse)))));
        return arrive;
    }

    private Verb Transfers()
    {
        var list = new Verb(
            "transfers", "List goods between stores: on their way, arrived, and what differs.",
            "stock transfers --data till1")
        {
            host.Data,
        };
        list.SetAction(parse => host.OnTerminal(
            parse, context => ListOf(context.Store, context.Store.Transfers())));
        return list;
    }

    private string CashierOf(ParseResult parse) => CardScrubber.Mask(parse.GetValue(host.Cashier)!);

    private static VerbResult Tell(TerminalStore store, WriteOutcome outcome) => outcome.IsStored
        ? ListOf(store, [store.FindTransfer(outcome.Entry!.Body is TransferSent sent
            ? sent.Transfer
            : ((TransferReceived)outcome.Entry.Body).Transfer)!])
        : VerbResult.Error(outcome);

    private static VerbResult ListOf(TerminalStore store, IReadOnlyList<Transfer> transfers)
    {
        var text = new StringBuilder();
        foreach (var transfer in transfers)
        {
            var view = TransferView.Of(transfer);
            text.Append($"{transfer.Number}  {transfer.From} -> {transfer.To}  {view.State}\n");
            foreach (var line in view.Lines)
                text.Append($"{line.Sku,20}  sent {line.Sent}, arrived {line.Arrived}")
                    .Append(line.InTransit > 0 ? $", on their way {line.InTransit}" : "")
                    .Append(line.Difference != 0 ? $", difference {line.Difference:+0;-0}\n" : "\n");
        }
        return VerbResult.Done(
            text.ToString(), StockApi.TransfersOf(store, transfers), ShopJson.Default.TransfersDocument);
    }
}
