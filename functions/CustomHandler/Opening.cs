using CloudPos.Functions.Bus;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// What has to be there before the first call: the tables, the keys, and each acquirer that owes an answer.
/// Under the Functions host it is looked for at the first call and not at the start, because three starts
/// that fail would stop the host for good, and the service that is away now may be back at the next call.
/// </summary>
internal sealed partial class Opening(
    TablePort tables, DueTable due, KeyRing keys, RemovedAcquirers acquirers, TimeProvider time,
    ILogger<Opening> log)
{
    /// <summary>So much later a refused configuration is looked at again, not at each call.</summary>
    private static readonly TimeSpan RefusedFor = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private StartRefusedException? _refused;
    private DateTimeOffset _refusedAt;
    private volatile bool _isOpen;

    /// <summary>Throws when it cannot be had now.</summary>
    public async Task Ensure(CancellationToken cancel = default)
    {
        if (_isOpen)
            return;
        await _gate.WaitAsync(cancel);
        try
        {
            if (_isOpen)
                return;
            foreach (var table in Fleet.TableNames.All)
                await tables.EnsureTable(table, cancel);
            await due.Ensure(cancel);
            await keys.Read(cancel);
            await CheckAcquirers(cancel);
            _isOpen = true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task CheckAcquirers(CancellationToken cancel)
    {
        if (_refused is { } before && time.GetUtcNow() - _refusedAt < RefusedFor)
            throw before;
        try
        {
            await acquirers.Check(cancel);
        }
        catch (StartRefusedException refused)
        {
            (_refused, _refusedAt) = (refused, time.GetUtcNow());
            throw;
        }
    }

    /// <summary>Lets a call pass once all is there; until then it is told to come back.</summary>
    public async Task Guard(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path != "/" && !_isOpen)
        {
            try
            {
                await Ensure(context.RequestAborted);
            }
            catch (Exception away) when (!context.RequestAborted.IsCancellationRequested)
            {
                LogNotOpen(away);
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.Headers.RetryAfter = "5";
                return;
            }
        }
        else if (_isOpen)
        {
            await Freshen(context.RequestAborted);
        }
        await next(context);
    }

    /// <summary>Other instances make keys, too. Without an answer those at hand serve.</summary>
    private async Task Freshen(CancellationToken cancel)
    {
        try
        {
            await keys.Freshen(cancel);
        }
        catch (Exception away) when (!cancel.IsCancellationRequested)
        {
            LogNotFresh(away);
        }
    }

    [LoggerMessage(1032, LogLevel.Warning, "The keys could not be read anew; those at hand serve.")]
    private partial void LogNotFresh(Exception away);

    [LoggerMessage(1031, LogLevel.Error, "What the back office needs before its first call is not there.")]
    private partial void LogNotOpen(Exception away);
}
