using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

// The documents of --json. Amounts are {"minor","currency"}, ids 32 hexadecimal digits, times ISO 8601, enums
// names. Members that do not apply are left out.

/// <summary>Any failure without a document of its own.</summary>
/// <param name="Error">Name and number of the exit code, and what to tell a person.</param>
internal sealed record ErrorDocument(ErrorBody Error);

internal sealed record ErrorBody(ExitCode Name, int ExitCode, IReadOnlyList<string> Sentences);

/// <summary>sale: completed, exit code 0.</summary>
/// <param name="Entry">Its number in the journal.</param>
/// <param name="Decision">The offline decision, when the card was accepted at the merchant's risk.</param>
internal sealed record SaleDocument(
    Id Sale,
    string ReceiptNumber,
    Money Total,
    IReadOnlyList<TenderDocument> Tenders,
    Money Change,
    long Entry,
    Decision? Decision,
    IReadOnlyList<string>? Warnings = null)
{
    /// <summary>Beside the total, and part of what the tenders paid.</summary>
    public Money? Tip { get; init; }
}

/// <param name="Payment">Null for cash, as are the members behind it.</param>
internal sealed record TenderDocument(
    TenderKind Kind,
    Money Amount,
    Id? Payment,
    Approval? Approval,
    string? LastFour,
    Scheme? Scheme,
    string? AuthorisationCode);

/// <summary>sale: refused by the offline policy, exit code 4.</summary>
internal sealed record RefusedDocument(RefusedBody Refused);

/// <param name="Number">Of the reason, fixed for ever.</param>
/// <param name="Limit">Minor units, a count or seconds, as the reason says; zero where no figure
/// decided.</param>
internal sealed record RefusedBody(
    DecisionReason Reason, int Number, string Sentence, Id Payment, long Limit, long Figure,
    bool ManagerMayApprove = false);

/// <summary>sale: declined by the issuer, exit code 5.</summary>
internal sealed record DeclinedDocument(DeclinedBody Declined);

/// <summary>A card had less than it was asked for, and nothing was sold: the part is given back.</summary>
internal sealed record PartPaidDocument(PartPaidBody PartPaid);

/// <param name="Left">What another tender would have had to pay.</param>
internal sealed record PartPaidBody(Money Paid, Money Left, Id Payment);

/// <param name="ResponseCode">Field 39 of ISO 8583.</param>
internal sealed record DeclinedBody(string? ResponseCode, string Sentence, Id Payment);

/// <summary>sale: not known what became of the payment, exit code 9.</summary>
internal sealed record UnknownDocument(UnknownBody Unknown);

internal sealed record UnknownBody(Id? Payment, IReadOnlyList<string> Sentences);

/// <summary>void.</summary>
/// <param name="Payments">The card payments that are undone.</param>
internal sealed record VoidDocument(
    string ReceiptNumber, Id Sale, Money Total, long Entry, IReadOnlyList<Id> Payments);

/// <summary>refund.</summary>
/// <param name="Online">False: given back before the back office was asked.</param>
internal sealed record RefundDocument(
    string ReceiptNumber, Id Refund, Money Total, long Entry, IReadOnlyList<RefundTender> Tenders,
        bool Online)
{
    /// <summary>Given back of the tip, beside the total.</summary>
    public Money? Tip { get; init; }
}

/// <summary>receipt.</summary>
/// <param name="IsCopy">It may have been printed before; so it is with every one that this verb
/// prints.</param>
/// <param name="VoidedBy">The entry that took the sale back; absent when none did.</param>
internal sealed record ReceiptDocument(
    string ReceiptNumber, Id Sale, bool IsCopy, long? VoidedBy, string Text);

/// <summary>invoice issue, cancel, show.</summary>
/// <param name="Cancels">The invoice that this one cancels; absent for an invoice.</param>
internal sealed record InvoiceToldDocument(
    string InvoiceNumber, string ReceiptNumber, string? Cancels, Money Total, long Entry, string Text)
{
    /// <summary>The invoice that a credit note reduces.</summary>
    public string? Credits { get; init; }

    /// <summary>Which copy it is; absent for the first print.</summary>
    public int? Copy { get; init; }
}

/// <summary>invoice mail, invoice forget.</summary>
internal sealed record InvoiceDoneDocument(string InvoiceNumber, long Entry);

/// <summary>drill start, drill end.</summary>
/// <param name="Text">What it showed; absent while it runs.</param>
internal sealed record DrillDocument(DateTimeOffset From, DateTimeOffset To, string? Text);

/// <summary>training.</summary>
internal sealed record TrainingDocument(string Data);

/// <summary>printer: what is set, and what the printer came to.</summary>
/// <param name="Address">Absent when no printer is set.</param>
/// <param name="Result">Absent when the printer was not asked.</param>
/// <param name="Waiting">Papers that have not come out.</param>
internal sealed record PrinterDocument(
    string? Address, int? PaperMillimetres, bool? Drawer, string Locale, Printing.PrintResult? Result,
    string? Sentence, int Waiting);

/// <summary>stock receive, stock count.</summary>
internal sealed record StockEntryDocument(long Entry, IReadOnlyList<StockLineDocument> Stock);

/// <summary>stock show.</summary>
internal sealed record StockDocument(IReadOnlyList<StockLineDocument> Stock);

/// <param name="Quantity">What should lie on the shelf now.</param>
internal sealed record StockLineDocument(string Sku, long Quantity);

/// <summary>report x.</summary>
internal sealed record XDocument(string Text);

/// <summary>enrol.</summary>
/// <param name="FeedRows">What the first fetch brought; null when the back office did not answer it.</param>
internal sealed record EnrolDocument(
    string Terminal, int Epoch, string Merchant, string Store, string MerchantName, string Currency,
        int? FeedRows);

/// <summary>forward.</summary>
/// <param name="Entries">Acknowledged by this round.</param>
/// <param name="Acknowledged">The highest number acknowledged.</param>
/// <param name="Stopped">Why the round ended early; absent when everything was sent and fetched.</param>
internal sealed record ForwardDocument(
    int Entries, int FeedRows, long Acknowledged, long Unsent, string? Stopped);

/// <summary>journal verify; exit code 6 when it is not sound.</summary>
/// <param name="Hash">Of the last entry.</param>
/// <param name="Pruned">The last entry that was deleted as old; 0 when none was.</param>
internal sealed record VerifyDocument(
    bool Sound, long Entries, long Acknowledged, EntryHash Hash, IReadOnlyList<FindingDocument> Findings,
    long Pruned);

/// <param name="Number">The first entry concerned; 0 for the whole.</param>
internal sealed record FindingDocument(long Number, string Sentence);

/// <summary>journal list.</summary>
/// <param name="Next">Where to go on; absent when this was all.</param>
internal sealed record EntriesDocument(IReadOnlyList<EntryDocument> Entries, long? Next);

/// <param name="Body">The entry's own JSON, as it was hashed; absent with a fault.</param>
/// <param name="Fault">Why it cannot be read.</param>
internal sealed record EntryDocument(
    long Number,
    EntryKind? Kind,
    DateTimeOffset? At,
    DateOnly? BusinessDate,
    EntryHash? Hash,
    JsonElement? Body,
    string? Fault);

/// <summary>attempts: open ones, whose outcome is not known.</summary>
/// <param name="Waiting">Deferred payments without an outcome, oldest first.</param>
internal sealed record AttemptsDocument(
    IReadOnlyList<AttemptDocument> Attempts, IReadOnlyList<PaymentDocument> Waiting)
{
    /// <summary>Declined or expired within the last days, after the goods had left; newest first.</summary>
    public IReadOnlyList<PaymentDocument> Lost { get; init; } = [];
}

/// <param name="Online">The back office may have been asked.</param>
internal sealed record AttemptDocument(
    Id Payment, Id Sale, Money Amount, bool Online, DateTimeOffset At, long Entry, WaitingDocument Waiting);

/// <summary>refunds: those to cards, newest first.</summary>
internal sealed record CardRefundsDocument(IReadOnlyList<CardRefundDocument> Refunds);

/// <param name="State">Pending until the card's bank has answered.</param>
/// <param name="OutcomeAt">Null until it has.</param>
internal sealed record CardRefundDocument(
    Id Refund, Id Sale, string? ReceiptNumber, Money Amount, PaymentState State, string? ResponseCode,
    DateTimeOffset? OutcomeAt);

/// <summary>attempts abandon.</summary>
internal sealed record AbandonedDocument(IReadOnlyList<Id> Abandoned);

/// <summary>decode.</summary>
internal sealed record DecodeDocument(
    DecodeKind Kind, string? Form, string? Fault, int? Offset, IReadOnlyList<DecodeNode> Nodes);

/// <summary>status, and what the running terminal serves under /status.</summary>
/// <param name="Terminal">Null before enrolment.</param>
/// <param name="OfflineSeconds">Since the back office last answered with its signature; null before it ever
/// did.</param>
/// <param name="Payments">Newest first.</param>
/// <param name="Warning">That the terminal will soon have been offline too long; left out when
/// not.</param>
/// <param name="Fork">That a copy of this terminal has written as well; left out when none is
/// known.</param>
/// <param name="ReceiptsNotPrinted">Sales whose receipt may not have come out; 'receipt' prints the
/// first.</param>
internal sealed record StatusDocument(
    string? Terminal,
    int? Epoch,
    bool Enrolled,
    TerminalStanding Standing,
    LineDocument Line,
    JournalDocument Journal,
    int? OfflineSeconds,
    long PolicyVersion,
    IReadOnlyList<ExposureDocument> Exposure,
    IReadOnlyList<PaymentDocument> Payments,
    IReadOnlyList<StockLineDocument> Stock,
    IReadOnlyList<AttemptDocument> OpenAttempts,
    IReadOnlyList<string> ReceiptsNotPrinted,
    string? Warning = null,
    string? Fork = null);

/// <param name="State">"up" or "down": whether the next card is tried online; "unknown", and it is tried,
/// when the program that answers has asked nothing yet.</param>
/// <param name="Missing">Which part of the way is missing: None, Line, BackOffice or Acquirer.</param>
/// <param name="AnsweredAt">When the back office last answered that program; absent when it has
/// not.</param>
internal sealed record LineDocument(
    string State, Uplink.LinePart Missing, DateTimeOffset Since, string Reason,
    DateTimeOffset? AnsweredAt = null);

internal sealed record JournalDocument(
    long Entries, long Acknowledged, long Unsent, bool Damaged, IReadOnlyList<FindingDocument> Findings);

internal sealed record ExposureDocument(Money Amount, int Count);

/// <param name="ReceiptNumber">Absent when no sale was completed with it.</param>
/// <param name="ResponseCode">Field 39, once there is one.</param>
/// <param name="At">Of the attempt, or of the refusal.</param>
/// <param name="OutcomeAt">Absent until the back office told the outcome.</param>
internal sealed record PaymentDocument(
    Id Payment,
    string? ReceiptNumber,
    Money Amount,
    Approval Approval,
    PaymentState State,
    string? ResponseCode,
    DateTimeOffset At,
    DateTimeOffset? OutcomeAt,
    WaitingDocument? Waiting = null)
{
    /// <summary>Of a decline: what the card had, less than was asked for; null where not known.</summary>
    public Money? Available { get; init; }
}

/// <summary>A payment that has no outcome yet.</summary>
/// <param name="AtRisk">What the merchant loses if it is declined.</param>
/// <param name="Deadline">Until when it should have been submitted.</param>
internal sealed record WaitingDocument(Money AtRisk, long AgeSeconds, DateTimeOffset Deadline, bool Overdue);

/// <summary>
/// One source-generated context: the program is compiled ahead of time and has no reflection.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    MaxDepth = 32)]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(ExplanationDocument))]
[JsonSerializable(typeof(TrialDocument))]
[JsonSerializable(typeof(PeopleDocument))]
[JsonSerializable(typeof(PersonDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(SaleDocument))]
[JsonSerializable(typeof(RefusedDocument))]
[JsonSerializable(typeof(DeclinedDocument))]
[JsonSerializable(typeof(PartPaidDocument))]
[JsonSerializable(typeof(UnknownDocument))]
[JsonSerializable(typeof(VoidDocument))]
[JsonSerializable(typeof(RefundDocument))]
[JsonSerializable(typeof(ReceiptDocument))]
[JsonSerializable(typeof(PrinterDocument))]
[JsonSerializable(typeof(InvoiceToldDocument))]
[JsonSerializable(typeof(InvoiceDoneDocument))]
[JsonSerializable(typeof(DrillDocument))]
[JsonSerializable(typeof(TrainingDocument))]
[JsonSerializable(typeof(StockEntryDocument))]
[JsonSerializable(typeof(StockDocument))]
[JsonSerializable(typeof(EnrolDocument))]
[JsonSerializable(typeof(ForwardDocument))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(ExportHead))]
[JsonSerializable(typeof(ExportLine))]
[JsonSerializable(typeof(ExportEnd))]
[JsonSerializable(typeof(SealedExportEnd))]
[JsonSerializable(typeof(ConfirmedDocument))]
[JsonSerializable(typeof(ConfirmationFile))]
[JsonSerializable(typeof(ResetDocument))]
[JsonSerializable(typeof(EntriesDocument))]
[JsonSerializable(typeof(AttemptsDocument))]
[JsonSerializable(typeof(CardRefundsDocument))]
[JsonSerializable(typeof(AbandonedDocument))]
[JsonSerializable(typeof(DecodeDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(Reports.ZReport))]
[JsonSerializable(typeof(XDocument))]
[JsonSerializable(typeof(Reports.SalesReport))]
internal sealed partial class CliJson : JsonSerializerContext;
