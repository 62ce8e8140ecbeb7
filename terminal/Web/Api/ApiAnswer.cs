using CloudPos.Cards;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Why the API did not do what was asked; the screen shows the sentences as they are.</summary>
internal enum FaultCode
{
    None = 0,

    /// <summary>Something in the request is wrong; nothing was done.</summary>
    BadInput = 1,

    /// <summary>Somebody has to sign in with a PIN first.</summary>
    SignInNeeded = 2,

    /// <summary>The person who is signed in may not; a manager may.</summary>
    ManagerNeeded = 3,

    NotEnrolled = 4,

    /// <summary>It could not be written down.</summary>
    NotStored = 5,

    /// <summary>The back office did not answer, or refused.</summary>
    BackOffice = 6,

    /// <summary>Too many screens, or too many tries; later it may go.</summary>
    Busy = 7,
    Internal = 8,
}

internal sealed record FaultDocument(FaultCode Code, IReadOnlyList<string> Sentences)
{
    /// <summary>What a manager would let pass.</summary>
    public AskedDocument? Asked { get; init; }
}

/// <summary>A discount beyond what the person may give.</summary>
/// <param name="Article">Null where the whole basket is reduced.</param>
/// <param name="BasisPoints">Off the whole basket, with the discounts that it has already.</param>
internal sealed record AskedDocument(
    string? Article, Money From, Money To, int BasisPoints, int LimitBasisPoints);

/// <summary>A document, or why there is none.</summary>
internal readonly record struct ApiAnswer<T>(T? Value, FaultDocument? Fault)
    where T : class
{
    public static implicit operator ApiAnswer<T>(T value) => new(value, null);

    public static implicit operator ApiAnswer<T>(FaultDocument fault) => new(null, fault);
}

internal static class ApiFault
{
    /// <summary>The sentences may quote what was typed, so card numbers in them are hidden.</summary>
    public static FaultDocument Of(FaultCode code, params IReadOnlyList<string> sentences) =>
        new(code, [.. sentences.Select(CardScrubber.Mask)]);

    public static FaultDocument Of(Journal.WriteOutcome outcome) => Of(
        outcome.Status == Journal.WriteStatus.NotEnrolled ? FaultCode.NotEnrolled
        : outcome.RetryMayDiffer ? FaultCode.NotStored : FaultCode.BadInput,
        outcome.Sentence);

    /// <summary>The one table of fault codes to HTTP.</summary>
    public static int StatusOf(FaultCode code) => code switch
    {
        FaultCode.BadInput => StatusCodes.Status400BadRequest,
        FaultCode.SignInNeeded => StatusCodes.Status401Unauthorized,
        FaultCode.ManagerNeeded => StatusCodes.Status403Forbidden,
        FaultCode.NotEnrolled => StatusCodes.Status409Conflict,
        FaultCode.NotStored => StatusCodes.Status507InsufficientStorage,
        FaultCode.BackOffice => StatusCodes.Status502BadGateway,
        FaultCode.Busy => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
