using System.Globalization;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// How far a journal is stored. Its row is `j.{epoch}.head`, replaced in each commit that stores entries.
/// </summary>
/// <param name="Hold">Why what is stored is not applied although the terminal is active, or null.</param>
internal sealed record JournalHead(JournalId Journal, long Number, EntryHash Hash, string? Hold)
{
    public static JournalHead Of(JournalId empty) => new(empty, 0, EntryHash.Genesis(empty), null);
}

/// <summary>Reads journals' heads and says with a signature what they hold.</summary>
internal sealed class JournalHeads(TablePort tables, KeyRing keys, TimeProvider time)
{
    /// <summary>Null when this epoch was never opened.</summary>
    public async Task<JournalHead?> Find(JournalId journal, CancellationToken cancel) =>
        await FindRow(journal, cancel) is { } row ? From(journal, row) : null;

    public Task<Row?> FindRow(JournalId journal, CancellationToken cancel) =>
        tables.Get(TableNames.Terminal, journal.Terminal, JournalRows.Head(journal.Epoch), cancel);

    public static JournalHead From(JournalId journal, Row row) => new(
        journal, row.Number("number"), EntryHash.From(row.Bytes("hash")), row.TextOrNull("hold"));

    /// <summary>The head of a journal that has just been opened.</summary>
    public static Row Empty(JournalId journal) => new(journal.Terminal, JournalRows.Head(journal.Epoch))
    {
        ["number"] = 0L,
        ["hash"] = EntryHash.Genesis(journal).ToBytes(),
    };

    /// <summary>The head's row of a journal that was opened.</summary>
    public async Task<Row> Opened(JournalId journal, CancellationToken cancel) =>
        await FindRow(journal, cancel)
        ?? throw new RowShapeException($"Journal {journal} was opened and has no head.");

    /// <summary>Lets what the journal holds wait for a person; the first reason stays.</summary>
    public static void SetHold(Row head, string reason) => head["hold"] = head.TextOrNull("hold") ?? reason;

    /// <summary>Lets what the journal holds wait for a person.</summary>
    public Task Hold(JournalId journal, string reason, CancellationToken cancel) => Attempts.UntilCommitted(
        async () =>
        {
            var head = await Opened(journal, cancel);
            SetHold(head, reason);
            return await tables.TryCommit(
                TableNames.Terminal, journal.Terminal, [Change.Replace(head)], cancel) is null;
        });

    /// <summary>Lets what the journal holds be applied.</summary>
    public Task Release(JournalId journal, CancellationToken cancel) => Attempts.UntilCommitted(async () =>
    {
        if (await FindRow(journal, cancel) is not { } row || !row.Has("hold"))
            return true;
        row["hold"] = default;
        return await tables.TryCommit(
            TableNames.Terminal, journal.Terminal, [Change.Replace(row)], cancel) is null;
    });

    /// <summary>The acknowledgement as a JWS: number, hash, server time and standing.</summary>
    public string Acknowledge(JournalHead head, TerminalStanding standing)
    {
        var acknowledgement = new Acknowledgement(
            head.Journal.Terminal, head.Journal.Epoch, head.Number, head.Hash, time.GetUtcNow(), standing);
        return SignedDocument.Sign(
            keys.Acknowledgement, Acknowledgement.Typ,
            JsonSerializer.SerializeToUtf8Bytes(acknowledgement, WireJson.Default.Acknowledgement));
    }

    /// <summary>The number up to which entries have been applied or set aside.</summary>
    public async Task<long> Applied(JournalId journal, CancellationToken cancel) =>
        (await tables.Get(TableNames.Terminal, journal.Terminal, JournalRows.Applied(journal.Epoch), cancel))
        ?.Number("number") ?? 0;

    public async Task<int> CountSetAside(JournalId journal, CancellationToken cancel)
    {
        var prefix = JournalRows.SetAsidePrefix(journal.Epoch);
        var count = 0;
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Keys.After(prefix), cancel))
            count++;
        return count;
    }
}

/// <summary>The keys of a journal's rows in its terminal's partition.</summary>
internal static class JournalRows
{
    /// <summary>Keys have room for six digits.</summary>
    public const int EpochMax = 999_999;

    public const string SetAsideAll = "x.";

    public static string Head(int epoch) => $"{Journal(epoch)}.head";

    /// <summary>
    /// Watermark of applying, in a row of its own, so that storing and applying do not meet.
    /// </summary>
    public static string Applied(int epoch) => $"{Journal(epoch)}.applied";

    public static string EntryPrefix(int epoch) => $"{Journal(epoch)}.e.";

    public static string Entry(int epoch, long number) => EntryPrefix(epoch) + Number(number);

    public static string AttachmentPrefix(int epoch, long number) => $"{Journal(epoch)}.a.{Number(number)}.";

    public static string Attachment(int epoch, long number, int index) =>
        AttachmentPrefix(epoch, number) + index.ToString(CultureInfo.InvariantCulture);

    public static string SetAsidePrefix(int epoch) => $"{SetAsideAll}{Epoch(epoch)}.";

    public static string SetAside(int epoch, long number) => SetAsidePrefix(epoch) + Number(number);

    public static string RecordedPrefix(int epoch) => $"r.{Epoch(epoch)}.";

    public static string Recorded(int epoch, long number) => RecordedPrefix(epoch) + Number(number);

    public static string GapPrefix(int epoch) => $"g.{Epoch(epoch)}.";

    public static string Gap(int epoch, long first) => GapPrefix(epoch) + Number(first);

    public static string Damage(int epoch) => $"dm.{Epoch(epoch)}";

    /// <summary>Heads of the branches of all journals.</summary>
    public const string BranchAll = "b.";

    /// <summary>Heads of a journal's branches.</summary>
    public static string BranchPrefix(int epoch) => $"{BranchAll}{Epoch(epoch)}.";

    public static string BranchEntry(int epoch, string branch, long number) =>
        $"be.{Epoch(epoch)}.{branch}.{Number(number)}";

    public static string BranchAttachments(int epoch, string branch) => $"ba.{Epoch(epoch)}.{branch}.";

    public static string BranchAttachment(int epoch, string branch, long number, int index) =>
        BranchAttachments(epoch, branch)
        + $"{Number(number)}.{index.ToString(CultureInfo.InvariantCulture)}";

    public static string Number(long number) => number.ToString("D12", CultureInfo.InvariantCulture);

    public static string Epoch(int epoch) => epoch.ToString("D6", CultureInfo.InvariantCulture);

    private static string Journal(int epoch) => $"j.{Epoch(epoch)}";
}
