using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Invoices;

namespace CloudPos.Terminal.Cli;

/// <summary>invoice: for customers who need one with their name and tax number.</summary>
internal sealed class InvoiceVerbs(VerbHost host)
{
    private readonly Option<string> _receipt = new("--receipt")
    {
        Description = "The receipt's number: as printed, or the running number alone.", HelpName = "N",
            Required = true,
    };

    private readonly Option<string> _name = new("--name")
    {
        Description = "Whom it is made out to.", HelpName = "NAME", Required = true,
    };

    private readonly Option<string[]> _address = new("--address")
    {
        Description = "A line of the address; repeatable.", HelpName = "LINE", Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _tax = new("--tax-number")
    {
        Description = "The customer's tax number.", HelpName = "NUMBER",
    };

    private readonly Option<string> _invoice = new("--invoice")
    {
        Description = "The invoice's number as printed.", HelpName = "N", Required = true,
    };

    private readonly Option<string?> _pdf = new("--pdf") { Description = "Write it as PDF.",
        HelpName = "FILE" };

    private readonly Option<string?> _html = new("--html") { Description = "Write it as HTML.",
        HelpName = "FILE" };

    public Command Create()
    {
        var issue = new Verb(
            "issue", "Make the invoice of a sale, with the next number.",
            "invoice issue --data till1 --receipt 42 --name \"Muster GmbH\" --address \"Hauptstr. 1\" "
            + "\"10115 Berlin\" --tax-number DE123456789 --pdf invoice.pdf")
        {
            host.Data, _receipt, _name, _address, _tax, host.Cashier, _pdf, _html,
        };
        issue.SetAction((parse, cancel) => host.OnTerminal(parse, context => Issue(context, parse, cancel)));
        var cancelling = new Verb(
            "cancel", "Cancel an invoice by another one; the sale stands.",
            "invoice cancel --data till1 --invoice T0000001-1-R000007")
        {
            host.Data, _invoice, host.Cashier, _pdf, _html,
        };
        cancelling.SetAction((parse, cancel) => host.OnTerminal(parse, context => Cancel(context, parse,
            cancel)));
        var show = new Verb(
            "show", "Show an invoice, or write it as PDF or HTML.",
            "invoice show --data till1 --invoice T0000001-1-R000007 --pdf invoice.pdf")
        {
            host.Data, _invoice, _pdf, _html,
        };
        show.SetAction(parse => host.OnTerminal(
            parse, context => Tell(context, parse, parse.GetRequiredValue(_invoice))));
        return new Verb("invoice", "Invoices with the customer's name and tax number.") { issue, cancelling,
            show };
    }

    private async Task<VerbResult> Issue(TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        if (context.Store.Enrolment is null)
            return VerbResult.NotEnrolled(context.Store);
        var number = parse.GetRequiredValue(_receipt);
        if (ReceiptVerb.Find(context.Store, number) is not { } row)
            return VerbResult.Error(ExitCode.BadInput, $"There is no receipt '{number}' on this terminal.");
        var party = InvoiceOrder.TryRead(
            parse.GetValue(_name), parse.GetValue(_address) ?? [], parse.GetValue(_tax), null, out var fault);
        return party is null
            ? VerbResult.Error(ExitCode.BadInput, fault!)
            : await Written(context, parse, context.Store.IssueInvoice(row.Sale, party, Cashier(parse)),
                cancel);
    }

    private Task<VerbResult> Cancel(TerminalContext context, ParseResult parse, CancellationToken cancel) =>
        Written(
        context, parse, context.Store.CancelInvoice(parse.GetRequiredValue(_invoice), Cashier(parse)),
            cancel);

    private async Task<VerbResult> Written(
        TerminalContext context, ParseResult parse, Journal.WriteOutcome outcome, CancellationToken cancel)
    {
        if (outcome is not { IsStored: true, Entry: { Body: InvoiceIssued body } entry })
            return VerbResult.Error(outcome);
        var told = Tell(context, parse, body.InvoiceNumber);
        return context.Printing.HasPrinter
            ? told.Beside(await context.Printing.PrintWaiting(cancel))
            : told with { AfterOutput = () => context.Store.MarkPrinted(entry) };
    }

    private VerbResult Tell(TerminalContext context, ParseResult parse, string number)
    {
        if (Invoice.Of(context.Store, number) is not { } invoice)
            return VerbResult.Error(ExitCode.BadInput, $"There is no invoice '{number}' on this terminal.");
        if (parse.GetValue(_pdf) is { } pdf)
            File.WriteAllBytes(host.PathOf(pdf), InvoicePages.Pdf(invoice));
        if (parse.GetValue(_html) is { } html)
            File.WriteAllText(host.PathOf(html), InvoicePages.Html(invoice));
        var text = invoice.Paper().ToString();
        return VerbResult.Done(
            text,
            new InvoiceDocument(
                number, invoice.Body.ReceiptNumber, invoice.Body.Cancels, invoice.Sale.Total,
                invoice.Header.Number, text),
            CliJson.Default.InvoiceDocument);
    }

    private string Cashier(ParseResult parse) => CardScrubber.Mask(parse.GetValue(host.Cashier)!);
}
