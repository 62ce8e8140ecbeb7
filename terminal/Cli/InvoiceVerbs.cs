using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Receipts;

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

    private readonly Option<string?> _email = new("--email")
    {
        Description = "Have the back office mail it there, when the line is back if it is down now.",
        HelpName = "ADDRESS",
    };

    private readonly Option<string> _to = new("--email")
    {
        Description = "The address that it is mailed to.", HelpName = "ADDRESS", Required = true,
    };

    private readonly ApprovalOptions _approval = new();

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
            host.Data, _receipt, _name, _address, _tax, _email, host.Cashier, _pdf, _html,
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
        return new Verb("invoice", "Invoices with the customer's name and tax number.")
        {
            issue, cancelling, show, Copying(), Mailing(), Erasing(),
        };
    }

    private Verb Copying()
    {
        var verb = new Verb(
            "copy", "Print an invoice again, marked as a copy and counted.",
            "invoice copy --data till1 --invoice T0000001-1-R000007 --pdf copy.pdf")
        {
            host.Data, _invoice, host.Cashier, _pdf, _html,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(parse, context => Written(
            context, parse, context.Store.CopyInvoice(parse.GetRequiredValue(_invoice), Cashier(parse)),
            cancel)));
        return verb;
    }

    private Verb Mailing()
    {
        var verb = new Verb(
            "mail", "Have the back office mail an invoice or a credit note.",
            "invoice mail --data till1 --invoice T0000001-1-R000007 --email ada@example.com")
        {
            host.Data, _invoice, _to, host.Cashier,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context =>
        {
            if (!InvoiceOrder.TryMail(parse.GetRequiredValue(_to), out var email) || email is null)
                return VerbResult.Error(ExitCode.BadInput, InvoiceOrder.NoMail);
            var number = parse.GetRequiredValue(_invoice);
            var outcome = context.Store.MailInvoice(number, email, Cashier(parse));
            return outcome.IsStored
                ? Done(number, $"{number} goes out by mail with the next contact.\n", outcome)
                : VerbResult.Error(outcome);
        }));
        return verb;
    }

    private Verb Erasing()
    {
        var verb = new Verb(
            "forget", "Forget whom an invoice was made out to, here and in the back office. Figures stay.",
            "invoice forget --data till1 --invoice T0000001-1-R000007 --manager mia --manager-pin -")
        {
            host.Data, _invoice, host.Cashier, _approval.Manager, _approval.ManagerPin,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context =>
        {
            if (_approval.NeedManager(context, parse) is { } refused)
                return refused;
            var number = parse.GetRequiredValue(_invoice);
            var outcome = context.Store.EraseInvoiceParty(number, Cashier(parse));
            return outcome.IsStored
                ? Done(number, $"Whom {number} was made out to is forgotten.\n", outcome)
                : VerbResult.Error(outcome);
        }));
        return verb;
    }

    private static VerbResult Done(string number, string text, Journal.WriteOutcome outcome) =>
        VerbResult.Done(
            text, new InvoiceDoneDocument(number, outcome.Entry!.Header.Number),
            CliJson.Default.InvoiceDoneDocument);

    private async Task<VerbResult> Issue(TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        if (context.Store.Enrolment is null)
            return VerbResult.NotEnrolled(context.Store);
        var number = parse.GetRequiredValue(_receipt);
        if (ReceiptVerb.Find(context.Store, number) is not { } row)
            return VerbResult.Error(ExitCode.BadInput, $"There is no receipt '{number}' on this terminal.");
        var party = InvoiceOrder.TryRead(
            parse.GetValue(_name), parse.GetValue(_address) ?? [], parse.GetValue(_tax), out var fault);
        if (party is null)
            return VerbResult.Error(ExitCode.BadInput, fault!);
        if (!InvoiceOrder.TryMail(parse.GetValue(_email), out var email))
            return VerbResult.Error(ExitCode.BadInput, InvoiceOrder.NoMail);
        return await context.Foreign().NoInvoice(row, cancel) is { } refused
            ? VerbResult.Error(ExitCode.BadInput, refused)
            : await Written(
                context, parse, context.Store.IssueInvoice(row.Sale, party, Cashier(parse), email), cancel);
    }

    private Task<VerbResult> Cancel(TerminalContext context, ParseResult parse, CancellationToken cancel) =>
        Written(
        context, parse, context.Store.CancelInvoice(parse.GetRequiredValue(_invoice), Cashier(parse)),
            cancel);

    private async Task<VerbResult> Written(
        TerminalContext context, ParseResult parse, Journal.WriteOutcome outcome, CancellationToken cancel)
    {
        if (outcome is not { IsStored: true, Entry: { } entry })
            return VerbResult.Error(outcome);
        var (number, copy) = entry.Body switch
        {
            InvoiceIssued issued => (issued.InvoiceNumber, 0),
            InvoiceCopied copied => (copied.InvoiceNumber, copied.Copy),
            _ => throw new InvalidOperationException($"Entry {entry.Header.Number} is no invoice."),
        };
        var told = Tell(context, parse, number, copy);
        return context.Printing.HasPrinter
            ? told.Beside(await context.Printing.PrintWaiting(cancel))
            : told with { AfterOutput = () => context.Store.MarkPrinted(entry) };
    }

    private VerbResult Tell(TerminalContext context, ParseResult parse, string number, int copy = 0)
    {
        if (InvoicePaper.Of(context.Store, number, copy) is not { } invoice)
            return VerbResult.Error(ExitCode.BadInput, $"There is no invoice '{number}' on this terminal.");
        if (parse.GetValue(_pdf) is { } pdf)
            File.WriteAllBytes(host.PathOf(pdf), InvoicePages.Pdf(invoice));
        if (parse.GetValue(_html) is { } html)
            File.WriteAllText(host.PathOf(html), InvoicePages.Html(invoice));
        var text = InvoicePaper.Paper(invoice, ReceiptHead.Of(context.Store)).ToString();
        return VerbResult.Done(
            text,
            new InvoiceToldDocument(
                number, invoice.Body.ReceiptNumber, invoice.Body.Cancels, invoice.Total,
                context.Store.FindInvoice(number)!.Place.Number, text)
            {
                Credits = invoice.Body.Credit?.Invoice,
                Copy = copy == 0 ? null : copy,
            },
            CliJson.Default.InvoiceToldDocument);
    }

    private string Cashier(ParseResult parse) => CardScrubber.Mask(parse.GetValue(host.Cashier)!);
}
