using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>What came of a request. Numbers are stored and never reused.</summary>
internal enum AnswerKind
{
    Answered = 1,

    /// <summary>No byte of it left: nothing happened at the acquirer.</summary>
    NotSent = 2,

    /// <summary>It left, or may have, and no answer came. Neither yes nor no.</summary>
    Unknown = 3,
}

/// <summary>The acquirer's answer, which the caller disposes, or why there is none.</summary>
/// <param name="Message">Null unless the kind is Answered.</param>
/// <param name="Why">For people and logs; holds no values of the request. Null when answered.</param>
internal sealed record AcquirerAnswer(AnswerKind Kind, Iso8583Message? Message, string? Why) : IDisposable
{
    public static AcquirerAnswer Answered(Iso8583Message message) => new(AnswerKind.Answered, message, null);

    public static AcquirerAnswer NotSent(string why) => new(AnswerKind.NotSent, null, why);

    public static AcquirerAnswer Unknown(string why) => new(AnswerKind.Unknown, null, why);

    public override string ToString() => Why is null ? $"{Kind}" : $"{Kind}: {Why}";

    public void Dispose() => Message?.Dispose();
}

/// <summary>
/// An answer that nobody waits for any more, or never did. It may still resolve its payment.
/// </summary>
internal enum StrayKind
{
    /// <summary>Its request had been given up.</summary>
    Late = 1,

    /// <summary>Its request has been answered before.</summary>
    Second = 2,

    /// <summary>No request of this process had that number; one before a restart may have.</summary>
    Unasked = 3,
}

internal sealed record StrayAnswer(StrayKind Kind, CardAnswer Answer)
{
    /// <summary>Name of the acquirer on whose line it came; empty where that is not known.</summary>
    public string Acquirer { get; init; } = "";
}
