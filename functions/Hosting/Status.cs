using System.Globalization;
using System.Text.Json.Serialization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// What waits and what is stuck, for people: GET /api/backoffice/status. And GET /, by which a host sees that
/// the program is alive.
/// </summary>
/// <param name="bus">Null under the Functions host: Service Bus shows its queues itself.</param>
internal sealed class Status(
    TablePort tables, PaymentStore payments, TimeProvider time, EmbeddedBus? bus = null)
{
    private const int DueCountMax = 10_000;
    private const int UnknownMax = 200;
    private const int LettersMax = 50;

    /// <summary>Asks nothing of anybody: a host calls it often.</summary>
    public Task<Answer> Alive(Call call, CancellationToken cancel) =>
        Task.FromResult(Answer.Text("text/plain; charset=utf-8", "CloudPos back office\n"));

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var byKind = new SortedDictionary<string, (int Count, DateTimeOffset Oldest)>(StringComparer.Ordinal);
        var unknown = new List<UnknownLine>();
        var seen = 0;
        await foreach (var row in tables.Scan(DueTable.Table, cancel))
        {
            if (seen++ == DueCountMax)
                break;
            var owed = DueRow.From(row);
            var (count, oldest) = byKind.GetValueOrDefault(owed.Kind, (0, owed.OwedAt));
            byKind[owed.Kind] = (count + 1, owed.OwedAt < oldest ? owed.OwedAt : oldest);
            if (unknown.Count < UnknownMax && await Unknown(owed, cancel) is { } line)
                unknown.Add(line);
        }
        var counts = bus?.Counts() ?? [];
        return Answer.Json(
            new StatusAnswer(
                time.GetUtcNow(), [
                    .. counts.Select(queue => new QueueLine(queue.Queue, queue.Active, queue.Dead))],
                [.. byKind.Select(kind => new DueLine(kind.Key, kind.Value.Count, kind.Value.Oldest))],
                seen <= DueCountMax, unknown,
                [.. counts.Where(queue => queue.Dead > 0).SelectMany(queue => Letters(queue.Queue))]),
            StatusJson.Default.StatusAnswer);
    }

    /// <summary>
    /// POST /api/backoffice/dead-letters/{number}/revive: delivered again as if newly rung.
    /// </summary>
    public Task<Answer> Revive(Call call, CancellationToken cancel) => Task.FromResult(
        long.TryParse(call.Route("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && bus?.Revive(number) == true
            ? Answer.Json(new ReviveAnswer(number), StatusJson.Default.ReviveAnswer)
            : Answer.NotFound("such dead letter"));

    /// <summary>
    /// A payment that was asked for and has no answer. It always owes work, so it is found by what is owed.
    /// </summary>
    private async Task<UnknownLine?> Unknown(DueRow owed, CancellationToken cancel)
    {
        if (owed.Kind is not (PaymentWork.Authorise or PaymentWork.Reverse)
            || !Id.TryParse(owed.Ref("payment"), out var id)
            || await payments.Find(owed.Ref("terminal"), id, cancel) is not
                { State: PaymentState.Asked or PaymentState.Reversing } payment)
            return null;
        return new UnknownLine(
            payment.Terminal, id, payment.State, payment.Amount, owed.OwedAt, owed.Attempt);
    }

    private IEnumerable<LetterLine> Letters(string queue) => bus!.DeadLetters(queue, LettersMax)
        .Select(letter => new LetterLine(letter.Number, queue, letter.Bell.Id, letter.Reason, letter.DiedAt));
}

/// <param name="DueIsWhole">False when there is more due work than was counted.</param>
/// <param name="UnknownPayments">Asked, or being reversed, and not answered: neither approved nor
/// declined.</param>
internal sealed record StatusAnswer(
    DateTimeOffset At, IReadOnlyList<QueueLine> Queues, IReadOnlyList<DueLine> Due, bool DueIsWhole,
    IReadOnlyList<UnknownLine> UnknownPayments, IReadOnlyList<LetterLine> DeadLetters);

/// <param name="Active">Messages to deliver, those being handled included.</param>
/// <param name="Dead">Dead letters.</param>
internal sealed record QueueLine(string Queue, int Active, int Dead);

/// <param name="Count">Due rows of this kind.</param>
internal sealed record DueLine(string Kind, int Count, DateTimeOffset OldestOwedAt);

/// <param name="Attempt">How often asking was put off.</param>
internal sealed record UnknownLine(
    string Terminal, Id Payment, PaymentState State, Money? Amount, DateTimeOffset OwedAt, int Attempt);

/// <summary>A message that failed too often.</summary>
internal sealed record LetterLine(long Number, string Queue, string Id, string Reason, DateTimeOffset DiedAt);

internal sealed record ReviveAnswer(long Revived);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(ReviveAnswer))]
internal sealed partial class StatusJson : JsonSerializerContext;

internal static class HostingRoom
{
    public static void MapHosting(this FunctionTable functions)
    {
        functions.Http<Status>("alive", "GET", "/", Access.Open, status => status.Alive);
        functions.Http<Status>(
            "status", "GET", "/api/backoffice/status", Access.People(
                Role.Manager, Role.Finance, Role.Support),
            status => status.Get);
        functions.Http<Status>(
            "dead-letter-revive", "POST", "/api/backoffice/dead-letters/{number}/revive",
            Access.People(Role.Support), status => status.Revive);
        functions.Timer<Sweep>("sweep", Sweep.Schedule, sweep => sweep.Run, Sweep.HostedSchedule);
    }
}
