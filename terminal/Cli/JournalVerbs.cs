using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>journal verify, journal list.</summary>
internal sealed class JournalVerbs(VerbHost host)
{
    private const int EntriesMax = 10_000;

    private readonly Option<long> _from = new("--from")
    {
        Description = "Number of the first entry.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _most = new("--most")
    {
        Description = $"How many entries at most, up to {EntriesMax}.",
        HelpName = "N",
        DefaultValueFactory = _ => EntriesMax,
    };

    public Command Create()
    {
        var verify = new Verb(
            "verify", "Check every entry, the chain between them, and the tables against the entries.",
            "journal verify --data till1")
        {
            host.Data,
        };
        verify.SetAction(parse => host.OnTerminal(parse, context => Verify(context.Store)));
        var list = new Verb(
            "list", "List the entries of the journal.", "journal list --data till1 --from 100 --most 20")
        {
            host.Data, _from, _most,
        };
        list.SetAction(parse => host.OnTerminal(parse, context => List(context.Store, parse)));
        var files = new JournalExportVerb(host);
        return new Verb("journal", "Verify, list or export the journal.")
        {
            verify, list, files.Create(), files.CreateConfirm(),
        };
    }

    private static VerbResult Verify(TerminalStore store)
    {
        var report = store.Verify();
        var document = new VerifyDocument(
            report.IsSound, report.Entries, report.Acknowledged, report.Hash,
            [.. report.Findings.Select(finding => new FindingDocument(finding.Number, finding.Sentence))],
            report.Pruned);
        var hash = report.Hash.ToString();
        var begin = report.Pruned == 0 ? "" : $" Entries up to {report.Pruned} are deleted as old.";
        return report.IsSound
            ? VerbResult.Done(
                $"Sound: {report.Entries} entries, {report.Acknowledged} acknowledged, ends in {hash}."
                + $"{begin}\n",
                document, CliJson.Default.VerifyDocument)
            : VerbResult.Failed(
                ExitCode.JournalDamaged, document, CliJson.Default.VerifyDocument,
                [.. report.Findings.Select(finding => finding.Sentence)]);
    }

    private VerbResult List(TerminalStore store, ParseResult parse)
    {
        var (from, most) = (parse.GetValue(_from), parse.GetValue(_most));
        if (from < 1 || most is < 1 or > EntriesMax)
            return VerbResult.Error(
                ExitCode.BadInput, $"Entries begin at 1, and at most {EntriesMax} are listed.");
        var lines = store.Entries(from, most);
        var text = new StringBuilder();
        foreach (var line in lines)
            text.Append(TextOf(line)).Append('\n');
        long? next = lines.Count == most && lines[^1].Number < store.LastNumber ? lines[^1].Number + 1 : null;
        var document = new EntriesDocument([.. lines.Select(DocumentOf)], next);
        return VerbResult.Done(text.ToString(), document, CliJson.Default.EntriesDocument);
    }

    private static EntryDocument DocumentOf(JournalLine line) => line.Entry is { } entry
        ? new EntryDocument(
            line.Number, entry.Header.Kind, entry.Header.At, entry.Header.BusinessDate, entry.Hash,
            BodyOf(entry), null)
        : new EntryDocument(line.Number, null, null, null, null, null, line.Fault);

    private static JsonElement BodyOf(Entry entry)
    {
        EntryHeader.TryRead(entry.Bytes.Span, out _, out var start, out _);
        return JsonDocument.Parse(entry.Bytes[start..]).RootElement;
    }

    private static string TextOf(JournalLine line)
    {
        if (line.Entry is not { } entry)
            return $"{line.Number,6}  cannot be read: {line.Fault}";
        var at = entry.Header.At.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
        return $"{line.Number,6}  {at}  {entry.Header.Kind,-16}  {About(entry.Body)}";
    }

    private static string About(EntryBody body) => body switch
    {
        EpochOpened opened => $"{opened.Merchant} {opened.Store}",
        PaymentAttempted attempt => $"{attempt.Amount} {attempt.Card.Scheme} **** {attempt.Card.LastFour}",
        SaleCompleted sale => $"{sale.ReceiptNumber} {sale.Total}",
        PaymentFailed failed =>
            $"{failed.Amount} {failed.Decision?.Reason.ToString() ?? failed.ResponseCode}",
        PaymentAbandoned abandoned => $"{abandoned.Amount} {abandoned.Reason}",
        SaleRefunded refunded => $"{refunded.ReceiptNumber} {refunded.Total}",
        SaleVoided voided => $"{voided.ReceiptNumber} {voided.Total}",
        StockReceived received => $"{received.Lines.Count} products {received.Reference}",
        StockCounted counted => $"{counted.Lines.Count} products",
        PolicyApplied applied => $"version {applied.Policy.Version}",
        PinLocked locked => $"{locked.Person} until {locked.Until:HH:mm:ss}Z",
        Overridden passed => $"{passed.Subject} by {passed.Manager} for {passed.Cashier}",
        DayReported report => $"Z {report.Report}",
        _ => "",
    };
}
