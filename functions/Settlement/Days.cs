using System.Globalization;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Settlement;

/// <summary>POST days/{store}/{date}/close.</summary>
/// <param name="Force">Close although terminals are dark or entries are not applied.</param>
internal sealed record CloseBody(bool Force = false);

/// <summary>A day in GET days/{store}, and the answer to closing one.</summary>
internal sealed record DayLine(
    string Store, DateOnly Date, DayState State, int Version, DateTimeOffset? FirstClosedAt,
        DateTimeOffset? At,
    string? By, bool Forced, IReadOnlyList<TerminalFinding> DarkTerminals,
        IReadOnlyList<TerminalFinding> Unapplied)
{
    public static DayLine Of(Closing closing) => new(
        closing.Store, closing.Date, closing.State, closing.Version, closing.FirstClosedAt, closing.At,
            closing.By,
        closing.Forced, closing.Dark, closing.Unapplied);
}

/// <summary>A clearing batch in GET batches/{merchant}/{currency}.</summary>
/// <param name="Ours">The totals claimed for the whole settlement date.</param>
internal sealed record BatchLine(
    string Batch, DateOnly SettlementDate, BatchState State, int Count, Money Sum, string? Digest,
    DateTimeOffset? SealedAt, Balance Balance, string? ResponseCode, SettlementTotals? Ours,
        SettlementTotals? Theirs)
{
    /// <summary>Null for the merchant's only one, in cycles of older releases.</summary>
    public string? Acquirer { get; init; }
}

/// <summary>
/// Closes days: on a person's word, and on its own when a trading day is over. What is asked for is a row
/// first, so it is carried out even if everything stops right after.
/// </summary>
internal sealed partial class Days(
    Closings closings, Stores stores, ClosingAgenda agenda, DarkTerminals dark, ClearingBatches batches,
    DayRequests requests, TimeProvider time, ILogger<Days> log)
{
    /// <summary>
    /// What comes just before the cut-off has this long to arrive before the day is closed on its own.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LookAgainMax = TimeSpan.FromHours(26);

    private const int LooksMax = 10;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(300);
    private const int DaysBack = 2;

    /// <summary>So long nothing may have run, and the days meanwhile are closed all the same.</summary>
    private const int AwayMax = 31;
    private const int DaysListed = 400;
    private const string CutOff = "cut-off";

    /// <summary>POST /api/backoffice/days/{store}/{date}/close</summary>
    public async Task<Answer> Close(Call call, CancellationToken cancel)
    {
        if (!Names.IsStore(
            call.Route("store")) || await stores.Find(call.Route("store"), cancel) is not { } store)
            return Answer.NotFound("such store");
        if (!Dates.TryParse(call.Route("date"), out var date))
            return Answer.Refuse(ProblemCode.Malformed, "date", "A date is written 2026-11-22.");
        if (TradingDays.Of(store.TimeZone, store.CutOff, date).From > time.GetUtcNow())
            return Answer.Refuse(ProblemCode.Malformed, "date", "This day has not begun.");
        var body = new CloseBody();
        if (call.Body.Length > 0 && !call.TryRead(DayJson.Default.CloseBody, out body, out var refusal))
            return refusal;
        var closing = await Ask(store, date, body.Force, call.Person?.Name ?? "", cancel);
        var answer = Answer.Json(DayLine.Of(closing), DayJson.Default.DayLine);
        return closing.State == DayState.Refused
            ? answer with { Status = StatusCodes.Status409Conflict } : answer;
    }

    /// <summary>GET /api/backoffice/days/{store}</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        if (!Names.IsStore(
            call.Route("store")) || await stores.Find(call.Route("store"), cancel) is not { } store)
            return Answer.NotFound("such store");
        var from = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysListed);
        var lines = await closings.From(store.Id, from, cancel);
        return Answer.Json([.. lines.Select(DayLine.Of)], DayJson.Default.IReadOnlyListDayLine);
    }

    /// <summary>GET /api/backoffice/batches/{merchant}/{currency}</summary>
    public async Task<Answer> Batches(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(
            call.Route("merchant")) || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        var lines = new List<BatchLine>();
        foreach (var cycle in await batches.Cycles(call.Route("merchant"), currency, cancel))
            foreach (var head in await batches.Heads(cycle, cancel))
                lines.Add(new BatchLine(
                    head.Id.ToString(), cycle.Cycle.Date, head.State, head.Count, head.Sum, head.Digest,
                        head.SealedAt,
                    head.Id.Sequence <= cycle.Through
                        ? cycle.Balance : Balance.NotAsked, cycle.ResponseCode, cycle.Ours,
                    cycle.Theirs)
                {
                    Acquirer = cycle.Cycle.Acquirer,
                });
        return Answer.Json(lines, DayJson.Default.IReadOnlyListBatchLine);
    }

    /// <summary>
    /// Timer: closes what ended at its cut-off. A day with something missing waits for a person, and is
    /// looked at again.
    /// </summary>
    public async Task CloseEnded(CancellationToken cancel)
    {
        foreach (var (id, row) in await agenda.Due(time.GetUtcNow(), cancel))
            try
            {
                if (await stores.Find(id, cancel) is { } store)
                    await agenda.Move(id, row, await CloseEnded(store, cancel), cancel);
                else
                    await agenda.Drop(row, cancel);
            }
            catch (Exception wrong) when (wrong is not OperationCanceledException)
            {
                // The stores behind it are not to wait for this one.
                LogNotClosed(wrong, id);
                await agenda.Move(id, row, time.GetUtcNow() + LookAgain, cancel);
            }
    }

    /// <returns>When to look next.</returns>
    private async Task<DateTimeOffset> CloseEnded(Store store, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, store.TimeZone).DateTime);
        var next = now + LookAgainMax;
        var first = today.AddDays(-DaysBack);
        if (await closings.From(store.Id, today.AddDays(-AwayMax), cancel) is [.., var newest]
            && newest.Date < first)
            first = newest.Date;
        for (var date = first; date <= today.AddDays(1); date = date.AddDays(1))
        {
            var end = TradingDays.Of(store.TimeZone, store.CutOff, date).To + Grace;
            if (end > now)
                return end < next ? end : next;
            if ((await closings.Find(store.Id, date, cancel)).State is DayState.Open or DayState.Refused
                && (await Ask(store, date, force: false, CutOff, cancel)).State == DayState.Refused)
                next = now + LookAgain;
        }
        return next;
    }

    [LoggerMessage(1711, LogLevel.Error, "The ended days of store {Store} could not be looked at.")]
    private partial void LogNotClosed(Exception wrong, string store);

    private async Task<Closing> Ask(
        Store store, DateOnly date, bool force, string by, CancellationToken cancel)
    {
        var (silent, unapplied) = await Findings(store, cancel);
        var isRefused = !force && silent.Count + unapplied.Count > 0;
        return await requests.Write(
            store.Id, date,
            before => isRefused && before.State is DayState.Closing or DayState.Closed
                // What is closed stays closed; the refusal is the answer only.
                ? (null, before with { State = DayState.Refused, Dark = silent, Unapplied = unapplied })
                : Next(before, isRefused, force, by, silent, unapplied),
            cancel);
    }

    /// <summary>
    /// What has only just arrived gets a moment to be applied, so that it is no reason to refuse.
    /// </summary>
    private async Task<(
        IReadOnlyList<TerminalFinding> Dark, IReadOnlyList<TerminalFinding> Unapplied)> Findings(
        Store store, CancellationToken cancel)
    {
        for (var look = 1; ; look++)
        {
            var found = await dark.Of(store, cancel);
            if (found.Unapplied.Count == 0 || look == LooksMax)
                return found;
            await Task.Delay(BetweenLooks, time, cancel);
        }
    }

    private (Closing? Write, Closing Answer) Next(
        Closing before, bool isRefused, bool force, string by, IReadOnlyList<TerminalFinding> silent,
        IReadOnlyList<TerminalFinding> unapplied)
    {
        var now = time.GetUtcNow();
        var next = before with
        {
            State = isRefused ? DayState.Refused : DayState.Closing,
            Version = isRefused ? before.Version : before.Version + 1,
            FirstClosedAt = isRefused ? before.FirstClosedAt : before.FirstClosedAt ?? now,
            At = now, By = by, Forced = force
                && silent.Count + unapplied.Count > 0, Dark = silent, Unapplied = unapplied,
        };
        return (next, next);
    }
}

/// <summary>Writes the request to close a day: owed first, then the row, then the doorbell.</summary>
internal sealed class DayRequests(Closings closings, DueTable due, IBus bus)
{
    /// <param name="decide">From the closing as it is: what to write, or null; and what to answer.</param>
    public async Task<Closing> Write(
        string store, DateOnly date, Func<Closing, (
            Closing? Write, Closing Answer)> decide, CancellationToken cancel)
    {
        var answer = await Attempts.UntilCommitted(async () =>
        {
            var (next, answer) = decide(await closings.Find(store, date, cancel));
            if (next is null)
                return answer;
            if (next.State == DayState.Closing)
                await due.Owe(
                    CloseDay.Queue, CloseDay.IdOf(store, date), cancel: cancel,
                    refs: [("store", store), (
                        "date", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))]);
            return await closings.Write(next, cancel) ? answer : null;
        });
        if (answer.State == DayState.Closing)
            await bus.Ring(
                CloseDay.Queue, new Doorbell(CloseDay.Queue, CloseDay.IdOf(store, date)), cancel: cancel);
        return answer;
    }
}
