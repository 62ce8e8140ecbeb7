using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// The one table from the codes of refusals to HTTP status, and from token faults to refusals.
/// </summary>
internal static class Problems
{
    /// <summary>The HTTP status of a refusal. 5xx alone may be tried again unchanged.</summary>
    public static int StatusOf(ProblemCode code) => code switch
    {
        ProblemCode.Malformed => StatusCodes.Status400BadRequest,
        ProblemCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ProblemCode.NotSigned => StatusCodes.Status401Unauthorized,
        ProblemCode.ClockSkewed => StatusCodes.Status401Unauthorized,
        ProblemCode.NotEnrolled => StatusCodes.Status401Unauthorized,
        ProblemCode.Forbidden => StatusCodes.Status403Forbidden,
        ProblemCode.CodeUnknownOrUsed => StatusCodes.Status403Forbidden,
        ProblemCode.Gap => StatusCodes.Status409Conflict,
        ProblemCode.Fork => StatusCodes.Status409Conflict,
        ProblemCode.ChainBroken => StatusCodes.Status422UnprocessableEntity,
        ProblemCode.DiffersFromFirst => StatusCodes.Status409Conflict,
        ProblemCode.NotFound => StatusCodes.Status404NotFound,
        ProblemCode.WrongState => StatusCodes.Status409Conflict,
        ProblemCode.Busy => StatusCodes.Status503ServiceUnavailable,
        ProblemCode.Internal => StatusCodes.Status500InternalServerError,
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a code of the contract."),
    };

    /// <summary>Why a terminal's token was refused; null for Ok.</summary>
    public static Problem? Of(RequestTokenResult result) => result switch
    {
        RequestTokenResult.Ok => null,
        RequestTokenResult.Expired or RequestTokenResult.NotYet => new Problem(
            ProblemCode.ClockSkewed, "iat",
            $"The token's time does not fit ours; sign again with that of {WireContract.TimeHeader}."),
        RequestTokenResult.WrongKey => NotSigned("kid", "The token is not signed with this terminal's key."),
        RequestTokenResult.WrongHost => NotSigned("aud", "The token was made for another host."),
        RequestTokenResult.WrongMethod => NotSigned("htm", "The token was made for another method."),
        RequestTokenResult.WrongPath => NotSigned("htu", "The token was made for another path."),
        RequestTokenResult.WrongBody => NotSigned("bdh", "The token was made for another body."),
        RequestTokenResult.Malformed or RequestTokenResult.None =>
            NotSigned(null, "The token is not readable."),
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Not a result of a token."),
    };

    public static Problem NotSigned(string? field, string sentence) =>
        new(ProblemCode.NotSigned, field, sentence);
}
