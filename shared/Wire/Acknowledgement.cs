using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>
/// What the back office says it has stored of a journal: the highest number and the hash there. Travels as a
/// JWS (RFC 7515, ES256, typ "cloudpos-ack") signed by an acknowledgement key of the current key list. The
/// terminal keeps the newest one: it proves what was taken over, and only behind it may anything be deleted.
/// </summary>
/// <param name="Number">0 when nothing is stored yet; the hash is then the journal's genesis.</param>
/// <param name="At">Server time, which the terminal's offline limits run on.</param>
/// <param name="Standing">Whether the terminal may approve offline.</param>
public sealed record Acknowledgement(
    string Terminal,
    int Epoch,
    long Number,
    EntryHash Hash,
    DateTimeOffset At,
    TerminalStanding Standing)
{
    public const string Typ = "cloudpos-ack";
}

/// <summary>A terminal's standing with the back office. Numbers are stored and never reused.</summary>
public enum TerminalStanding
{
    Active = 1,

    /// <summary>A fork or a complaint: entries are stored, approvals and applying wait.</summary>
    Quarantined = 2,

    /// <summary>
    /// The key is withdrawn: the terminal may only append, and what it appends is not applied.
    /// </summary>
    Revoked = 3,
}
