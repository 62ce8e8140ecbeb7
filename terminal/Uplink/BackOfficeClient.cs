using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Uplink;

/// <summary>
/// The terminal's side of the wire. Each request is signed for its host, method, path and body, by the
/// server's time as far as it is known; a refusal for the clock teaches the time and is tried once more.
/// Distinguishes what was not sent from what was not answered, since only the first says that nothing
/// happened. Thread-safe.
/// </summary>
internal sealed class BackOfficeClient : IDisposable
{
    /// <summary>An answer larger than this is not from our back office.</summary>
    private const int AnswerBytesMax = 4 * 1024 * 1024;

    private const string JsonMediaType = "application/json";

    /// <summary>
    /// Whatever asks to be left alone for longer, a proxy perhaps, is asked again after this.
    /// </summary>
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromHours(1);

    /// <summary>
    /// A server that is off by more tells no time: nobody could sign by it, nor reckon with it.
    /// </summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromDays(36_500);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly TimeProvider _time;
    private readonly LineState _line;
    private long _skewMilliseconds;

    public BackOfficeClient(Uri address, TimeProvider time, LineState line)
    {
        if (!IsAllowed(address))
            throw new ArgumentException("Only https, except on loopback.", nameof(address));
        (_address, _time, _line) = (address, time, line);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 4,
            AllowAutoRedirect = false,
            UseCookies = false,
        })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <summary>Clear text is for one's own machine only.</summary>
    public static bool IsAllowed(Uri address) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>The server's time as this terminal reckons it.</summary>
    public DateTimeOffset ServerNow =>
        _time.GetUtcNow().AddMilliseconds(Interlocked.Read(ref _skewMilliseconds));

    public Task<Reply<EnrolAnswer>> Enrol(EnrolRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.EnrolRequest);
        var call = new Call(null, HttpMethod.Post, WireContract.EnrolPath, body, JsonMediaType, timeout);
        return Exchange(call, answer => Json(answer, WireJson.Default.EnrolAnswer), cancel);
    }

    /// <summary>
    /// What the back office has stored of the journal, as a JWS that is still to be verified.
    /// </summary>
    public Task<Reply<string>> Acknowledgement(
        Caller caller, JournalId journal, TimeSpan timeout, CancellationToken cancel)
    {
        var path = Telling(caller, WireContract.JournalPath(journal));
        var call = new Call(caller, HttpMethod.Get, path, [], null, timeout);
        return Exchange(call, Encoding.UTF8.GetString, cancel);
    }

    /// <param name="segment">As written and signed; compressed here.</param>
    public Task<Reply<string>> Upload(
        Caller caller, JournalId journal, byte[] segment, TimeSpan timeout, CancellationToken cancel)
    {
        var call = new Call(
            caller, HttpMethod.Post, Telling(caller, WireContract.JournalPath(journal)), Compress(segment),
            WireContract.SegmentMediaType, timeout, "br");
        return Exchange(call, Encoding.UTF8.GetString, cancel);
    }

    /// <summary>Names entries that were deleted here and lost there; answered like an upload.</summary>
    public Task<Reply<string>> DeclareGap(
        Caller caller, JournalId journal, PrunedGap gap, TimeSpan timeout, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(gap, WireJson.Default.PrunedGap);
        var call = new Call(
            caller, HttpMethod.Post, WireContract.GapPath(journal), body, JsonMediaType, timeout);
        return Exchange(call, Encoding.UTF8.GetString, cancel);
    }

    /// <summary>Tells what is wrong with the journal; answered like an upload.</summary>
    public Task<Reply<string>> ReportDamage(
        Caller caller, JournalId journal, DamageReport report, TimeSpan timeout, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Default.DamageReport);
        var call = new Call(
            caller, HttpMethod.Post, WireContract.DamagePath(journal), body, JsonMediaType, timeout);
        return Exchange(call, Encoding.UTF8.GetString, cancel);
    }

    public Task<Reply<FeedPage>> Feed(
        Caller caller, string cursor, TimeSpan timeout, CancellationToken cancel)
    {
        var path = Telling(caller, WireContract.FeedPath(caller.Terminal, cursor));
        var call = new Call(caller, HttpMethod.Get, path, [], null, timeout);
        return Exchange(call, answer => Json(answer, WireJson.Default.FeedPage), cancel);
    }

    /// <summary>What the requests of this client learnt of the way.</summary>
    public LineState Line => _line;

    /// <summary>Asks whether the way is there again, the acquirer behind it included.</summary>
    public async Task<Reply<LineAnswer>> Probe(Caller caller, TimeSpan timeout, CancellationToken cancel)
    {
        var call = new Call(
            caller, HttpMethod.Get, Telling(caller, WireContract.LinePath(caller.Terminal)), [], null,
            timeout);
        var reply = await Exchange(call, answer => Json(answer, WireJson.Default.LineAnswer), cancel);
        if (reply.Value?.Acquirer == true)
            _line.AcquirerAnswered();
        else if (reply.IsAnswered)
            _line.Missing(LinePart.Acquirer, "The acquirer does not answer the back office.");
        return reply;
    }

    public async Task<Reply<AuthoriseAnswer>> Authorise(
        Caller caller, AuthoriseRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.AuthoriseRequest);
        var path = WireContract.AuthorisePath(request.Payment);
        var call = new Call(
            caller, HttpMethod.Post, path, body, JsonMediaType, timeout, Payment: request.Payment);
        var reply = await Exchange(call, answer => Json(answer, WireJson.Default.AuthoriseAnswer), cancel);
        if (reply.Value?.Result is AuthoriseResult.Approved or AuthoriseResult.Declined
            or AuthoriseResult.PartApproved)
            _line.AcquirerAnswered();
        else if (reply.IsAnswered)
            _line.Missing(LinePart.Acquirer, reply.Value.Sentence);
        return reply;
    }

    public Task<Reply<RefundAnswer>> Refund(
        Caller caller, RefundRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.RefundRequest);
        var call = new Call(
            caller, HttpMethod.Post, WireContract.RefundsPath, body, JsonMediaType, timeout);
        return Exchange(call, answer => Json(answer, WireJson.Default.RefundAnswer), cancel);
    }

    /// <summary>A sale of another terminal, for a refund here.</summary>
    public Task<Reply<ForeignSale>> FindSale(
        Caller caller, string receiptNumber, TimeSpan timeout, CancellationToken cancel)
    {
        var call = new Call(
            caller, HttpMethod.Get, WireContract.SalePath(receiptNumber), [], null, timeout);
        return Exchange(call, answer => Json(answer, WireJson.Default.ForeignSale), cancel);
    }

    public void Dispose() => _http.Dispose();

    private static string Telling(Caller caller, string path) =>
        caller.OldestUnsent is { } oldest ? WireContract.Telling(path, oldest) : path;

    /// <summary>One request, before it is signed.</summary>
    private sealed record Call(
        Caller? Caller,
        HttpMethod Method,
        string PathAndQuery,
        byte[] Body,
        string? MediaType,
        TimeSpan Timeout,
        string? Encoding = null,
        Id? Payment = null);

    private async Task<Reply<T>> Exchange<T>(Call call, Func<byte[], T?> read, CancellationToken cancel)
        where T : class
    {
        var started = _time.GetTimestamp();
        var first = await Once(call, read, cancel);
        // The refusal itself told the time; the second try is signed by it, within the time of the first.
        var left = call.Timeout - _time.GetElapsedTime(started);
        return first is { Kind: ReplyKind.Refused, Problem.Code: ProblemCode.ClockSkewed }
            && left > TimeSpan.Zero
                ? await Once(call with { Timeout = left }, read, cancel)
                : first;
    }

    private async Task<Reply<T>> Once<T>(Call call, Func<byte[], T?> read, CancellationToken cancel)
        where T : class
    {
        if (_line.IsPractised)
            return Reply<T>.NotSent("An outage is being practised.");
        using var request = Sign(call);
        using var limit = new CancellationTokenSource(call.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var answer = await _http.SendAsync(request, either.Token);
            LearnTime(answer);
            return Read(answer, await answer.Content.ReadAsByteArrayAsync(either.Token), read);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _line.Missing(
                LinePart.BackOffice, "The back office did not answer in time.", isSilent: true);
            return Reply<T>.NoAnswer("The back office did not answer in time.");
        }
        catch (HttpRequestException lost) when (lost.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            _line.Missing(LinePart.Line, "No connection to the back office.");
            return Reply<T>.NotSent("No connection to the back office.");
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or SocketException)
        {
            _line.Missing(LinePart.Line, "The connection to the back office broke.");
            return Reply<T>.NoAnswer("The connection to the back office broke before it answered.");
        }
    }

    /// <summary>
    /// W3C Trace Context, made of nothing but the payment's id, which the back office uses as the trace's id
    /// too: whoever looks for the one finds the other, and nothing is collected here.
    /// </summary>
    private static string TraceParentOf(Id payment)
    {
        var id = payment.ToString();
        return $"00-{id}-{id[..16]}-01";
    }

    private HttpRequestMessage Sign(Call call)
    {
        var request = new HttpRequestMessage(call.Method, call.PathAndQuery);
        if (call.Payment is { } payment)
            request.Headers.TryAddWithoutValidation("traceparent", TraceParentOf(payment));
        if (call.MediaType is not null)
        {
            request.Content = new ByteArrayContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.MediaType);
            if (call.Encoding is not null)
                request.Content.Headers.ContentEncoding.Add(call.Encoding);
        }
        if (call.Caller is { } caller)
        {
            var signed = SignedRequest.Of(
                call.Method.Method, _address.Authority, call.PathAndQuery, call.Body);
            request.Headers.Authorization = new AuthenticationHeaderValue(
                WireContract.TerminalScheme,
                RequestToken.Create(caller.Key, caller.Terminal, signed, ServerNow));
        }
        return request;
    }

    private Reply<T> Read<T>(HttpResponseMessage answer, byte[] body, Func<byte[], T?> read)
        where T : class
    {
        var retryAfter = RetryAfterOf(answer);
        if (answer.IsSuccessStatusCode && read(body) is { } value)
        {
            _line.Answered();
            return Reply<T>.Answered(value);
        }
        if (!answer.IsSuccessStatusCode && Json(body, WireJson.Default.Problem) is { } problem)
        {
            if (problem.Code is ProblemCode.Busy or ProblemCode.Internal)
                _line.Missing(LinePart.BackOffice, problem.Sentence);
            else
                _line.Answered();
            return Reply<T>.Refused(problem, retryAfter);
        }
        // A proxy, a captive portal or a crashed back office: it may have been stored all the same.
        var reason = string.Create(
            CultureInfo.InvariantCulture, $"Not the back office (HTTP {(int)answer.StatusCode}).");
        _line.Missing(LinePart.BackOffice, reason);
        return Reply<T>.NoAnswer(reason) with { RetryAfter = retryAfter };
    }

    /// <summary>In seconds, or until a moment of the server's clock.</summary>
    private TimeSpan RetryAfterOf(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter switch
        {
            { Delta: { } time } => time,
            { Date: { } until } => until - ServerNow,
            _ => TimeSpan.Zero,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked < RetryAfterMax ? asked : RetryAfterMax;
    }

    private void LearnTime(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues(WireContract.TimeHeader, out var values)
            || !long.TryParse(
                values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var server))
            return;
        var skew = server - _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Math.Abs((double)skew) < SkewMax.TotalMilliseconds)
            Interlocked.Exchange(ref _skewMilliseconds, skew);
    }

    private static T? Json<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Compress(byte[] content)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(content);
        return target.ToArray();
    }
}

/// <summary>Who signs: the terminal and the key that never leaves it.</summary>
internal sealed record Caller(string Terminal, Es256Key Key)
{
    /// <summary>What is to be told of it, as <see cref="WireContract.OldestUnsent"/>; null tells
    /// nothing.</summary>
    public long? OldestUnsent { get; init; }
}
