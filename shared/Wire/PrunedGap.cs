using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>
/// Entries that a back office lacks which was restored from a backup, and which the terminal has deleted
/// since: they were acknowledged. The terminal says so under its signature, and the gap is named from then
/// on.
/// </summary>
/// <param name="First">The number behind the last one that the back office has.</param>
/// <param name="Last">The last one deleted; the terminal goes on sending behind it.</param>
/// <param name="Hash">Of the last one.</param>
/// <param name="Acknowledgement">The back office's own, a JWS, that covers them.</param>
public sealed record PrunedGap(long First, long Last, EntryHash Hash, string Acknowledgement);
