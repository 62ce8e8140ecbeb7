using System.CommandLine;
using System.Globalization;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// receipt: prints a receipt again, or one that never came out since the program ended between the sale and
/// its receipt.
/// </summary>
internal sealed class ReceiptVerb(VerbHost host)
{
    private readonly Option<string?> _receipt = new("--receipt")
    {
        Description = "Its number, as printed or the running number alone. Without it: the oldest receipt "
            + "that has not printed, else the last one.",
        HelpName = "N",
    };

    private readonly Option<string?> _pdf = new("--pdf") { Description = "Write it as PDF.",
        HelpName = "FILE" };

    private readonly Option<string?> _html = new("--html") { Description = "Write it as HTML.",
        HelpName = "FILE" };

    public Command Create()
    {
        var verb = new Verb(
            "receipt",
            "Print a receipt again, marked as a copy: whether the first one came out, nobody can know.",
            "receipt --data till1", "receipt --data till1 --receipt T0000001-1-000042 --pdf receipt.pdf")
        {
            host.Data, _receipt, host.Cashier, _pdf, _html,
        };
        verb.SetAction((parse, cancel) => host.OnTerminal(
            parse, context => Reprint(context, parse, cancel)));
        return verb;
    }

    /// <summary>A sale by its number as printed, or by the running number of the current epoch.</summary>
    public static SaleRow? Find(TerminalStore store, string number) =>
        store.FindSale(number)
        ?? (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var running)
            ? store.FindSale(running)
            : null);

    private async Task<VerbResult> Reprint(
        TerminalContext context, ParseResult parse, CancellationToken cancel)
    {
        var (store, number) = (context.Store, parse.GetValue(_receipt));
        if (store.Enrolment is null)
            return VerbResult.NotEnrolled(store);
        var row = number is not null
            ? Find(store, number)
            : store.SalesNotPrinted.FirstOrDefault() ?? store.Sales(1).FirstOrDefault();
        if (row is null)
            return VerbResult.Error(ExitCode.BadInput, number is null
                ? "Nothing has been sold yet."
                : $"There is no receipt '{number}' on this terminal.");
        if (store.SaleEntry(row) is not { Body: SaleCompleted sale } entry)
            return VerbResult.Error(
                ExitCode.JournalDamaged,
                $"Entry {row.Number} with receipt {row.ReceiptNumber} cannot be read.");
        var printed = entry;
        if (row.Printed && !store.IsDamaged)
        {
            var counted = store.CopyReceipt(row.Sale, CardScrubber.Mask(parse.GetValue(host.Cashier)!));
            if (!counted.IsStored)
                return VerbResult.Error(counted);
            printed = counted.Entry!;
        }
        var copy = printed.Body is ReceiptCopied copied ? copied.Copy : 0;
        var paper = SaleReceipt.Paper(ReceiptHead.Of(store), entry.Header, sale, isCopy: true, copy);
        if (parse.GetValue(_pdf) is { } pdf)
            File.WriteAllBytes(host.PathOf(pdf), PaperPages.Pdf(paper, row.ReceiptNumber));
        if (parse.GetValue(_html) is { } html)
            File.WriteAllText(
                host.PathOf(html), PaperPages.Html(paper, store.Locale.Language, row.ReceiptNumber));
        var text = paper.ToString();
        var document = new ReceiptDocument(
            row.ReceiptNumber, row.Sale, IsCopy: true, row.VoidedBy, text);
        var result = VerbResult.Done(text, document, CliJson.Default.ReceiptDocument);
        if (context.Printing.HasPrinter)
            return result.Beside(await context.Printing.PrintWaiting(cancel));
        return result with { AfterOutput = () => store.MarkPrinted(printed) };
    }
}
