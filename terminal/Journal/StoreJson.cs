using System.Text.Json.Serialization;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>The JSON of documents kept in the value table.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(OfflinePolicy))]
[JsonSerializable(typeof(PolicyPlan))]
[JsonSerializable(typeof(DenyList))]
[JsonSerializable(typeof(IReadOnlyList<StaffMember>))]
[JsonSerializable(typeof(IReadOnlyList<PinFailures>))]
[JsonSerializable(typeof(Checkout.OpenBasket))]
[JsonSerializable(typeof(IReadOnlyList<Checkout.OpenRefund>))]
[JsonSerializable(typeof(TillSettings))]
[JsonSerializable(typeof(MerchantDetails))]
[JsonSerializable(typeof(StoreDetails))]
[JsonSerializable(typeof(IReadOnlyList<TipRule>))]
[JsonSerializable(typeof(PaperSettings))]
[JsonSerializable(typeof(DrillRunning))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(ProductFields))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<EditConflict>))]
[JsonSerializable(typeof(IReadOnlyList<StockChange>))]
[JsonSerializable(typeof(IReadOnlyList<CustomerPurchase>))]
[JsonSerializable(typeof(CustomerData))]
[JsonSerializable(typeof(LoyaltyRule))]
[JsonSerializable(typeof(ChargedBack))]
internal sealed partial class StoreJson : JsonSerializerContext;
