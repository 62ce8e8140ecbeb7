using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Payments;

/// <summary>
/// GET /api/backoffice/acquirer: the line to each acquirer as it is, and what this process has seen on it.
/// </summary>
internal sealed class AcquirerStatus(Acquirers acquirers, LateAnswers late)
{
    public Task<Answer> Get(Call call, CancellationToken cancel) => Task.FromResult(Answer.Json(
        new AcquirersStatus(
            [.. acquirers.All.Select(LineOf)], late.ResolvedCount, late.KnownCount, late.StrangeCount),
        PaymentsJson.Default.AcquirersStatus));

    private static AcquirerLineStatus LineOf(AcquirerLink link)
    {
        var seen = link.Counters;
        return new AcquirerLineStatus(
            link.Profile.Name, link.IsReady, link.IsAnswering, link.InFlightCount, link.QueuedCount,
            seen.ConnectedCount, seen.SentCount, seen.AnsweredCount, seen.LateCount, seen.SecondCount,
            seen.UnaskedCount, seen.UnreadableCount, seen.DroppedCount)
        {
            Tls = link.IsReady ? link.Tls : null, Down = link.IsReady ? null : link.Down,
        };
    }
}

/// <summary>All lines, and what answers that nobody waited for came to.</summary>
/// <param name="Resolved">Told a payment something new.</param>
/// <param name="Known">Told what was known.</param>
/// <param name="Strange">Belonged to no payment, or contradicted what was answered before.</param>
internal sealed record AcquirersStatus(
    IReadOnlyList<AcquirerLineStatus> Acquirers, long Resolved, long Known, long Strange);

/// <summary>Counts since this process began. Late to Unasked: answers that nobody waited for.</summary>
/// <param name="Answering">The last request that ended was answered.</param>
/// <param name="Sent">Messages, sign-on and echo included.</param>
/// <param name="Dropped">Answers that were not looked at; the repeat asks for them again.</param>
internal sealed record AcquirerLineStatus(
    string Acquirer, bool Ready, bool Answering, int InFlight, int Queued, long Connections, long Sent,
    long Answered, long Late, long Second, long Unasked, long Unreadable, long Dropped)
{
    /// <summary>The version that secures the line; null where it is plain or down.</summary>
    public string? Tls { get; init; }

    /// <summary>Why the line is down; null while it is up.</summary>
    public string? Down { get; init; }
}
