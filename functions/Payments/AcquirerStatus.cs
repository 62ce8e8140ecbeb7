using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Payments;

/// <summary>GET /api/backoffice/acquirer: the line as it is, and what this process has seen on it.</summary>
internal sealed class AcquirerStatus(AcquirerLink link, LateAnswers late)
{
    public Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var seen = link.Counters;
        return Task.FromResult(Answer.Json(
            new AcquirerLineStatus(
                link.Profile.Name, link.IsReady, seen.ConnectedCount, seen.SentCount, seen.AnsweredCount,
                seen.LateCount, seen.SecondCount, seen.UnaskedCount, seen.UnreadableCount, seen.DroppedCount,
                late.ResolvedCount, late.KnownCount, late.StrangeCount),
            PaymentsJson.Default.AcquirerLineStatus));
    }
}

/// <summary>Counts since this process began. Late to Unasked: answers that nobody waited for.</summary>
/// <param name="Sent">Messages, sign-on and echo included.</param>
/// <param name="Dropped">Answers that were not looked at; the repeat asks for them again.</param>
/// <param name="Resolved">Of those that nobody waited for: told a payment something new.</param>
/// <param name="Strange">Of those: belonged to no payment, or contradicted what was answered before.</param>
internal sealed record AcquirerLineStatus(
    string Acquirer, bool Ready, long Connections, long Sent, long Answered, long Late, long Second,
    long Unasked,
    long Unreadable, long Dropped, long Resolved, long Known, long Strange);
