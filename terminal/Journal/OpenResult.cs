namespace CloudPos.Terminal.Journal;

/// <summary>What opening a data folder came to. Numbers are never reused.</summary>
internal enum OpenStatus
{
    None = 0,

    /// <summary>
    /// Open. A journal that is damaged opens as well, to be looked at and sent; see <see
    /// cref="TerminalStore.Damage"/>.
    /// </summary>
    Opened = 1,

    /// <summary>Another process has it.</summary>
    FolderInUse = 2,

    /// <summary>It cannot be made, read or written.</summary>
    FolderNotUsable = 3,

    /// <summary>The SQLite library is older than the one that this was made for.</summary>
    SqliteTooOld = 4,

    /// <summary>A later version of this program has written here.</summary>
    SchemaNewer = 5,

    /// <summary>
    /// Damaged, and of an earlier version: nothing is migrated before the damage has been looked at with that
    /// version.
    /// </summary>
    DamagedBeforeMigration = 6,

    /// <summary>The disk is full, and to open takes some of it.</summary>
    DiskFull = 7,
}

/// <param name="Store">Not null exactly when the status is Opened; the caller disposes it.</param>
/// <param name="Sentence">For a person: what is wrong and what to do.</param>
internal sealed record OpenResult(OpenStatus Status, TerminalStore? Store, string Sentence);
