using System.Text.Json.Serialization;
using CloudPos.Journal;
using CloudPos.Terminal.Reports;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Stock as a screen shows it.</summary>
/// <param name="More">There are more; search for one.</param>
internal sealed record StockListDocument(
    IReadOnlyList<StockItemDocument> Items, int Low, int Negative, bool More);

/// <param name="State">"ok", "low" or "negative".</param>
internal sealed record StockItemDocument(
    string Sku, string Name, string Category, long Quantity, long? LowAt, string State);

/// <summary>One product with all that can be changed, and where else it lies.</summary>
internal sealed record ProductDetailDocument(
    string Sku, string Ean, string Name, string Category, Money Price, int TaxBasisPoints, bool Withdrawn,
    long? LowStockAt, long Quantity, IReadOnlyList<ElsewhereDocument> Elsewhere,
    IReadOnlyList<EditConflict> Conflicts);

internal sealed record ElsewhereDocument(string Store, long Quantity);

/// <param name="Price">As typed.</param>
/// <param name="LowStockAt">Empty for no figure; null to leave it.</param>
internal sealed record EditProductBody(
    string Sku, string? Name = null, string? Ean = null, string? Category = null, string? Price = null,
    int? TaxBasisPoints = null, bool? Withdrawn = null, long? LowStockAt = null);

internal sealed record ConflictsDocument(IReadOnlyList<EditConflict> Conflicts);

/// <param name="Kind">"receive", "count" or "waste".</param>
/// <param name="Note">The delivery note, or why.</param>
internal sealed record MoveStockBody(string Kind, IReadOnlyList<StockChange> Lines, string Note = "");

internal sealed record SendBody(string To, IReadOnlyList<StockChange> Lines);

internal sealed record ArriveBody(string Transfer, IReadOnlyList<StockChange> Lines, bool IsLast = true);

internal sealed record TransfersDocument(
    IReadOnlyList<TransferDocument> Transfers, IReadOnlyList<string> Stores);

internal sealed record TransferDocument(
    string Number, string From, string To, bool Incoming, TransferState State, DateTimeOffset At,
    IReadOnlyList<TransferLine> Lines);

internal sealed record CustomersDocument(IReadOnlyList<CustomerDocument> Customers);

internal sealed record CustomerDocument(
    Id Customer, CustomerData Data, long Points, bool Overdrawn, string? Tier);

internal sealed record PurchasesDocument(IReadOnlyList<CustomerPurchase> Purchases);

/// <param name="Customer">Null to add one.</param>
internal sealed record WriteCustomerBody(
    string Name, string? Email = null, string? Telephone = null, string? Card = null, Id? Customer = null);

internal sealed record CustomerIdBody(Id Customer);

internal sealed record AdjustBody(Id Customer, long Points, string Reason);

internal sealed record ShiftsDocument(ShiftDocument? Open, IReadOnlyList<ShiftDocument> Shifts);

internal sealed record ShiftDocument(
    Id Shift, string? Cashier, DateTimeOffset? At, bool IsOpen, Money Float, Money Expected, Money? Counted,
    Money? Difference);

/// <param name="Shift">Made by the screen, so that two taps open one shift.</param>
internal sealed record OpenShiftBody(Id Shift, string Amount);

internal sealed record CashBody(string Amount, bool IsOut, string Reason);

internal sealed record CloseShiftBody(string Amount);

internal sealed record TextDocument(string Name, string Text);

/// <summary>The JSON of the shop's own rooms: stock, customers, shifts, reports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(StockListDocument))]
[JsonSerializable(typeof(ProductDetailDocument))]
[JsonSerializable(typeof(EditProductBody))]
[JsonSerializable(typeof(ConflictsDocument))]
[JsonSerializable(typeof(MoveStockBody))]
[JsonSerializable(typeof(SendBody))]
[JsonSerializable(typeof(ArriveBody))]
[JsonSerializable(typeof(TransfersDocument))]
[JsonSerializable(typeof(TransferDocument))]
[JsonSerializable(typeof(CustomersDocument))]
[JsonSerializable(typeof(CustomerDocument))]
[JsonSerializable(typeof(PurchasesDocument))]
[JsonSerializable(typeof(WriteCustomerBody))]
[JsonSerializable(typeof(CustomerIdBody))]
[JsonSerializable(typeof(AdjustBody))]
[JsonSerializable(typeof(ShiftsDocument))]
[JsonSerializable(typeof(OpenShiftBody))]
[JsonSerializable(typeof(CashBody))]
[JsonSerializable(typeof(CloseShiftBody))]
[JsonSerializable(typeof(SalesReport))]
[JsonSerializable(typeof(TextDocument))]
internal sealed partial class ShopJson : JsonSerializerContext;
