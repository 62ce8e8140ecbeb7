using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Cli;

/// <summary>void: takes a whole sale back.</summary>
internal sealed class VoidVerb(VerbHost host)
{
    private readonly Option<string> _receipt = SlipOptions.Receipt();
    private readonly Option<string> _reason = SlipOptions.Reason();

    public Command Create()
    {
        var verb = new Verb(
            "void", "Take a whole sale back: its goods are stock again, its card payments are undone.",
            "void --data till1 --receipt 42 --reason \"wrong size\"")
        {
            host.Data, _receipt, _reason, host.Cashier,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(
            parse, async context => await Printed(context, Void(context.Store, parse), cancel)));
        return verb;
    }

    private VerbResult Void(TerminalStore store, ParseResult parse)
    {
        if (store.Enrolment is null)
            return VerbResult.NotEnrolled(store);
        var reason = parse.GetRequiredValue(_reason).Trim();
        if (SlipOptions.FaultOf(reason) is { } badReason)
            return VerbResult.Error(ExitCode.BadInput, badReason);
        var number = parse.GetRequiredValue(_receipt);
        if (ReceiptVerb.Find(store, number) is not { } row
            || store.SaleEntry(row)?.Body is not SaleCompleted sale)
            return VerbResult.Error(ExitCode.BadInput, $"There is no receipt '{number}' on this terminal.");
        var outcome = store.VoidSale(
            row.Sale, CardScrubber.Mask(parse.GetValue(host.Cashier)!), CardScrubber.Mask(reason));
        if (!outcome.IsStored)
            return VerbResult.Error(outcome);
        var (entry, voided) = (outcome.Entry!, (SaleVoided)outcome.Entry!.Body);
        return VerbResult.Done(
            VoidSlip.Text(ReceiptHead.Of(store), entry.Header, voided, sale, isCopy: false),
            new VoidDocument(
                voided.ReceiptNumber, voided.Sale, voided.Total, entry.Header.Number, voided.Payments),
            CliJson.Default.VoidDocument) with
        {
            AfterOutput = () => store.MarkPrinted(entry),
        };
    }

    /// <summary>With a printer, the slip is out when the printer says so, not when it was shown.</summary>
    private static async Task<VerbResult> Printed(
        TerminalContext context, VerbResult result, CancellationToken cancel) =>
        result.Code == ExitCode.Done && context.Printing.HasPrinter
            ? (result with { AfterOutput = null }).Beside(await context.Printing.PrintWaiting(cancel))
            : result;
}
