using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What came of a write, in order of precedence. Numbers are never reused.</summary>
internal enum WriteStatus
{
    None = 0,

    /// <summary>On disk.</summary>
    Stored = 1,

    /// <summary>The same had been stored before; the outcome carries the first entry.</summary>
    AlreadyStored = 2,

    NotEnrolled = 10,

    /// <summary>
    /// The journal cannot be trusted; see <see cref="TerminalStore.Damage"/>. Nothing is appended any more.
    /// </summary>
    JournalDamaged = 11,

    /// <summary>The same id with other content.</summary>
    Differs = 20,

    /// <summary>The payment has no attempt, or its attempt has a result already.</summary>
    AttemptNotOpen = 21,

    /// <summary>No sale of this epoch has that id or receipt number.</summary>
    SaleUnknown = 22,

    AlreadyVoided = 23,

    /// <summary>Not in a form that can be journalled; the sentence says what is wrong.</summary>
    Malformed = 24,

    /// <summary>
    /// The back office has said meanwhile that the payment was not, or is no longer, approved.
    /// </summary>
    OutcomeKnown = 25,

    /// <summary>Entries of the epoch before are not acknowledged, or an attempt in it is open.</summary>
    EpochNotFinished = 30,

    /// <summary>The folder belongs to another terminal, or the epoch is not a later one.</summary>
    EnrolmentRefused = 31,

    /// <summary>A key list is not signed by the root key, or its version goes back.</summary>
    KeysRefused = 32,

    /// <summary>The disk is full. Nothing was stored.</summary>
    DiskFull = 40,

    /// <summary>Something else holds the database. Nothing was stored.</summary>
    Busy = 41,

    /// <summary>The disk failed. Nothing was stored.</summary>
    IoError = 42,

    /// <summary>
    /// The disk failed and does not say whether it was stored. Only opening the folder anew can tell.
    /// </summary>
    Unknown = 43,
}

/// <summary>
/// The outcome of a write; <see cref="Entry"/> is the last entry written, null unless one is stored.
/// </summary>
internal sealed record WriteOutcome(WriteStatus Status, Entry? Entry, string Sentence)
{
    /// <summary>It is on disk, now or since an earlier call.</summary>
    public bool IsStored => Status is WriteStatus.Stored or WriteStatus.AlreadyStored;

    /// <summary>Whether the same call can end otherwise when it is tried again.</summary>
    public bool RetryMayDiffer => Status switch
    {
        WriteStatus.DiskFull or WriteStatus.Busy or WriteStatus.IoError
            or WriteStatus.EpochNotFinished => true,
        WriteStatus.None or WriteStatus.Stored or WriteStatus.AlreadyStored or WriteStatus.NotEnrolled
            or WriteStatus.JournalDamaged or WriteStatus.Differs or WriteStatus.AttemptNotOpen
            or WriteStatus.SaleUnknown or WriteStatus.AlreadyVoided or WriteStatus.Malformed
            or WriteStatus.OutcomeKnown
            or WriteStatus.EnrolmentRefused or WriteStatus.KeysRefused or WriteStatus.Unknown => false,
        _ => throw new InvalidOperationException($"{Status} is no status of a write."),
    };

    public static WriteOutcome Stored(Entry? entry) => new(WriteStatus.Stored, entry, "Stored.");

    public static WriteOutcome Already(Entry? entry) =>
        new(WriteStatus.AlreadyStored, entry, "Stored before.");

    public static WriteOutcome Not(WriteStatus status, string sentence) => new(status, null, sentence);
}
