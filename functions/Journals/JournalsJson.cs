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
/// <param name="Gaps">Entries that were lost in a restore here and are deleted at the terminal.</param>
/// <param name="Damage">What the terminal found wrong with its own, or null.</param>
/// <param name="Closed">Null while it is the newest.</param>
internal sealed record JournalLine(
    int Epoch, long Stored, long Applied, int SetAside, string? Hold, IReadOnlyList<BranchLine> Branches,
    IReadOnlyList<GapLine> Gaps, DamageLine? Damage, ClosedLine? Closed);

/// <param name="First">The number at which it leaves the journal.</param>
/// <param name="Last">The number of its last entry.</param>
internal sealed record BranchLine(string Branch, long First, long Last, DateTimeOffset At)
{
    /// <summary>Null until a manager decided; the members behind it too.</summary>
    public BranchDecision? Decision { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>Entries that came after the decision and wait for the same one again.</summary>
    public long Since { get; init; }

    /// <summary>The epoch number under which it is applied.</summary>
    public int? AdoptedAs { get; init; }
}

internal sealed record GapLine(long First, long Last, DateTimeOffset At);

/// <param name="Entries">How many the terminal says it has.</param>
internal sealed record DamageLine(DateTimeOffset At, long Entries, IReadOnlyList<string> Findings);

/// <param name="Expected">What it may still have held; null when it is complete.</param>
internal sealed record ClosedLine(
    DateTimeOffset At, bool IsComplete, string? Expected, string? WrittenOffBy, DateTimeOffset? WrittenOffAt,
    string? WrittenOffReason);

/// <summary>POST of a decision that a person answers for.</summary>
internal sealed record ReasonBody(string Reason);

/// <summary>POST of a sealed journal: what was taken from it.</summary>
/// <param name="Added">Entries that were not stored before; nought when all of them were.</param>
/// <param name="Acknowledgement">A JWS, for the terminal.</param>
internal sealed record SealedJournalTaken(
    string Terminal, int Epoch, long Added, long Stored, string Acknowledgement);

/// <summary>A journal in GET unaccounted: something about it waits for a person.</summary>
internal sealed record UnaccountedLine(string Terminal, string Store, JournalLine Journal);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(IReadOnlyList<SetAsideLine>))]
[JsonSerializable(typeof(RetryAnswer))]
[JsonSerializable(typeof(IReadOnlyList<JournalLine>))]
[JsonSerializable(typeof(IReadOnlyList<UnaccountedLine>))]
[JsonSerializable(typeof(BranchLine))]
[JsonSerializable(typeof(ClosedLine))]
[JsonSerializable(typeof(ReasonBody))]
[JsonSerializable(typeof(SealedJournalTaken))]
[JsonSerializable(typeof(IReadOnlyList<TaxLine>))]
[JsonSerializable(typeof(IReadOnlyList<Tender>))]
[JsonSerializable(typeof(IReadOnlyList<TakenRefund>))]
internal sealed partial class JournalsJson : JsonSerializerContext;
