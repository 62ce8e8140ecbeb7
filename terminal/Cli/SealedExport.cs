using System.IO.Compression;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>What a sealed file holds.</summary>
/// <param name="IsAll">False when more is unsent than one file takes, or than can be read.</param>
/// <param name="Fault">What ended it before the journal's end, or null.</param>
internal sealed record SealedExportEnd(long First, long Last, bool IsAll, string? Fault)
{
    public long Entries => Last - First + 1;
}

/// <summary>What the terminal reads of the back office's answer to a sealed file.</summary>
internal sealed record ConfirmationFile(string? Acknowledgement);

/// <summary>
/// What the back office has not confirmed, sealed to it as one file: the same signed segments that the line
/// would carry, for whoever carries them there instead. Nothing on this terminal opens it again.
/// </summary>
internal static class SealedExport
{
    private const int SegmentBytesMax = 256 * 1024;
    private const int SegmentEntriesMax = 200;

    /// <summary>What a part and the end take beside their content.</summary>
    private const int FrameBytes = 64;

    /// <summary>Why there can be no file now, or null.</summary>
    public static string? Refuses(TerminalStore store)
    {
        if (store.Enrolment is null || store.DeviceKey is null)
            return "This terminal belongs to nobody, or has lost its key: "
                + "there is nothing that it could seal.";
        if (store.ReadUnacknowledged(1, 1) is { Segment: null } next)
            return next.Gap is not null
                ? "The back office lost entries that are deleted here: only the line can tell it. "
                    + "Call support."
                : next.Fault?.Sentence
                    ?? "Everything is confirmed by the back office: there is nothing to bring to it.";
        return KeyOf(store) is null
            ? "This terminal has no key of the back office to seal with; it comes by the line."
            : null;
    }

    /// <summary>Only where nothing <see cref="Refuses"/>.</summary>
    public static SealedExportEnd Write(TerminalStore store, Stream target)
    {
        var (key, journal) = (store.DeviceKey!, store.Enrolment!.Journal);
        var first = store.Acknowledged.Number + 1;
        var last = first - 1;
        using var file = new SealedJournalWriter(target, KeyOf(store)!, journal);
        while (true)
        {
            var (segment, fault) = store.ReadBehind(last, SegmentBytesMax, SegmentEntriesMax);
            var part = segment is null ? [] : Compress(segment.Write(key));
            var fits = file.BytesWritten + part.Length + FrameBytes <= WireContract.SealedJournalBytesMax;
            if (segment is not null && fits)
            {
                file.Add(part);
                last += segment.Entries.Count;
                continue;
            }
            file.End();
            // What cannot be read here can be brought nowhere, so it holds nobody back.
            store.KeepSavedSealed(segment is null && fault is not null ? store.LastNumber : last);
            return new SealedExportEnd(first, last, segment is null && fault is null, fault?.Sentence);
        }
    }

    /// <summary>
    /// The acknowledgement in what came back: the back office's whole answer, or it alone.
    /// </summary>
    public static string AcknowledgementIn(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, CliJson.Default.ConfirmationFile)?.Acknowledgement ?? "";
        }
        catch (JsonException)
        {
            return text.Trim();
        }
    }

    /// <summary>
    /// The one that cards are sealed to, or, after an outage longer than its time, the newest: the back
    /// office keeps what opens it while a terminal may hold something sealed to it.
    /// </summary>
    private static SealingPublicKey? KeyOf(TerminalStore store) =>
        CardSealer.KeyAt(store.Keys, store.Now)
        ?? (store.Keys?.SealingKeys ?? []).OrderByDescending(published => published.NotBefore)
            .Select(published => SealingPublicKey.TryParse(published.PublicKey, out var key) ? key : null)
            .FirstOrDefault(key => key is not null);

    private static byte[] Compress(byte[] content)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(content);
        return target.ToArray();
    }
}
