using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// The lines of an export: a head, one for each entry, and one with counts and the digest of all before it.
/// Cards in it stay sealed: the back office alone can open them.
/// </summary>
internal static class JournalExport
{
    /// <summary>Of an enrolled terminal.</summary>
    public static ExportEnd Write(TerminalContext context, Stream target)
    {
        var store = context.Store;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Line(byte[] json)
        {
            byte[] line = [.. json, (byte)'\n'];
            target.Write(line);
            digest.AppendData(line);
        }
        var head = new ExportHead(
            ExportHead.FormatName, 1, store.Enrolment!.Terminal, store.Enrolment.Epoch,
            context.Time.GetUtcNow(), store.LastNumber, store.Acknowledged.Number, store.Acknowledged.Jws,
            [.. store.Damage.Select(finding => finding.Sentence)]);
        Line(JsonSerializer.SerializeToUtf8Bytes(head, CliJson.Default.ExportHead));
        var (entries, faults) = (0L, 0L);
        store.Export(entry =>
        {
            Line(JsonSerializer.SerializeToUtf8Bytes(LineOf(entry), CliJson.Default.ExportLine));
            entries += entry.Fault is null ? 1 : 0;
            faults += entry.Fault is null ? 0 : 1;
        });
        var end = new ExportEnd(entries, faults, Convert.ToHexStringLower(digest.GetHashAndReset()));
        Line(JsonSerializer.SerializeToUtf8Bytes(end, CliJson.Default.ExportEnd));
        return end;
    }

    private static ExportLine LineOf(ExportedEntry entry) => new(
        entry.Epoch, entry.Number, entry.Hash?.ToString(),
        entry.Fault is null ? Convert.ToBase64String(entry.Bytes.Span) : null,
        entry.Attachments.Count == 0 ? null : [.. entry.Attachments.Select(card => new ExportedCard(
            Convert.ToBase64String(card.Salt.Span), Convert.ToBase64String(card.Content.Span)))],
        entry.Fault);
}
