using CloudPos.Journal;

namespace CloudPos.Functions.Payments;

/// <summary>
/// What became of recording an entry's effect on a payment. Numbers are stored and never reused.
/// </summary>
internal enum RecordResult
{
    Recorded = 1,

    /// <summary>It was recorded before, or nothing is left to be done by it.</summary>
    AlreadyRecorded = 2,

    /// <summary>The same payment with other content; the first stays, the other is kept for review.</summary>
    Differs = 3,

    /// <summary>It does not fit the payment's state.</summary>
    Refused = 4,
}

/// <param name="Detail">The field that differs, or the reason of a refusal; null otherwise.</param>
internal readonly record struct RecordOutcome(RecordResult Result, string? Detail)
{
    public static RecordOutcome Recorded => new(RecordResult.Recorded, null);

    public static RecordOutcome AlreadyRecorded => new(RecordResult.AlreadyRecorded, null);

    public static RecordOutcome Differs(string field) => new(RecordResult.Differs, field);

    public static RecordOutcome Refused(string reason) => new(RecordResult.Refused, reason);

    public override string ToString() => Detail is null ? $"{Result}" : $"{Result}: {Detail}";
}

/// <summary>
/// An attachment as it lies beside its entry. Recording the attempt moves it to the payment.
/// </summary>
/// <param name="Key">Of its row in the terminal's partition.</param>
internal sealed record StoredAttachment(string Key, string ETag, Attachment Content);
