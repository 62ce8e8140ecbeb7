using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Terminal.Cli;

namespace CloudPos.Terminal.Web.Api;

/// <summary>The JSON between the screens and the terminal. A room with many documents has its own.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(FaultDocument))]
[JsonSerializable(typeof(DoneDocument))]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(BarDocument))]
[JsonSerializable(typeof(BasketDocument))]
[JsonSerializable(typeof(AddBody))]
[JsonSerializable(typeof(LineBody))]
[JsonSerializable(typeof(DiscountBody))]
[JsonSerializable(typeof(ParkBody))]
[JsonSerializable(typeof(BuyerBody))]
[JsonSerializable(typeof(ResumeBody))]
[JsonSerializable(typeof(ParkedListDocument))]
[JsonSerializable(typeof(PayBody))]
[JsonSerializable(typeof(KeepBody))]
[JsonSerializable(typeof(PaidDocument))]
[JsonSerializable(typeof(ProductsDocument))]
[JsonSerializable(typeof(CategoriesDocument))]
[JsonSerializable(typeof(ReaderDocument))]
[JsonSerializable(typeof(PaymentsDocument))]
[JsonSerializable(typeof(AbandonBody))]
[JsonSerializable(typeof(VoidBody))]
[JsonSerializable(typeof(CopyBody))]
[JsonSerializable(typeof(SlipDocument))]
[JsonSerializable(typeof(SaleListDocument))]
[JsonSerializable(typeof(RefundBody))]
[JsonSerializable(typeof(OpenRefundBody))]
[JsonSerializable(typeof(RefundPlanDocument))]
[JsonSerializable(typeof(RefundedDocument))]
[JsonSerializable(typeof(EnrolBody))]
[JsonSerializable(typeof(PaperDocument))]
[JsonSerializable(typeof(PrinterBody))]
[JsonSerializable(typeof(LocaleBody))]
[JsonSerializable(typeof(PrintedDocument))]
[JsonSerializable(typeof(InvoiceBody))]
[JsonSerializable(typeof(InvoiceNumberBody))]
[JsonSerializable(typeof(InvoiceMailBody))]
[JsonSerializable(typeof(InvoicesDocument))]
[JsonSerializable(typeof(DrillBody))]
[JsonSerializable(typeof(TrainingBody))]
[JsonSerializable(typeof(PeopleDocument))]
[JsonSerializable(typeof(PinBody))]
[JsonSerializable(typeof(SettingsDocument))]
[JsonSerializable(typeof(LeaveBody))]
[JsonSerializable(typeof(ConfirmBody))]
[JsonSerializable(typeof(ConfirmedDocument))]
internal sealed partial class UiJson : JsonSerializerContext;
