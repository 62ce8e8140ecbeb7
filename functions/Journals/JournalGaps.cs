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
/// POST /api/journal/{terminal}/{epoch}/gap: this back office was restored from a backup older than its own
/// acknowledgement, and the terminal has deleted meanwhile what that covered. The acknowledgement proves that
/// it was here once. The head moves behind the gap in the commit that names it, row `g.{epoch}.{first}`, so
/// that no entry is ever missing without a word.
/// </summary>
internal sealed partial class JournalGaps(
    TablePort tables, JournalHeads heads, KeyRing keys, TimeProvider time, ILogger<JournalGaps> log)
{
    public async Task<Answer> Declare(Call call, CancellationToken cancel)
    {
        if (!StoreSegment.TryJournal(call, out var journal, out var refusal)
            || !call.TryRead(WireJson.Default.PrunedGap, out var gap, out refusal))
            return refusal!;
        if (gap.First < 1 || gap.Last < gap.First)
            return Answer.Refuse(ProblemCode.Malformed, "first", "A gap has a first and a last number.");
        if (!Covers(gap, journal))
            return Answer.Refuse(
                ProblemCode.NotSigned, "acknowledgement",
                "The acknowledgement is not ours, or does not cover the gap: these entries must be sent.");
        var found = await heads.Find(journal, cancel);
        if (found is null)
            return Answer.NotFound("such epoch of this terminal");
        Answer? other = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = (await heads.FindRow(journal, cancel))!;
            var head = JournalHeads.From(journal, row);
            if (head.Number >= gap.Last)
                return true;
            if (head.Number + 1 != gap.First)
            {
                other = Answer.Refuse(new Problem(
                    ProblemCode.Gap, "first",
                    string.Create(CultureInfo.InvariantCulture, $"The last one stored is {head.Number}."),
                    heads.Acknowledge(head, call.Terminal.Identity.Standing)));
                return true;
            }
            row["number"] = gap.Last;
            row["hash"] = gap.Hash.ToBytes();
            var named = new Row(journal.Terminal, JournalRows.Gap(journal.Epoch, gap.First))
            {
                ["last"] = gap.Last,
                ["at"] = time.GetUtcNow(),
                ["acknowledgement"] = gap.Acknowledgement,
            };
            if (await tables.TryCommit(
                TableNames.Terminal, journal.Terminal, [Change.Replace(row), Change.Insert(named)], cancel)
                is not null)
                return false;
            LogGap(journal, gap.First, gap.Last);
            return true;
        });
        return other ?? Answer.Text(WireContract.JwsMediaType, heads.Acknowledge(
            (await heads.Find(journal, cancel))!, call.Terminal.Identity.Standing));
    }

    /// <summary>The gaps of a journal, for people.</summary>
    public async Task<IReadOnlyList<GapLine>> Of(JournalId journal, CancellationToken cancel)
    {
        var prefix = JournalRows.GapPrefix(journal.Epoch);
        var lines = new List<GapLine>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Keys.After(prefix), cancel))
            lines.Add(new GapLine(
                long.Parse(row.Key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture),
                row.Number("last"), row.Time("at")));
        return lines;
    }

    private bool Covers(PrunedGap gap, JournalId journal)
    {
        if (SignedDocument.Verify(gap.Acknowledgement, Acknowledgement.Typ, Published, out var payload)
            != SignedDocumentResult.Verified
            || JsonSerializer.Deserialize(payload, WireJson.Default.Acknowledgement) is not { } signed)
            return false;
        return new JournalId(signed.Terminal, signed.Epoch) == journal && signed.Number >= gap.Last
            && (signed.Number > gap.Last || signed.Hash == gap.Hash);
    }

    /// <summary>A key that signs acknowledgements, or did and is still in the published list.</summary>
    private Es256PublicKey? Published(string keyId)
    {
        if (SignedDocument.Verify(
            keys.SignedKeyList, KeyList.Typ, _ => keys.Root.PublicKey, out var payload)
            != SignedDocumentResult.Verified)
            return null;
        var list = JsonSerializer.Deserialize(payload, WireJson.Default.KeyList);
        var found = list?.AcknowledgementKeys.FirstOrDefault(key => key.KeyId == keyId);
        return found is not null && Es256PublicKey.TryParse(found.PublicKey, out var key) ? key : null;
    }

    [LoggerMessage(
        1206, LogLevel.Critical,
        "Journal {Journal}: entries {First} to {Last} were acknowledged once and are lost here and there.")]
    private partial void LogGap(JournalId journal, long first, long last);
}
