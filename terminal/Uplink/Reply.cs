using System.Diagnostics.CodeAnalysis;
using CloudPos.Wire;

namespace CloudPos.Terminal.Uplink;

/// <summary>How a request to the back office ended, and so what may be done next.</summary>
internal enum ReplyKind
{
    /// <summary>A 2xx answer with a readable body.</summary>
    Answered = 1,

    /// <summary>The back office answered and refused: see the problem.</summary>
    Refused = 2,

    /// <summary>Nothing left this terminal: no connection could be made. Nothing happened there.</summary>
    NotSent = 3,

    /// <summary>It may have arrived, or not. Unknown, and never to be treated as a refusal.</summary>
    NoAnswer = 4,
}

/// <summary>What the back office said, or that it said nothing.</summary>
/// <param name="RetryAfter">How long the back office asks to be left alone; a floor for the next try.</param>
internal readonly record struct Reply<T>(
    ReplyKind Kind, T? Value, Problem? Problem, string Reason, TimeSpan RetryAfter = default)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsAnswered => Kind == ReplyKind.Answered;

    public static Reply<T> Answered(T value) => new(ReplyKind.Answered, value, null, "");

    public static Reply<T> Refused(Problem problem, TimeSpan retryAfter = default) =>
        new(ReplyKind.Refused, null, problem, problem.Sentence, retryAfter);

    public static Reply<T> NotSent(string reason) => new(ReplyKind.NotSent, null, null, reason);

    public static Reply<T> NoAnswer(string reason) => new(ReplyKind.NoAnswer, null, null, reason);

    /// <summary>The same failure for a caller that waits for another kind of value.</summary>
    public Reply<TOther> As<TOther>()
        where TOther : class => new(Kind, null, Problem, Reason, RetryAfter);
}
