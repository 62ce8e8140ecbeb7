using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>What came of an acknowledgement, in order of precedence. Numbers are never reused.</summary>
internal enum AcknowledgementStatus
{
    None = 0,

    /// <summary>Kept. The back office stored more, or it only told the time.</summary>
    Applied = 1,

    /// <summary>
    /// Kept. The back office has less than it once confirmed: forwarding goes on from what it has now.
    /// </summary>
    AppliedBehind = 2,

    /// <summary>Older than the newest one; ignored.</summary>
    Older = 3,

    /// <summary>Not signed by a key of the key list.</summary>
    NotSigned = 10,

    /// <summary>Of another terminal or epoch.</summary>
    OtherJournal = 11,

    /// <summary>
    /// Another entry is stored under that number: a copy of this terminal has written as well.
    /// </summary>
    HashDiffers = 12,

    /// <summary>The back office has entries that this journal lost; it is damaged from here on.</summary>
    AheadOfJournal = 13,

    /// <summary>Correct, but it could not be kept; the sentence says why.</summary>
    NotStored = 20,
}

internal sealed record AcknowledgementOutcome(AcknowledgementStatus Status, string Sentence)
{
    public bool IsApplied => Status is AcknowledgementStatus.Applied or AcknowledgementStatus.AppliedBehind;
}

/// <summary>The next run of entries to send.</summary>
/// <param name="Segment">Null when nothing is left, or nothing can be read.</param>
/// <param name="Entries">How many entries are not acknowledged, those of the segment included.</param>
/// <param name="Fault">The first entry that cannot be read, when one is among them.</param>
/// <param name="Gap">What the back office lost and this terminal has deleted; to be said before anything is
/// sent.</param>
internal sealed record Unacknowledged(
    Segment? Segment, long Entries, DamageFinding? Fault, PrunedGap? Gap = null);

internal sealed partial class TerminalStore
{
    /// <summary>What a segment needs besides its entries, generously.</summary>
    private const int SegmentFrame = 256;

    /// <summary>
    /// An acknowledgement that only tells the time is written down no more often than this.
    /// </summary>
    private static readonly TimeSpan ContactKept = TimeSpan.FromMinutes(1);

    private string? _fork;

    /// <summary>
    /// That a copy of this terminal has written as well, and what to do; null while none is known. Kept on
    /// disk, until an acknowledgement fits this journal.
    /// </summary>
    public string? Fork => Locked(() => _fork);

    /// <summary>How far the back office has confirmed this journal; number 0 before it ever did.</summary>
    public AcknowledgedUpTo Acknowledged => Locked(() => _confirmation?.UpTo ?? new AcknowledgedUpTo(
        0, default, 0, null, TerminalStanding.Active, null));

    /// <summary>
    /// The next entries behind the acknowledged one, with what still lies beside them. Removes nothing.
    /// </summary>
    /// <param name="maxBytes">Bound of the segment; at least one entry is in it, however large.</param>
    public Unacknowledged ReadUnacknowledged(
        int maxBytes = Segment.BytesMax, int maxEntries = Segment.EntriesMax) => Locked(() =>
    {
        var after = _confirmation?.UpTo.Number ?? 0;
        if (_head is not { } head || head.Number <= after)
            return new Unacknowledged(null, 0, null);
        if (GapBehind(head, after) is { } gap)
            return new Unacknowledged(null, head.Number - after, null, gap);
        var (entries, fault) = ReadRun(head.Journal, after + 1, maxBytes - SegmentFrame, maxEntries);
        var previous = _journal.HashAt(head.Journal, after) ?? default;
        var segment = entries.Count == 0 ? null : new Segment(head.Journal, after + 1, previous, entries);
        return new Unacknowledged(segment, head.Number - after, fault);
    });

    /// <summary>
    /// Takes over what the back office says it has stored: verifies the signature, compares number and hash
    /// with the own chain, and learns the server's time. Personal data of acknowledged entries is deleted
    /// here.
    /// </summary>
    /// <param name="byHand">
    /// Carried here by people, from a back office that got the entries as a file: it proves what is stored
    /// and nothing about the time, since nobody knows how long it was on its way.
    /// </param>
    public AcknowledgementOutcome ApplyAcknowledgement(string jws, bool byHand = false) => Locked(() =>
    {
        if (_head is not { } head
            || _signedKeys?.TryVerifyAcknowledgement(jws) is not { } acknowledgement)
            return new AcknowledgementOutcome(
                AcknowledgementStatus.NotSigned,
                "The acknowledgement is not signed by a key of the key list.");
        var status = Judge(acknowledgement, head, out var sentence);
        if (status is AcknowledgementStatus.Older or AcknowledgementStatus.OtherJournal)
            return new AcknowledgementOutcome(status, sentence);
        if (status == AcknowledgementStatus.HashDiffers)
            return KeepQuarantine(sentence);
        if (Keep(acknowledgement, jws, head, byHand) is { IsStored: false } failed)
            return new AcknowledgementOutcome(AcknowledgementStatus.NotStored, failed.Sentence);
        // The same one again says nothing about the time that has passed since.
        if (!byHand && (_clocks.LastContact is not { } last || acknowledgement.At > last))
            _clocks.Contact(acknowledgement.At);
        if (status == AcknowledgementStatus.AheadOfJournal)
            NoteDamage(new DamageFinding(head.Number + 1, sentence));
        if (_scrubDue)
            Scrub();
        return new AcknowledgementOutcome(status, sentence);
    });

    private AcknowledgementStatus Judge(Acknowledgement acknowledgement, Head head, out string sentence)
    {
        var number = acknowledgement.Number;
        if (new JournalId(acknowledgement.Terminal, acknowledgement.Epoch) != head.Journal)
        {
            sentence = $"The acknowledgement is not of {head.Journal}, but of "
                + $"{acknowledgement.Terminal}.{acknowledgement.Epoch}.";
            return AcknowledgementStatus.OtherJournal;
        }
        if (acknowledgement.At < _clocks.LastContact)
        {
            sentence = "A newer acknowledgement is known.";
            return AcknowledgementStatus.Older;
        }
        if (number > head.Number)
        {
            sentence = $"The journal ends at entry {head.Number}, but the back office has stored {number} "
                + "entries of it.";
            return AcknowledgementStatus.AheadOfJournal;
        }
        if (number < _pruned.Through(head.Journal.Epoch))
        {
            // Its entry is gone here, so the hash cannot be compared; the gap is said under a signature.
            sentence = $"The back office has only {number} entries, and those behind it up to "
                + $"{_pruned.Through(head.Journal.Epoch)} are deleted here.";
            return AcknowledgementStatus.AppliedBehind;
        }
        if (_journal.HashAt(head.Journal, number) != acknowledgement.Hash)
        {
            sentence =
                $"The back office has another entry {number}: a copy of this terminal has written as well. "
                + "What is sold here is kept and sent, and waits for a manager, who adopts or rejects it; no "
                + "card is accepted offline. Keep this folder, and enrol this machine into a new one: "
                + "'enrol --data NEWFOLDER' with a new code from the back office.";
            return AcknowledgementStatus.HashDiffers;
        }
        sentence = $"Acknowledged up to entry {number}.";
        return number < _confirmation?.UpTo.Number
            ? AcknowledgementStatus.AppliedBehind
            : AcknowledgementStatus.Applied;
    }

    private WriteOutcome Keep(Acknowledgement acknowledgement, string jws, Head head, bool byHand)
    {
        var before = _confirmation?.UpTo;
        if (before is not null && _fork is null && before.Number == acknowledgement.Number
            && before.Standing == acknowledgement.Standing
            && acknowledgement.At - before.At < ContactKept)
            return WriteOutcome.Stored(null);
        var confirmation = ConfirmationOf(acknowledgement, jws, before?.Proven ?? 0);
        if (byHand && _confirmation is { } last)
            confirmation = last with { UpTo = confirmation.UpTo with { At = last.UpTo.At } };
        return Commit(batch =>
        {
            _enrolments.Write(confirmation);
            if (_fork is not null)
                _values.Remove(ValueTable.Fork);
            batch.After(() => _fork = null);
            var confirmed = Math.Min(acknowledgement.Number, head.Number);
            foreach (var personal in new[] { AttachmentKind.Contact, AttachmentKind.Customer })
                if (_journal.DeleteAttachmentsUpTo(head.Journal, confirmed, personal))
                    batch.After(() => _scrubDue = true);
            ForgetCards(acknowledgement.At, batch);
            batch.After(() => _confirmation = confirmation);
            return null;
        });
    }

    /// <summary>
    /// Two journals under one name: what is sold goes on and is sent, as evidence, but nothing more is
    /// accepted at the merchant's risk, until an acknowledgement fits this journal again. Number and hash
    /// stay what they were.
    /// </summary>
    private AcknowledgementOutcome KeepQuarantine(string sentence)
    {
        if (_confirmation is { } confirmation
            && (_fork is null || confirmation.UpTo.Standing == TerminalStanding.Active))
        {
            var standing = confirmation.UpTo.Standing == TerminalStanding.Active
                ? TerminalStanding.Quarantined
                : confirmation.UpTo.Standing;
            var quarantined = confirmation with { UpTo = confirmation.UpTo with { Standing = standing } };
            var outcome = Commit(batch =>
            {
                _enrolments.Write(quarantined);
                _values.Set(ValueTable.Fork, sentence, StoreJson.Default.String);
                batch.After(() => (_confirmation, _fork) = (quarantined, sentence));
                return null;
            });
            if (!outcome.IsStored)
                return new AcknowledgementOutcome(AcknowledgementStatus.NotStored, outcome.Sentence);
        }
        return new AcknowledgementOutcome(AcknowledgementStatus.HashDiffers, sentence);
    }

    private (List<ShippedEntry> Entries, DamageFinding? Fault) ReadRun(
        JournalId journal, long from, int maxBytes, int maxEntries)
    {
        var entries = new List<ShippedEntry>();
        var weight = 0;
        foreach (var line in _journal.Read(journal, from, Math.Clamp(maxEntries, 1, Segment.EntriesMax)))
        {
            if (line.Entry is not { } entry || line.Number != from + entries.Count)
                return (entries, new DamageFinding(
                    line.Number, $"Entry {line.Number} {line.Fault ?? "does not follow"}."));
            // An attachment that cannot be read or decrypted any more is sent as one that was deleted: the
            // entry still stands.
            var shipped = new ShippedEntry(entry.Bytes, _journal.Attachments(journal, line.Number, out _));
            weight += Segment.Weigh(shipped);
            if (entries.Count > 0 && weight > maxBytes)
                break;
            entries.Add(shipped);
        }
        return (entries, null);
    }
}
