using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.People;
using CloudPos.Terminal.Receipts;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>refund: gives a part of a sale back.</summary>
internal sealed class RefundVerb(VerbHost host)
{
    private readonly Option<string> _receipt =
        SlipOptions.Receipt(" One of another till of the merchant wants a line.");

    private readonly Option<string[]> _lines = new("--line")
    {
        Description = "Goods that come back, by SKU, and how many: TEA, TEAx3. Without goods and amount all "
            + "that is left.",
        HelpName = "SKU[xQTY]",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _amount = new("--amount")
    {
        Description = "Give back this much, and no goods.",
        HelpName = "AMOUNT",
    };

    private readonly Option<string?> _tip = new("--tip")
    {
        Description = "Give back this much of the tip as well; with --amount 0 the tip alone.",
        HelpName = "AMOUNT",
    };

    private readonly Option<string> _reason = SlipOptions.Reason();

    private readonly ApprovalOptions _approval = new();

    public Command Create()
    {
        var verb = new Verb(
            "refund", "Give a part of a sale back: goods are stock again, card payments go back to the card.",
            "refund --data till1 --receipt 42 --line TEAx2 --reason \"damaged\"",
            "refund --data till1 --receipt 42 --amount 5.00 --reason late --manager mia --manager-pin -")

        {
            host.Data, _receipt, _lines, _amount, _tip, _reason, host.Cashier, _approval.Manager,
            _approval.ManagerPin,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(parse, context => Refund(context, parse, cancel)));
        return verb;
    }

    private async Task<VerbResult> Refund(TerminalContext context, ParseResult parse,
        CancellationToken cancel)
    {
        var store = context.Store;
        if (store.Enrolment is null)
            return VerbResult.NotEnrolled(store);
        var reason = parse.GetRequiredValue(_reason).Trim();
        if (SlipOptions.FaultOf(reason) is { } badReason)
            return VerbResult.Error(ExitCode.BadInput, badReason);
        var number = parse.GetRequiredValue(_receipt);
        var (row, elsewhere) = (ReceiptVerb.Find(store, number), (ForeignSale?)null);
        if (row is null && context.Foreign() is var foreign && foreign.IsForeign(number, out var full))
        {
            (elsewhere, var unknown) = await foreign.Find(full, cancel);
            if (elsewhere is null)
                return VerbResult.Error(ExitCode.NotPermitted, unknown!);
        }
        if ((elsewhere?.Sale ?? (row is null ? null : store.SaleEntry(row)?.Body as SaleCompleted))
            is not { } sale)
            return VerbResult.Error(ExitCode.BadInput, $"There is no receipt '{number}' on this terminal.");
        if (_approval.ReadManager(context, parse, out var approver) is { } wrong)
            return wrong;
        if (approver is null && store.Staff.Count > 0)
            return ApprovalOptions.ManagerMissing;
        var items = (parse.GetValue(_lines) ?? []).Select(line => ItemText.Read(line, store.FindProduct));
        var result = await context.Refunds().Refund(
            RefundOrder.Of(
                row, elsewhere, [.. items], parse.GetValue(_amount),
                CardScrubber.Mask(parse.GetValue(host.Cashier)!), approver, CardScrubber.Mask(reason))
                with { Tip = parse.GetValue(_tip) },
            cancel);
        if (result.NotStored is { } notStored)
            return VerbResult.Error(notStored);
        if (result.Entry is not { Body: SaleRefunded refund } entry)
            return VerbResult.Error(
                result.IsRefused ? ExitCode.NotPermitted : ExitCode.BadInput, result.Fault!);
        var told = VerbResult.Done(
            RefundSlip.Text(ReceiptHead.Of(store), entry.Header, refund, sale),
            new RefundDocument(
                refund.ReceiptNumber, refund.Refund, refund.Total, entry.Header.Number, refund.Tenders,
                refund.Online)
            {
                Tip = refund.Tip,
            },
            CliJson.Default.RefundDocument);
        return context.Printing.HasPrinter
            ? told.Beside(await context.Printing.PrintWaiting(cancel))
            : told with
            {
                AfterOutput = () =>
                {
                    store.MarkPrinted(entry);
                    if (store.CreditNoteOf(refund) is { } note)
                        store.MarkPrinted(note);
                },
            };
    }
}
