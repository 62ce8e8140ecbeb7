using System.Text.Json.Serialization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// What waits, for people: GET /api/backoffice/status; and GET /, by which a host sees that it is alive.
/// </summary>
internal sealed class Status(EmbeddedBus bus, TablePort tables, TimeProvider time)
{
    private const int DueCountMax = 10_000;

    /// <summary>Asks nothing of anybody: a host calls it often.</summary>
    public Task<Answer> Alive(Call call, CancellationToken cancel) =>
        Task.FromResult(Answer.Text("text/plain; charset=utf-8", "CloudPos back office\n"));

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var byKind = new SortedDictionary<string, (int Count, DateTimeOffset Oldest)>(StringComparer.Ordinal);
        var seen = 0;
        await foreach (var row in tables.Scan(DueTable.Table, cancel))
        {
            if (seen++ == DueCountMax)
                break;
            var owed = DueRow.From(row);
            var (count, oldest) = byKind.GetValueOrDefault(owed.Kind, (0, owed.OwedAt));
            byKind[owed.Kind] = (count + 1, owed.OwedAt < oldest ? owed.OwedAt : oldest);
        }
        var queues = bus.Counts().Select(queue => new QueueLine(queue.Queue, queue.Active, queue.Dead));
        var rows = byKind.Select(kind => new DueLine(kind.Key, kind.Value.Count, kind.Value.Oldest));
        return Answer.Json(
            new StatusAnswer(time.GetUtcNow(), [.. queues], [.. rows], seen <= DueCountMax),
            StatusJson.Default.StatusAnswer);
    }
}

/// <param name="DueIsWhole">False when there is more due work than was counted.</param>
internal sealed record StatusAnswer(
    DateTimeOffset At, IReadOnlyList<QueueLine> Queues, IReadOnlyList<DueLine> Due, bool DueIsWhole);

/// <param name="Active">Messages to deliver, those being handled included.</param>
/// <param name="Dead">Dead letters.</param>
internal sealed record QueueLine(string Queue, int Active, int Dead);

/// <param name="Count">Due rows of this kind.</param>
internal sealed record DueLine(string Kind, int Count, DateTimeOffset OldestOwedAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, MaxDepth = 16)]
[JsonSerializable(typeof(StatusAnswer))]
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
        functions.Timer<Sweep>("sweep", Sweep.Schedule, sweep => sweep.Run);
    }
}
