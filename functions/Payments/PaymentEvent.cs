using System.Text.Json.Serialization;

namespace CloudPos.Functions.Payments;

/// <summary>A line of a payment's history: the state it was in from then on, why, and by whom.</summary>
/// <param name="By">"terminal", "acquirer", "back office", "customer", or a person's name.</param>
internal sealed record PaymentEvent(PaymentState State, DateTimeOffset At, string Why, string By)
{
    /// <summary>Lines after which only steps are still recorded.</summary>
    public const int NotesMax = 40;

    public const int WhyLengthMax = 200;

    public const string Terminal = "terminal";
    public const string Acquirer = "acquirer";
    public const string BackOffice = "back office";
    public const string Customer = "customer";

    public static string Cut(string why) => why.Length <= WhyLengthMax ? why : why[..WhyLengthMax];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IReadOnlyList<PaymentEvent>))]
[JsonSerializable(typeof(PaymentFacts))]
[JsonSerializable(typeof(AcquirersStatus))]
[JsonSerializable(typeof(IReadOnlyList<PaymentLine>))]
internal sealed partial class PaymentsJson : JsonSerializerContext;
