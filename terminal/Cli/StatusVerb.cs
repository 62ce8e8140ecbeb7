using System.CommandLine;
using System.Globalization;
using System.Text;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// status: whether a sale would go online, what waits to be sent, what is at risk, and what became of it.
/// </summary>
internal sealed class StatusVerb(VerbHost host)
{
    private const int PaymentsShown = 10;

    public Command Create()
    {
        var verb = new Verb(
            "status",
            "Show the line, the journal, what is at risk, payments and their outcomes, open attempts.",
            "status --data till1", "status --data till1 --json")
        {
            host.Data,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context => Tell(Of(context))));
        return verb;
    }

    /// <summary>The document of --json, which the running terminal serves as well.</summary>
    public static StatusDocument Of(TerminalContext context)
    {
        var (store, line) = (context.Store, context.Line.Now);
        var (enrolment, damage, acknowledged) = (store.Enrolment, store.Damage, store.Acknowledged);
        var (last, offline) = (store.LastNumber, store.OfflineSeconds);
        return new StatusDocument(
            enrolment?.Terminal,
            enrolment?.Epoch,
            enrolment is not null,
            acknowledged.Standing,
            new LineDocument(
                !line.IsAsked ? "unknown" : line.IsUp ? "up" : "down", line.Missing, line.Since, line.Reason,
                context.Line.AnsweredAt),
            new JournalDocument(
                last, acknowledged.Number, last - acknowledged.Number, damage.Count > 0,
                [.. damage.Select(finding => new FindingDocument(finding.Number, finding.Sentence))]),
            offline == int.MaxValue ? null : offline,
            store.Policy.Version,
            [.. store.Exposures.Select(exposure => new ExposureDocument(exposure.Amount, exposure.Count))],
            [.. store.Payments().Select(row => DocumentOf(store, row))],
            StockVerbs.LinesOf(store),
            AttemptsVerbs.LinesOf(store),
            [.. store.SalesNotPrinted.Select(sale => sale.ReceiptNumber)],
            OfflineWarning.Of(store),
            store.Fork);
    }

    public static PaymentDocument DocumentOf(TerminalStore store, PaymentRow row) => new(
        row.Payment, row.ReceiptNumber, row.Amount, row.Approval, row.State, row.ResponseCode,
        row.At, row.OutcomeAt,
        SubmissionDeadline.Of(row, store.Policy) is { } deadline
            ? WaitingOf(row.Amount, row.At, deadline, store.Now)
            : null)
    {
        Available = row.Available,
    };

    /// <summary>What became of a payment, in words; what the card had, where the bank told it.</summary>
    public static string TextOf(PaymentDocument payment) =>
        $"{payment.State} {payment.ResponseCode}".TrimEnd()
        + (payment.Available is { } had ? $", the card had {had}" : "");

    public static WaitingDocument WaitingOf(
        Money amount, DateTimeOffset at, DateTimeOffset deadline, DateTimeOffset now) =>
        new(amount, Math.Max(0, (long)(now - at).TotalSeconds), deadline, now > deadline);

    public static string TextOf(WaitingDocument? waiting) => waiting is null
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $", {waiting.AgeSeconds / 60} min old, "
            + $"{(waiting.Overdue ? "OVERDUE since" : "to be submitted by")} "
            + $"{waiting.Deadline:yyyy-MM-dd HH:mm}Z");

    private static string SpanOf(int seconds) => seconds switch
    {
        < 120 => $"{seconds} s",
        < 2 * 3_600 => $"{seconds / 60} min",
        < 2 * 86_400 => $"{seconds / 3_600} h {seconds / 60 % 60} min",
        _ => $"{seconds / 86_400} days",
    };

    private static VerbResult Tell(StatusDocument status)
    {
        var text = new StringBuilder();
        void Line(string name, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"{name,-18}{value}\n");
        Line("Terminal", status.Enrolled ? $"{status.Terminal}, epoch {status.Epoch}" : "not enrolled");
        Line("Standing", status.Standing.ToString());
        if (status.Fork is { } fork)
            Line("COPIED", fork);
        Line("Line", status.Line switch
        {
            { State: "unknown" } => "not asked yet ('serve' does so by itself, 'forward' at once)",
            { State: "up", AnsweredAt: var at } =>
                $"up: cards are authorised at once; answered at {at:HH:mm:ss}Z",
            _ => $"down since {status.Line.Since:HH:mm:ss}Z ({status.Line.Missing}): {status.Line.Reason}",
        });
        Line("Journal", $"{status.Journal.Entries} entries, {status.Journal.Unsent} to be sent");
        foreach (var finding in status.Journal.Findings)
            Line("DAMAGED", finding.Sentence);
        Line("Last contact", status.OfflineSeconds is { } seconds ? $"{SpanOf(seconds)} ago" : "never");
        foreach (var exposure in status.Exposure)
            Line("At risk", $"{exposure.Amount}, payments: {exposure.Count}");
        if (status.Warning is { } warning)
            Line("WARNING", warning);
        foreach (var payment in status.Payments.Take(PaymentsShown))
            Line("Payment", $"{payment.ReceiptNumber ?? "no sale",-20} {payment.Amount,12}  "
                + $"{payment.Approval,-8}  {TextOf(payment)}{TextOf(payment.Waiting)}");
        foreach (var attempt in status.OpenAttempts)
            Line("NOT KNOWN", $"payment {attempt.Payment} of {attempt.Amount}: see 'attempts'");
        foreach (var receipt in status.ReceiptsNotPrinted)
            Line("NOT PRINTED", $"{receipt}: 'receipt' prints it");
        return VerbResult.Done(text.ToString(), status, CliJson.Default.StatusDocument);
    }
}
