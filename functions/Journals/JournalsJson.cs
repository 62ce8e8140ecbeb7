using System.Text.Json.Serialization;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>An entry in GET set-aside.</summary>
/// <param name="At">When it was set aside first.</param>
/// <param name="Tries">How often applying it failed.</param>
internal sealed record SetAsideLine(
    string Terminal, int Epoch, long Number, EntryKind Kind, string Reason, DateTimeOffset At, int Tries);

/// <param name="Reason">Why it is still set aside.</param>
internal sealed record RetryAnswer(bool Applied, string? Reason);

/// <summary>A journal in GET journals/{terminal}.</summary>
/// <param name="Stored">The highest number stored.</param>
/// <param name="Hold">Why what is stored waits, or null.</param>
/// <param name="Branches">Its forks.</param>
internal sealed record JournalLine(
    int Epoch, long Stored, long Applied, int SetAside, string? Hold, IReadOnlyList<BranchLine> Branches);

/// <param name="First">The number at which it leaves the journal.</param>
/// <param name="Last">The number of its last entry.</param>
internal sealed record BranchLine(string Branch, long First, long Last, DateTimeOffset At);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(IReadOnlyList<SetAsideLine>))]
[JsonSerializable(typeof(RetryAnswer))]
[JsonSerializable(typeof(IReadOnlyList<JournalLine>))]
[JsonSerializable(typeof(IReadOnlyList<TaxLine>))]
[JsonSerializable(typeof(IReadOnlyList<Tender>))]
internal sealed partial class JournalsJson : JsonSerializerContext;
