using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Invoices;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// An entry being applied: what it says, who said it, and when it counts as having happened.
/// </summary>
/// <param name="Header">Names the journal that it is stored in.</param>
/// <param name="Origin">The journal that the entry itself names; another one in an adopted branch.</param>
internal sealed record AppliedEntry(
    Acceptor Acceptor, EntryHeader Header, ReadOnlyMemory<byte> BodyJson, DateTimeOffset Moment,
    IReadOnlyList<StoredAttachment> Attachments, JournalId Origin)
{
    public JournalId Journal => Header.Journal;

    public StockEntry Stock(MovementKind kind, IReadOnlyList<StockChange> lines) => new(
        Acceptor.Store, Journal, Header.Number, Moment, kind, lines);
}

/// <summary>
/// Applies one entry, as often as it is called: every effect is a row that finds itself there. A reason is
/// returned where the entry, or a part of it, cannot be applied; the other effects of the entry hold all the
/// same.
/// </summary>
internal sealed partial class ApplyEntry(
    TablePort tables, StoredEntries entries, PaymentRecorder payments, SaleEffects sales,
    Refunds refunds, StockMovements stock, ShopEffects shop,
    InvoiceRecords invoices, ILogger<ApplyEntry> log)
{
    /// <returns>Null when all of it is applied.</returns>
    /// <exception cref="TablesUnavailableException">Nothing is wrong with the entry; try again
    /// later.</exception>
    public async Task<string?> Apply(
        TerminalIdentity identity, StoredEntry stored, DateTimeOffset moment, CancellationToken cancel)
    {
        if (!Entry.TryRead(stored.Bytes, out var entry, out var fault))
            return fault;
        if (EntryShape.Fault(entry!.Body) is { } odd)
            return odd;
        try
        {
            var acceptor = new Acceptor(identity.Merchant, identity.Store, identity.Terminal);
            var attachments = await entries.Attachments(stored, cancel);
            EntryHeader.TryRead(stored.Bytes.Span, out _, out var start, out _);
            return await Apply(
                new AppliedEntry(
                    acceptor, entry.Header with { Journal = stored.Journal }, stored.Bytes[start..], moment,
                    attachments, entry.Header.Journal),
                entry.Body, cancel);
        }
        catch (Exception wrong) when (wrong is not (TablesUnavailableException or OperationCanceledException))
        {
            // Whatever this entry does to us, the next ones are not to wait for it.
            LogFailed(wrong, stored.Journal, stored.Number);
            return $"{wrong.GetType().Name}: {wrong.Message}";
        }
    }

    private async Task<string?> Apply(AppliedEntry entry, EntryBody body, CancellationToken cancel)
    {
        switch (body)
        {
            case PaymentAttempted attempted:
                return await Attempt(entry, attempted, cancel);
            case PaymentFailed failed:
                return Reason(await payments.RecordFailed(
                    entry.Acceptor, entry.Origin, failed, entry.Header.At, cancel));
            case PaymentAbandoned abandoned:
                return Reason(await payments.RecordAbandoned(entry.Acceptor, abandoned, cancel));
            case SaleCompleted completed:
                return await sales.Complete(entry, completed, cancel);
            case SaleVoided voided:
                return await sales.Void(entry, voided, cancel);
            case SaleRefunded refunded:
                var why = await refunds.Apply(entry, refunded, cancel);
                if (why is null)
                    await shop.Refunded(entry, refunded, cancel);
                return why;
            case StockReceived received:
                await stock.Apply(entry.Stock(MovementKind.Received, received.Lines), cancel);
                return null;
            case StockCounted counted:
                var figures = counted.Lines.Select(line => new StockChange(line.Sku, line.Counted));
                await stock.Apply(entry.Stock(MovementKind.Count, [.. figures]), cancel);
                return null;
            case EpochOpened or PolicyApplied or PinLocked or Overridden or DayReported or ReceiptCopied
                or DrillEnded:
                return await Record(entry, cancel);
            case InvoiceIssued issued:
                return await invoices.Issued(entry, issued, cancel) ?? await Record(entry, cancel);
            case InvoiceMailed mailed:
                return await invoices.Mailed(entry, mailed, cancel) ?? await Record(entry, cancel);
            case InvoicePartyErased erased:
                await invoices.Erased(entry, erased, cancel);
                return await Record(entry, cancel);
            case InvoiceCopied:
                return await Record(entry, cancel);
            case ShiftOpened or ShiftClosed or CashMoved:
                return await Record(entry, cancel);
            case StockWasted or TransferSent or TransferReceived or ProductEdited or CustomerWritten
                or CustomerErased or PointsAdjusted:
                return await shop.Apply(entry, body, cancel);
            default:
                return $"entries of kind {body.Kind} are not known here";
        }
    }

    /// <summary>The sealed card goes over to the payment with this call.</summary>
    private async Task<string?> Attempt(
        AppliedEntry entry, PaymentAttempted attempted, CancellationToken cancel)
    {
        var card = entry.Attachments.FirstOrDefault(
            beside => beside.Content.Kind == AttachmentKind.SealedCard);
        if (card is not null && card.Content.Digest != attempted.SealedDigest)
            return "the sealed card beside the entry is not the one that the entry names";
        return Reason(await payments.RecordAttempt(
            entry.Acceptor, entry.Origin, attempted, entry.Header.At, card, cancel));
    }

    /// <summary>Keeps what changes no total as it was said: row `r.{epoch}.{number}`.</summary>
    private async Task<string?> Record(AppliedEntry entry, CancellationToken cancel)
    {
        var header = entry.Header;
        var row = new Row(header.Journal.Terminal, JournalRows.Recorded(header.Journal.Epoch, header.Number))
        {
            ["kind"] = (int)header.Kind,
            ["at"] = header.At,
            ["businessDate"] = header.BusinessDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
        row.SetChunks("body", entry.BodyJson.Span);
        var conflict = await tables.TryCommit(
            TableNames.Terminal, row.Partition, [Change.Insert(row)], cancel);
        return conflict is null or { Reason: ConflictReason.Exists }
            ? null
            : throw new RowShapeException($"Row {row} could not be inserted: {conflict.Reason}.");
    }

    public static string? Reason(RecordOutcome outcome) => outcome.Result switch
    {
        RecordResult.Recorded or RecordResult.AlreadyRecorded => null,
        RecordResult.Differs => $"the payment is known with another {outcome.Detail}",
        RecordResult.Refused => outcome.Detail ?? "the payment refused it",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Result, "Not a result."),
    };

    [LoggerMessage(1221, LogLevel.Error, "Journal {Journal}: entry {Number} could not be applied.")]
    private partial void LogFailed(Exception wrong, JournalId journal, long number);
}
