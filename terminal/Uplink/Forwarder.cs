using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Uplink;

/// <summary>What one round of forwarding did.</summary>
/// <param name="Acknowledged">The highest number that the back office has confirmed.</param>
/// <param name="Stopped">Why the round ended early, for people; null when everything was sent and
/// fetched.</param>
/// <param name="RetryAfter">A floor for the next try.</param>
/// <param name="Pause">How long the back office wants an idle terminal to wait; null when it does not
/// say.</param>
/// <param name="Damage">What is wrong with the journal, the first of it; null when nothing is.</param>
internal sealed record ForwardReport(
    int Entries, int FeedRows, long Acknowledged, long Unsent, string? Stopped, TimeSpan RetryAfter,
    TimeSpan? Pause = null, string? Damage = null)
{
    public bool IsComplete => Stopped is null;
}

/// <summary>
/// Ships the unacknowledged tail of the journal and fetches what changed. Reading removes nothing: only a
/// verified, signed acknowledgement moves the mark, so an interrupted round goes on where the last one
/// stands. One round at a time.
/// </summary>
internal sealed class Forwarder(
    TerminalStore store, BackOfficeClient client, LiveGate live)
{
    private const int SegmentsMax = 2_000;
    private const int PagesMax = 2_000;

    /// <summary>Small enough that a live sale never waits long behind one.</summary>
    private const int SegmentBytesMax = 256 * 1024;

    private const int SegmentEntriesMax = 200;

    /// <summary>A line that is too slow for a whole segment gets smaller ones, down to this.</summary>
    private const int SegmentBytesLeast = 8 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _segmentBytes = SegmentBytesMax;
    private int _damageTold;
    private bool _isLate;

    public LineState Line => client.Line;

    /// <summary>Entries that the back office has not confirmed.</summary>
    public long Unsent => store.LastNumber - store.Acknowledged.Number;

    /// <summary>Asks whether the way is there; what came of it stands in the line's state.</summary>
    /// <returns>How long the back office asks to be left alone.</returns>
    public async Task<TimeSpan> Probe(CancellationToken cancel)
    {
        if (store.Enrolment is not { } enrolment || store.DeviceKey is not { } key)
            return TimeSpan.Zero;
        var caller = new Caller(enrolment.Terminal, key) { OldestUnsent = OldestUnsent() };
        return (await client.Probe(caller, ProbePatience, cancel)).RetryAfter;
    }

    public async Task<ForwardReport> Run(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (store.Enrolment is not { } enrolment || store.DeviceKey is not { } key)
                return new ForwardReport(0, 0, 0, 0, "This terminal is not enrolled.", TimeSpan.Zero);
            // Of what is sent as soon as it is made there is nothing to tell.
            var oldest = _isLate ? OldestUnsent() : null;
            var round = new Round(
                enrolment.Journal, new Caller(enrolment.Terminal, key) { OldestUnsent = oldest });
            await ReportDamage(round, cancel);
            var isSent = await Send(round, cancel);
            // Keys that changed while the line was down come with the feed; then it is sent again.
            if (isSent || round.TakeStaleKeys())
                await Fetch(round, cancel);
            if (!isSent && round.Stopped is null)
                await Send(round, cancel);
            // A bounded step with each round; a year's backlog goes within days and no sale waits for it.
            store.Prune();
            _isLate = round.Stopped is not null;
            var acknowledged = store.Acknowledged.Number;
            return new ForwardReport(
                round.Entries, round.FeedRows, acknowledged, store.LastNumber - acknowledged, round.Stopped,
                round.RetryAfter, round.Pause, store.Damage is [var first, ..] ? first.Sentence : null);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Damage is told once as it is, and again when more is found. Nothing hangs on the answer: what can be
    /// read is sent all the same.
    /// </summary>
    private async Task ReportDamage(Round round, CancellationToken cancel)
    {
        var damage = store.Damage;
        if (damage.Count == _damageTold)
            return;
        var findings = damage.Take(DamageReport.FindingsMax).Select(finding =>
            finding.Sentence.Length <= DamageReport.LengthMax
                ? finding.Sentence
                : finding.Sentence[..DamageReport.LengthMax]);
        var report = new DamageReport(store.LastNumber, [.. findings]);
        var reply = await client.ReportDamage(round.Caller, round.Journal, report, Patience, cancel);
        if (reply.IsAnswered)
            _damageTold = damage.Count;
    }

    private async Task<bool> Send(Round round, CancellationToken cancel)
    {
        for (var sent = 0; sent < SegmentsMax; sent++)
        {
            await live.WaitUntilFree(cancel);
            var waiting = store.ReadUnacknowledged(_segmentBytes, SegmentEntriesMax);
            if (waiting.Gap is { } gap)
            {
                var told = await client.DeclareGap(round.Caller, round.Journal, gap, Patience, cancel);
                if (!Accept(round, told, out var passed))
                    return false;
                if (passed == 0)
                    return round.Stop("The back office does not take the gap that it was told of.");
                continue;
            }
            if (waiting.Segment is null && waiting.Fault is { } fault)
                return round.Stop(fault.Sentence);
            // With nothing to send, the question itself tells the time and the standing.
            if (waiting.Segment is null && sent > 0)
                return true;
            var reply = waiting.Segment is { } segment
                ? await client.Upload(
                    round.Caller, round.Journal, segment.Write(round.Caller.Key), Patience, cancel)
                : await client.Acknowledgement(round.Caller, round.Journal, Patience, cancel);
            if (waiting.Segment is not null)
                _segmentBytes = SizeAfter(reply, _segmentBytes);
            if (!Accept(round, reply, out var advanced))
                return false;
            if (advanced == 0)
                return waiting.Segment is null
                    || round.Stop("The back office acknowledged nothing of what it was sent.");
        }
        return round.Stop("More is waiting than one round takes.");
    }

    /// <summary>Half of it where no answer came in time, twice as much where one did.</summary>
    private static int SizeAfter(Reply<string> reply, int bytes) => reply.Kind == ReplyKind.NoAnswer
        ? Math.Max(SegmentBytesLeast, bytes / 2)
        : Math.Min(SegmentBytesMax, bytes * 2);

    /// <summary>Moves the mark to where the answer says; false ends the round.</summary>
    private bool Accept(Round round, Reply<string> reply, out long advanced)
    {
        var before = store.Acknowledged.Number;
        advanced = 0;
        var document = reply.IsAnswered ? reply.Value : reply.Problem?.Acknowledgement;
        if (document is null)
            return round.Stop(reply.Reason, reply.RetryAfter);
        var applied = store.ApplyAcknowledgement(document);
        if (applied.Status == AcknowledgementStatus.NotSigned)
            round.KeysMayBeStale = true;
        if (!applied.IsApplied)
            return round.Stop(applied.Sentence);
        advanced = store.Acknowledged.Number - before;
        round.Entries += (int)Math.Max(0, advanced);
        // After a gap the back office has said where to go on; any other refusal ends the round.
        return advanced != 0 || reply.IsAnswered || round.Stop(reply.Reason, reply.RetryAfter);
    }

    /// <summary>Null where it cannot be read, so that nothing is said of it.</summary>
    private long? OldestUnsent() => Unsent == 0
        ? 0
        : store.FindEntry(store.Acknowledged.Number + 1)?.Entry?.Header.At.ToUnixTimeMilliseconds();

    private async Task Fetch(Round round, CancellationToken cancel)
    {
        for (var page = 0; page < PagesMax; page++)
        {
            await live.WaitUntilFree(cancel);
            var caller = round.Caller with { OldestUnsent = OldestUnsent() };
            var reply = await client.Feed(caller, store.Cursor, Patience, cancel);
            if (!reply.IsAnswered)
            {
                round.Stop(reply.Reason, reply.RetryAfter);
                return;
            }
            var outcome = store.ApplyFeedPage(reply.Value);
            if (!outcome.IsStored)
            {
                round.Stop(outcome.Sentence);
                return;
            }
            round.FeedRows += reply.Value.Rows.Count;
            if (reply.Value.PauseSeconds is { } seconds)
                round.Pause = TimeSpan.FromSeconds(Math.Clamp(seconds, 1, FeedPage.PauseSecondsMax));
            if (!reply.Value.More)
                return;
        }
        round.Stop("The feed did not come to an end.");
    }

    private sealed class Round(JournalId journal, Caller caller)
    {
        public JournalId Journal => journal;

        public Caller Caller => caller;

        public int Entries { get; set; }

        public int FeedRows { get; set; }

        public TimeSpan? Pause { get; set; }

        public string? Stopped { get; private set; }

        public TimeSpan RetryAfter { get; private set; }

        public bool KeysMayBeStale { private get; set; }

        /// <summary>True once: the key list is to be fetched before the round is given up.</summary>
        public bool TakeStaleKeys()
        {
            if (!KeysMayBeStale)
                return false;
            (KeysMayBeStale, Stopped) = (false, null);
            return true;
        }

        /// <summary>False, so that the caller can end with it.</summary>
        public bool Stop(string reason, TimeSpan retryAfter = default)
        {
            (Stopped, RetryAfter) = (reason, retryAfter);
            return false;
        }
    }
}
