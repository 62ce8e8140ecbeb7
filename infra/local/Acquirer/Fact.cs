using System.Text.Json.Serialization;

namespace CloudPos.Local.Acquirer;

/// <summary>One line of the acquirer's log. What is in the log has happened, and nothing else has.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Answered), "answered")]
[JsonDerivedType(typeof(Repeated), "repeated")]
[JsonDerivedType(typeof(Reversed), "reversed")]
[JsonDerivedType(typeof(ReversedAhead), "reversedAhead")]
[JsonDerivedType(typeof(Reconciled), "reconciled")]
[JsonDerivedType(typeof(Tampered), "tampered")]
internal abstract record Fact;

/// <summary>A request got its first answer.</summary>
internal sealed record Answered(Transaction Transaction) : Fact;

/// <summary>A request came once more and was given its first answer.</summary>
internal sealed record Repeated(DateTimeOffset At, string Mti, TransactionKey Key) : Fact;

/// <summary>
/// A transaction was reversed; it counts as reversed in the totals of this settlement date.
/// </summary>
internal sealed record Reversed(DateTimeOffset At, OriginalKey Original, DateOnly SettlementDate) : Fact;

/// <summary>
/// A reversal came whose original is not known: should it come after all, it is not approved.
/// </summary>
internal sealed record ReversedAhead(DateTimeOffset At, OriginalKey Original) : Fact;

/// <summary>A merchant's totals of a settlement date were compared with ours.</summary>
internal sealed record Reconciled(
    DateTimeOffset At, string Merchant, DateOnly SettlementDate, string Currency, bool InBalance) : Fact;

/// <summary>The acquirer's book was made wrong on command: a line was taken away, added or changed.</summary>
internal sealed record Tampered(DateTimeOffset At, SettledLine? Before, SettledLine? After) : Fact;

/// <summary>How to make the book wrong; see <see cref="TamperKind"/>.</summary>
/// <param name="Terminal">With the reference, the purchase or refund that is meant, or is invented.</param>
/// <param name="AmountMinor">For amount and invent.</param>
/// <param name="Date">For date and invent.</param>
/// <param name="Currency">For invent: numeric.</param>
internal sealed record TamperRequest(
    TamperKind Kind, string Merchant, string Terminal, string Rrn, long AmountMinor = 0,
    DateOnly? Date = null, string Currency = "978");

/// <summary>A transaction as the control endpoint tells it.</summary>
/// <param name="Repeats">How often it was asked again and given the same answer.</param>
internal sealed record LoggedTransaction(Transaction Transaction, bool Reversed, int Repeats);

/// <summary>What to do with the next request; see <see cref="Misbehaviour"/>.</summary>
/// <param name="Next">late, twice, drop, silent, lost or decline.</param>
/// <param name="Seconds">For late.</param>
/// <param name="Code">For decline: field 39.</param>
internal sealed record MisbehaveRequest(MisbehaviourKind Next, int Seconds = 3, string? Code = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Fact))]
[JsonSerializable(typeof(IReadOnlyList<LoggedTransaction>))]
[JsonSerializable(typeof(IReadOnlyList<SettlementTotals>))]
[JsonSerializable(typeof(MisbehaveRequest))]
[JsonSerializable(typeof(TamperRequest))]
internal sealed partial class AcquirerJson : JsonSerializerContext;
