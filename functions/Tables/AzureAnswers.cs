using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace CloudPos.Functions.Tables;

/// <summary>
/// What an answer of Azure Tables, or the lack of one, says about a request. Only what surely had no effect
/// is Conflict or Busy; whatever may have been carried out is Unknown; what no repeat can mend is null here
/// and stays an exception.
/// </summary>
internal static class AzureAnswers
{
    private const int RequestTimeout = 408, TooManyRequests = 429, InternalError = 500, BadGateway = 502,
        Unavailable = 503, GatewayTimeout = 504;

    private const string ServerBusy = "ServerBusy";

    /// <summary>
    /// For answers that name no time: longer than the port's own first waits, since a partition that moves to
    /// another server comes back after seconds.
    /// </summary>
    private static readonly TimeSpan busyDelay = TimeSpan.FromMilliseconds(500);

    public static CommitResult ResultOf(IReadOnlyList<Change> changes, IReadOnlyList<Response> answers)
    {
        bool whole = answers.Count == changes.Count && answers.All(answer => !answer.IsError);
        if (!whole) return new CommitResult.Unknown();
        string? ETagOf(int i) => changes[i].Row is null ? null : answers[i].Headers.ETag?.ToString();
        return new CommitResult.Done([.. Enumerable.Range(0, changes.Count).Select(ETagOf)]);
    }

    /// <summary>Null when the exception tells of a bug, a wrong setting, or our own cancelling.</summary>
    public static CommitResult? ResultOf(
        IReadOnlyList<Change> changes, Exception e, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return null;
        if (e is not RequestFailedException { Status: not 0 } failed)
            return NeverLeft(e) ? new CommitResult.Busy(busyDelay)
                : NoAnswer(e) || Garbled(e) ? new CommitResult.Unknown()
                : null;
        if (ReasonOf(failed) is { } reason)
            return IndexOf(failed, changes.Count) is { } index
                ? new CommitResult.Conflict(index, reason)
                : new CommitResult.Unknown();
        if (Refused(failed)) return new CommitResult.Busy(AfterOf(failed));
        return IsPassing(failed.Status) ? new CommitResult.Unknown() : null;
    }

    /// <summary>After how long a read is worth another try; null when it is not.</summary>
    public static TimeSpan? RetryAfter(Exception e, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested) return null;
        if (e is RequestFailedException { Status: not 0 } failed)
            return IsPassing(failed.Status) ? AfterOf(failed) : null;
        return NoAnswer(e) ? busyDelay : null;
    }

    /// <summary>
    /// A row that is not there and a table that is not there are both 404; the latter is a bug and throws.
    /// </summary>
    public static void ExpectRowNotFound(string table, Response answer)
    {
        using var body = JsonDocument.Parse(answer.Content);
        var code = body.RootElement.GetProperty("odata.error").GetProperty("code");
        if (!code.ValueEquals(TableErrorCode.ResourceNotFound.ToString()))
            throw new InvalidOperationException($"Table '{table}' was never ensured: {code}.");
    }

    private static ConflictReason? ReasonOf(RequestFailedException failed)
    {
        if (failed.ErrorCode == TableErrorCode.EntityAlreadyExists) return ConflictReason.Exists;
        if (failed.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied) return ConflictReason.Changed;
        if (failed.ErrorCode == TableErrorCode.ResourceNotFound) return ConflictReason.Missing;
        return null;
    }

    private static int? IndexOf(RequestFailedException failed, int count)
    {
        if (count == 1) return 0;
        int? index = (failed as TableTransactionFailedException)?.FailedTransactionActionIndex;
        return index < count ? index : null;
    }

    /// <summary>
    /// A throttled request was not carried out. Any other 503 may come from something in between, after it
    /// had passed the request on.
    /// </summary>
    private static bool Refused(RequestFailedException failed) =>
        failed.Status == TooManyRequests || (failed.Status == Unavailable && failed.ErrorCode == ServerBusy);

    /// <summary>
    /// Answers that may differ the next time. 500 is among those with an open outcome: "OperationTimedOut"
    /// may or may not have succeeded, as its description says.
    /// </summary>
    private static bool IsPassing(int status) => status is RequestTimeout or TooManyRequests or InternalError
        or BadGateway or Unavailable or GatewayTimeout;

    /// <summary>No connection was made, so nothing was sent.</summary>
    private static bool NeverLeft(Exception e) => e.InnerException is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError,
    };

    /// <summary>The connection broke, or the time was up.</summary>
    private static bool NoAnswer(Exception e) =>
        e is RequestFailedException { Status: 0 } or OperationCanceledException or IOException;

    /// <summary>How the library names the parts of a transaction's answer that it cannot read.</summary>
    private static bool Garbled(Exception e) =>
        e is InvalidDataException or (InvalidOperationException and not ObjectDisposedException);

    /// <summary>
    /// What Retry-After asks for: seconds, or a date, which is compared with the answer's own date so that no
    /// clock of ours is involved.
    /// </summary>
    private static TimeSpan AfterOf(RequestFailedException failed)
    {
        if (failed.GetRawResponse()?.Headers is not { } headers) return busyDelay;
        if (!headers.TryGetValue("Retry-After", out string? text)) return busyDelay;
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds))
            return TimeSpan.FromSeconds(seconds);
        bool isDate = DateTimeOffset.TryParseExact(
            text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until);
        return isDate && until > headers.Date ? until - headers.Date.Value : busyDelay;
    }
}
