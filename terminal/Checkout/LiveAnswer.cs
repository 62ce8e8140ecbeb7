using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What a live authorisation came to, as far as the sale has to know.</summary>
internal enum LiveAnswerKind
{
    None = 0,
    Approved = 1,
    Declined = 2,

    /// <summary>The issuer was certainly not asked: nothing was charged.</summary>
    NotAsked = 3,

    /// <summary>
    /// As not asked, and the back office takes nothing from this terminal: it may not stand in either.
    /// </summary>
    Barred = 4,

    /// <summary>Neither yes nor no, and never to be taken for either: it may have been charged.</summary>
    Unknown = 5,

    /// <summary>The issuer said yes to a part of the amount; another tender pays the rest.</summary>
    PartApproved = 6,
}

/// <param name="Answer">The issuer's answer; null when there is none.</param>
internal readonly record struct LiveAnswer(LiveAnswerKind Kind, AuthoriseAnswer? Answer)
{
    /// <summary>Anything that is not certain is unknown, an answer about another payment among it.</summary>
    public static LiveAnswer Of(Reply<AuthoriseAnswer> reply, Id payment) => reply.Kind switch
    {
        ReplyKind.Answered when reply.Value?.Payment == payment => new(KindOf(reply.Value), reply.Value),
        ReplyKind.Answered or ReplyKind.NoAnswer => new(LiveAnswerKind.Unknown, null),
        ReplyKind.NotSent => new(LiveAnswerKind.NotAsked, null),
        ReplyKind.Refused => new(KindOf(reply.Problem!.Code), null),
        _ => throw new ArgumentOutOfRangeException(nameof(reply), reply.Kind, "Not a reply."),
    };

    private static LiveAnswerKind KindOf(AuthoriseAnswer answer) => answer.Result switch
    {
        AuthoriseResult.Approved => LiveAnswerKind.Approved,
        // A decline without its reason, field 39, is no decline that could be written down.
        AuthoriseResult.Declined when answer.ResponseCode is not null => LiveAnswerKind.Declined,
        AuthoriseResult.PartApproved when answer.Approved is { Minor: > 0 } => LiveAnswerKind.PartApproved,
        AuthoriseResult.NotAsked => LiveAnswerKind.NotAsked,
        _ => LiveAnswerKind.Unknown,
    };

    /// <summary>
    /// A request that was refused at the door asked nobody; any other refusal may have come later.
    /// </summary>
    private static LiveAnswerKind KindOf(ProblemCode code) => code switch
    {
        ProblemCode.NotEnrolled or ProblemCode.Forbidden => LiveAnswerKind.Barred,
        ProblemCode.Malformed or ProblemCode.TooLarge or ProblemCode.NotSigned or ProblemCode.ClockSkewed =>
            LiveAnswerKind.NotAsked,
        _ => LiveAnswerKind.Unknown,
    };
}
