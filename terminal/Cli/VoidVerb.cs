using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Cli;

/// <summary>void: takes a whole sale back.</summary>
internal sealed class VoidVerb(VerbHost host)
{
    private const int ReasonLengthMax = 200;

    private readonly Option<string> _receipt = new("--receipt")
    {
        Description = "The receipt's number: as printed, or the running number alone.",
        HelpName = "N",
        Required = true,
    };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why; stands on the slip and in the journal.",
        HelpName = "TEXT",
        Required = true,
    };

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
        if (reason.Length is 0 or > ReasonLengthMax || reason.Any(char.IsControl))
            return VerbResult.Error(ExitCode.BadInput, $"A reason has 1 to {ReasonLengthMax} characters.");
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
