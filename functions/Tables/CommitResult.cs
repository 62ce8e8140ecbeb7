namespace CloudPos.Functions.Tables;

/// <summary>Why a commit did not fit the rows as they are.</summary>
internal enum ConflictReason
{
    /// <summary>An insert found its key taken.</summary>
    Exists = 1,

    /// <summary>The row is at another version than the one named.</summary>
    Changed = 2,

    /// <summary>A replace or delete found no row.</summary>
    Missing = 3,
}

/// <summary>
/// What became of a commit. All its changes took effect (Done) or none did (Conflict, Busy); Unknown is
/// neither yes nor no and must never be taken for either: read the state again before acting.
/// </summary>
internal abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>
    /// All took effect. One new version per change, in their order; null for a delete, and where an answer
    /// was lost and the row has been written again since.
    /// </summary>
    internal sealed record Done(IReadOnlyList<string?> ETags) : CommitResult;

    /// <summary>
    /// Nothing took effect; the change at this index did not fit. Trying the same again cannot help.
    /// </summary>
    internal sealed record Conflict(int Index, ConflictReason Reason) : CommitResult;

    /// <summary>Nothing took effect; the store asks to come back later.</summary>
    internal sealed record Busy(TimeSpan After) : CommitResult;

    /// <summary>No answer came, and reading back did not tell.</summary>
    internal sealed record Unknown : CommitResult;
}
