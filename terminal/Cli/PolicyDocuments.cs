using CloudPos.Cards;

namespace CloudPos.Terminal.Cli;

/// <summary>policy show.</summary>
/// <param name="Later">Policies that take effect by themselves, each from its own moment.</param>
internal sealed record PolicyDocument(OfflinePolicy Policy, IReadOnlyList<OfflinePolicy> Later);

/// <summary>policy explain.</summary>
/// <param name="Entry">Number of the entry that records the decision.</param>
/// <param name="Reproduced">The recorded facts and policy give the same decision again.</param>
/// <param name="Rules">Empty in entries of a version that recorded less.</param>
internal sealed record ExplanationDocument(
    Id Payment, long Entry, DateTimeOffset At, Money Amount, Scheme Scheme, EntryMode Mode, string LastFour,
    Decision Decision, int Number, string Sentence, bool? Reproduced,
    IReadOnlyList<Risk.AskedRule> Rules);

/// <summary>policy try.</summary>
/// <param name="Changed">Payments that would have ended otherwise.</param>
/// <param name="NotReplayed">Decisions of a version that recorded too little.</param>
internal sealed record TrialDocument(
    IReadOnlyList<TrialSums> Sums, IReadOnlyList<TriedDocument> Changed, int NotReplayed);

/// <summary>Of one currency.</summary>
/// <param name="LostThen">Accepted, and declined or expired later.</param>
/// <param name="LostNow">Of that, what the other policy would have accepted too.</param>
/// <param name="Gained">Refused, and the other policy would have accepted: its outcome is not known.</param>
/// <param name="Forgone">Accepted and paid or still open, and the other policy would have refused.</param>
internal sealed record TrialSums(
    TrialSum AcceptedThen, TrialSum AcceptedNow, TrialSum RefusedThen, TrialSum RefusedNow,
    TrialSum LostThen, TrialSum LostNow, TrialSum Gained, TrialSum Forgone);

internal sealed record TrialSum(int Count, Money Amount);

internal sealed record TriedDocument(
    long Entry, Id Payment, Money Amount, DecisionReason Was, DecisionReason WouldBe, PaymentState? State);
