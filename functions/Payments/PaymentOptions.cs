namespace CloudPos.Functions.Payments;

/// <summary>Settings of the payments room. Immutable.</summary>
internal sealed record PaymentOptions
{
    /// <summary>
    /// Days after the answer until number and expiry, sealed to the reference key, are deleted.
    /// </summary>
    public int ReferenceDays { get; init; } = 180;

    public SubmissionDeadlines Deadlines { get; init; } = new();

    /// <summary>
    /// Requests without an answer after which a person is shown the payment. It is asked for all the same.
    /// </summary>
    public int HeldAfterRequests { get; init; } = 10;

    /// <summary>
    /// A payment that cannot be asked for, as its card does not open, is looked at again after this.
    /// </summary>
    public TimeSpan ImpossibleDelay { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Work is dropped when what it was owed for has not come after this.</summary>
    public TimeSpan UnownedMax { get; init; } = TimeSpan.FromHours(1);
}
