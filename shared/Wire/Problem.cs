namespace CloudPos.Wire;

/// <summary>
/// Why a request was refused: what every answer but 2xx carries. Numbers are part of the contract and never
/// reused.
/// </summary>
public enum ProblemCode
{
    Malformed = 1,
    TooLarge = 2,
    NotSigned = 10,
    ClockSkewed = 11,
    NotEnrolled = 12,
    Forbidden = 13,
    CodeUnknownOrUsed = 20,

    /// <summary>
    /// The first number is beyond the next one: entries are missing. Answered with what is stored.
    /// </summary>
    Gap = 30,

    /// <summary>A number already stored, with another hash: a cloned disk or a restored backup.</summary>
    Fork = 31,

    /// <summary>An entry's number, hash or journal does not fit its place in the segment.</summary>
    ChainBroken = 32,

    /// <summary>The same id with other content; the field that differs is named.</summary>
    DiffersFromFirst = 40,

    NotFound = 50,

    /// <summary>It does not fit the state that the thing is in; the sentence says what would.</summary>
    WrongState = 51,

    /// <summary>Not now; the Retry-After header says when.</summary>
    Busy = 60,

    Internal = 90,
}

/// <param name="Field">The field that is wrong or differs, where there is one.</param>
/// <param name="Sentence">For a person: what is wrong and what to do.</param>
/// <param name="Acknowledgement">With Gap and Fork: the signed acknowledgement of what is stored, a
/// JWS.</param>
public sealed record Problem(
    ProblemCode Code, string? Field, string Sentence, string? Acknowledgement = null);
