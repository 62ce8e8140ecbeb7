using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace CloudPos.Journal;

/// <summary>An entry: header, body, and the bytes that were made of both exactly once.</summary>
public sealed record Entry(EntryHeader Header, EntryBody Body, ReadOnlyMemory<byte> Bytes, EntryHash Hash)
{
    /// <summary>An entry is small; what is large lies beside it.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>Makes the entry's bytes. Called once in its life, at the terminal.</summary>
    /// <exception cref="InvalidOperationException">The entry would be larger than <see
    /// cref="BytesMax"/>.</exception>
    public static Entry Create(
        JournalId journal,
        long number,
        EntryHash previous,
        DateTimeOffset at,
        DateOnly businessDate,
        EntryBody body)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, TypeOf(body.Kind)!);
        // What is kept of the time is what the bytes say: milliseconds.
        var kept = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()).ToOffset(at.Offset);
        var header = new EntryHeader(journal, number, body.Kind, kept, businessDate, previous);
        var bytes = header.Write(json);
        if (bytes.Length > BytesMax)
            throw new InvalidOperationException("The entry is too large; split the sale.");
        return new Entry(header, body, bytes, EntryHash.Of(bytes));
    }

    /// <summary>Reads an entry's bytes whole.</summary>
    /// <returns>False when they are no entry of a known kind; the fault says where and why.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Entry? entry, out string? fault)
    {
        entry = null;
        if (!EntryHeader.TryRead(bytes.Span, out var header, out var start, out fault))
            return false;
        if (TypeOf(header!.Kind) is not { } type)
        {
            fault = $"offset 4: entries of kind {(int)header.Kind} are not known to this version";
            return false;
        }
        try
        {
            if (JsonSerializer.Deserialize(bytes.Span[start..], type) is not EntryBody body)
            {
                fault = $"offset {start}: the body is empty";
                return false;
            }
            entry = new Entry(header, body, bytes, EntryHash.Of(bytes.Span));
            return true;
        }
        catch (JsonException wrong)
        {
            fault = $"offset {start}: the body is not readable at {wrong.Path ?? "its start"}";
            return false;
        }
    }

    /// <summary>False for what a later version writes.</summary>
    public static bool IsKnown(EntryKind kind) => TypeOf(kind) is not null;

    private static JsonTypeInfo? TypeOf(EntryKind kind) => kind switch
    {
        EntryKind.EpochOpened => BodyJson.Default.EpochOpened,
        EntryKind.PaymentAttempted => BodyJson.Default.PaymentAttempted,
        EntryKind.SaleCompleted => BodyJson.Default.SaleCompleted,
        EntryKind.PaymentFailed => BodyJson.Default.PaymentFailed,
        EntryKind.PaymentAbandoned => BodyJson.Default.PaymentAbandoned,
        EntryKind.SaleVoided => BodyJson.Default.SaleVoided,
        EntryKind.SaleRefunded => BodyJson.Default.SaleRefunded,
        EntryKind.StockReceived => BodyJson.Default.StockReceived,
        EntryKind.StockCounted => BodyJson.Default.StockCounted,
        EntryKind.PolicyApplied => BodyJson.Default.PolicyApplied,
        EntryKind.PinLocked => BodyJson.Default.PinLocked,
        EntryKind.Overridden => BodyJson.Default.Overridden,
        EntryKind.InvoiceIssued => BodyJson.Default.InvoiceIssued,
        EntryKind.ReceiptCopied => BodyJson.Default.ReceiptCopied,
        EntryKind.InvoiceCopied => BodyJson.Default.InvoiceCopied,
        EntryKind.InvoiceMailed => BodyJson.Default.InvoiceMailed,
        EntryKind.InvoicePartyErased => BodyJson.Default.InvoicePartyErased,
        EntryKind.DrillEnded => BodyJson.Default.DrillEnded,
        EntryKind.DayReported => BodyJson.Default.DayReported,
        EntryKind.StockWasted => BodyJson.Default.StockWasted,
        EntryKind.TransferSent => BodyJson.Default.TransferSent,
        EntryKind.TransferReceived => BodyJson.Default.TransferReceived,
        EntryKind.ProductEdited => BodyJson.Default.ProductEdited,
        EntryKind.ShiftOpened => BodyJson.Default.ShiftOpened,
        EntryKind.ShiftClosed => BodyJson.Default.ShiftClosed,
        EntryKind.CashMoved => BodyJson.Default.CashMoved,
        EntryKind.CustomerWritten => BodyJson.Default.CustomerWritten,
        EntryKind.CustomerErased => BodyJson.Default.CustomerErased,
        EntryKind.PointsAdjusted => BodyJson.Default.PointsAdjusted,
        _ => null,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(EpochOpened))]
[JsonSerializable(typeof(PaymentAttempted))]
[JsonSerializable(typeof(SaleCompleted))]
[JsonSerializable(typeof(PaymentFailed))]
[JsonSerializable(typeof(PaymentAbandoned))]
[JsonSerializable(typeof(SaleVoided))]
[JsonSerializable(typeof(SaleRefunded))]
[JsonSerializable(typeof(StockReceived))]
[JsonSerializable(typeof(StockCounted))]
[JsonSerializable(typeof(PolicyApplied))]
[JsonSerializable(typeof(PinLocked))]
[JsonSerializable(typeof(DayReported))]
[JsonSerializable(typeof(StockWasted))]
[JsonSerializable(typeof(TransferSent))]
[JsonSerializable(typeof(TransferReceived))]
[JsonSerializable(typeof(ProductEdited))]
[JsonSerializable(typeof(ShiftOpened))]
[JsonSerializable(typeof(ShiftClosed))]
[JsonSerializable(typeof(CashMoved))]
[JsonSerializable(typeof(CustomerWritten))]
[JsonSerializable(typeof(CustomerErased))]
[JsonSerializable(typeof(PointsAdjusted))]
[JsonSerializable(typeof(Overridden))]
[JsonSerializable(typeof(ReceiptCopied))]
[JsonSerializable(typeof(InvoiceIssued))]
[JsonSerializable(typeof(InvoiceCopied))]
[JsonSerializable(typeof(InvoiceMailed))]
[JsonSerializable(typeof(InvoicePartyErased))]
[JsonSerializable(typeof(DrillEnded))]
internal sealed partial class BodyJson : JsonSerializerContext;
