using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading.Channels;
using CloudPos.Functions.Telemetry;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// The line to one acquirer: keeps one connection up (sign-on, echo when silent, reconnecting with full
/// jitter) and sends requests over it, many at a time. It never repeats a request on its own: who asked
/// decides, from what is stored. Thread-safe. Answers that nobody waits for go to <see cref="Observer"/>,
/// each once.
/// </summary>
internal sealed class AcquirerLink : IAsyncDisposable
{
    private const int RecentMax = 4_096;
    private const int StraysMax = 1_024;

    private readonly AcquirerProfile _profile;
    private readonly string _host;
    private readonly int _port;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly RecentRequests _recent = new(RecentMax);
    private readonly Channel<StrayAnswer> _strays = Channel.CreateBounded<StrayAnswer>(StraysMax);
    private readonly CancellationTokenSource _stopping = new();
    private volatile AcquirerConnection? _ready;
    private Task _running = Task.CompletedTask;
    private volatile bool _unanswered;
    private int _networkStan;
    private int _disposed;

    /// <param name="random">Spreads the reconnecting; seed it to repeat a run.</param>
    public AcquirerLink(
        AcquirerProfile profile, string host, int port, TimeProvider time, ILogger<AcquirerLink> logger,
        Random? random = null)
    {
        if (profile.Faults() is [var fault, ..])
            throw new ArgumentException(fault, nameof(profile));
        (_profile, _host, _port, _time, _logger) = (profile, host, port, time, logger);
        _random = random ?? new Random();
    }

    public AcquirerProfile Profile => _profile;

    public LinkCounters Counters { get; } = new();

    /// <summary>Signed on: a request would be sent now. It may still end unsent.</summary>
    public bool IsReady => _ready is not null;

    /// <summary>
    /// Why a request would not be taken now; null when it would. It may still end unsent.
    /// </summary>
    public string? Refusal => _ready is not { } connection ? "there is no line to the acquirer"
        : connection.QueuedCount >= _profile.QueueMax ? AcquirerConnection.QueueFull
        : null;

    public int QueuedCount => _ready?.QueuedCount ?? 0;

    public int InFlightCount => _ready?.InFlightCount ?? 0;

    /// <summary>Without an address there is nothing to connect to, and the line stays down.</summary>
    public bool HasAddress => _host.Length > 0;

    /// <summary>Why the line was last lost or not made; null while it is up.</summary>
    public string? Down { get; private set; } = "not tried yet";

    /// <summary>The version of TLS that the last line was secured with; null where it is plain.</summary>
    public string? Tls { get; private set; }

    /// <summary>Ready, and the last request that ended was answered, an echo among them.</summary>
    public bool IsAnswering => IsReady && !_unanswered;

    /// <summary>Gets each answer that nobody waits for. Set before <see cref="Start"/>.</summary>
    public Func<StrayAnswer, CancellationToken, Task> Observer { get; set; } = (_, _) => Task.CompletedTask;

    public void Start() => _running = Task.WhenAll(KeepUp(_stopping.Token), HandStraysOver(_stopping.Token));

    /// <summary>Sends a request within the profile's time-out. Never throws for faults of the line.</summary>
    public Task<AcquirerAnswer> Ask(Iso8583Message request, CancellationToken cancel) =>
        Ask(request, _profile.AnswerTimeout, cancel);

    /// <param name="timeout">No byte leaves later than this from now, and an answer is waited for no
    /// longer.</param>
    public async Task<AcquirerAnswer> Ask(Iso8583Message request, TimeSpan timeout, CancellationToken cancel)
    {
        using var step = Traces.Step($"acquirer {request.Mti}", ActivityKind.Client);
        if (_ready is not { } connection)
            return AcquirerAnswer.NotSent("there is no line to the acquirer");
        return await AskOn(connection, request, timeout, cancel);
    }

    /// <summary>Why the message does not fit the layout; null when it does.</summary>
    public string? FaultOf(Iso8583Message message)
    {
        var encoded = Iso8583Codec.Encode(message, _profile.Layout);
        if (!encoded.IsValid)
            return $"field {encoded.Field} cannot be sent: {encoded.Fault}";
        CryptographicOperations.ZeroMemory(encoded.Bytes);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stopping.CancelAsync();
        _strays.Writer.TryComplete();
        await _running;
        _stopping.Dispose();
    }

    private async Task<AcquirerAnswer> AskOn(
        AcquirerConnection connection, Iso8583Message request, TimeSpan timeout, CancellationToken cancel)
    {
        if (timeout <= TimeSpan.Zero)
            return AcquirerAnswer.NotSent("its time was over before it could be sent");
        var encoded = Iso8583Codec.Encode(request, _profile.Layout);
        if (!encoded.IsValid)
        {
            _logger.NotEncodable(_profile.Name, request.Mti, encoded.Field, encoded.Fault);
            return AcquirerAnswer.NotSent($"field {encoded.Field} cannot be sent: {encoded.Fault}");
        }
        using var expiry = new CancellationTokenSource(timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancel);
        var answer = await connection.Ask(MatchKey.OfRequest(request), encoded.Bytes, deadline.Token);
        if (answer.Message is not null)
            _unanswered = false;
        else if (expiry.IsCancellationRequested)
            _unanswered = true;
        return answer;
    }

    private async Task KeepUp(CancellationToken cancel)
    {
        var failures = 0;
        while (!cancel.IsCancellationRequested)
        {
            var (why, wasUp) = await Once(cancel);
            failures = wasUp ? 0 : Math.Min(failures + 1, 30);
            if (cancel.IsCancellationRequested)
                return;
            Down = why;
            var delay = Jitter(failures);
            _logger.LineLost(_profile.Name, why, delay.TotalSeconds);
            await Task.Delay(delay, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One connection from its beginning to its end, and whether it was ever signed on.</summary>
    private async Task<(string Why, bool WasUp)> Once(CancellationToken cancel)
    {
        var line = await DialledLine.Dial(_profile, _host, _port, _time, cancel);
        if (line.Stream is null)
            return (line.Why, false);
        using var connection = new AcquirerConnection(
            line.Stream, _profile, _time, Counters, _recent, Unmatched);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = connection.Run(ending.Token);
        var signedOn = _profile.SignOnCode is null
            || await Network(connection, _profile.SignOnCode, cancel);
        try
        {
            if (!signedOn)
            {
                await ending.CancelAsync();
                var why = await running;
                return (why == AcquirerConnection.Closed ? "the sign-on was not approved"
                    : $"{why}, before the sign-on was answered", false);
            }
            Counters.Connected();
            (Tls, Down) = (line.Tls, null);
            _unanswered = false;
            _ready = connection;
            _logger.SignedOn(_profile.Name, _host, _port);
            var echoing = EchoUntilSilent(connection, ending.Token);
            if (await Task.WhenAny(running, echoing) == running)
                return (await running, true);
            return ("the echo was not answered", true);
        }
        finally
        {
            _ready = null;
            await ending.CancelAsync();
            await running;
        }
    }

    /// <summary>Ends when an echo stays unanswered, or with the connection.</summary>
    private async Task EchoUntilSilent(AcquirerConnection connection, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var rest = _profile.EchoInterval - connection.Silence;
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, _time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            else if (!await Network(connection, _profile.EchoCode, cancel))
                return;
        }
    }

    /// <summary>Sends a network message (0800) and says whether it was approved.</summary>
    private async Task<bool> Network(AcquirerConnection connection, string code, CancellationToken cancel)
    {
        _networkStan = RetrievalReference.Next(_networkStan);
        using var message = new Iso8583Message(Mti.NetworkRequest);
        message.Set(7, CardMessages.Field7(_time.GetUtcNow()));
        message.Set(11, RetrievalReference.ToField11(_networkStan));
        message.Set(70, code);
        using var answer = await AskOn(connection, message, _profile.AnswerTimeout, cancel);
        return answer.Message?.Get(39) is { } told
            && _profile.Codes.MeaningOf(told) == CodeMeaning.Approved;
    }

    /// <summary>
    /// Called by the reader for what answers nothing that is waiting. Takes the message over.
    /// </summary>
    private void Unmatched(Iso8583Message message)
    {
        using (message)
        {
            if (message.Mti == Mti.NetworkRequest)
            {
                AnswerNetwork(message);
                return;
            }
            if (Mti.IsRequest(message.Mti) || CardAnswer.TryRead(message) is not { } answer)
            {
                Counters.Unasked();
                return;
            }
            var kind = _recent.Classify(MatchKey.OfResponse(message));
            Counters.Stray(kind);
            _logger.Stray(_profile.Name, kind, answer.ResponseCode, answer.Stan, answer.Terminal);
            if (!_strays.Writer.TryWrite(new StrayAnswer(kind, answer) { Acquirer = _profile.Name }))
                Counters.Dropped();
        }
    }

    private void AnswerNetwork(Iso8583Message request)
    {
        using var response = new Iso8583Message(Mti.NetworkResponse);
        foreach (var field in new[] { 7, 11, 70 })
            if (request.Get(field) is { } text)
                response.Set(field, text);
        response.Set(39, _profile.OwnAnswer);
        var encoded = Iso8583Codec.Encode(response, _profile.Layout);
        if (encoded.IsValid)
            _ready?.Post(MatchKey.OfResponse(response), encoded.Bytes);
    }

    private async Task HandStraysOver(CancellationToken cancel)
    {
        await foreach (var stray in _strays.Reader.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                await Observer(stray, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The repeat of the request asks for the same answer again, so nothing is lost with it.
                _logger.StrayNotRecorded(_profile.Name, fault);
            }
        }
    }

    private TimeSpan Jitter(int failures)
    {
        var doubled = _profile.ReconnectDelayMin.Ticks * (1L << Math.Min(failures, 20));
        var most = Math.Min(doubled, _profile.ReconnectDelayMax.Ticks);
        return TimeSpan.FromTicks((long)(most * _random.NextDouble()));
    }
}
