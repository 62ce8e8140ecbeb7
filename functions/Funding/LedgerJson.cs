using System.Text.Json.Serialization;

namespace CloudPos.Functions.Funding;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(ChargebackBody))]
[JsonSerializable(typeof(Chargeback))]
[JsonSerializable(typeof(IReadOnlyList<Chargeback>))]
[JsonSerializable(typeof(ReversalBody))]
[JsonSerializable(typeof(ChargebackReversal))]
[JsonSerializable(typeof(TakenBody))]
[JsonSerializable(typeof(IReadOnlyList<TakenPart>))]
[JsonSerializable(typeof(CaseFeeBody))]
[JsonSerializable(typeof(IReadOnlyList<CaseFee>))]
[JsonSerializable(typeof(Evidence))]
internal sealed partial class LedgerJson : JsonSerializerContext;
