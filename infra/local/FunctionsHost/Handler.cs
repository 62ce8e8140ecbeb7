using System.Diagnostics;
using System.Globalization;
using CloudPos.Local.Children;

namespace CloudPos.Local.FunctionsHost;

/// <summary>
/// The one handler process of a host, as the host keeps it: a port of the host's choice, GET / until anything
/// answers, started again after a crash but not after exit code 0, given up after three crashes within half
/// an hour, and ended by SIGKILL without a word. Thread-safe.
/// </summary>
internal sealed class Handler : IAsyncDisposable
{
    private const int CrashesMax = 3;
    private const int RestartExitCode = 200;
    private static readonly TimeSpan CrashesWithin = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(25);

    private readonly HostPackage _package;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly string _logFile;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<DateTimeOffset> _crashes = [];
    private readonly HttpClient _look = new() { Timeout = TimeSpan.FromSeconds(5) };
    private TaskCompletionSource<Uri> _ready = New();
    private Process? _process;
    private Task _output = Task.CompletedTask;
    private bool _closing;
    private bool _killing;

    public Handler(
        HostPackage package, IReadOnlyDictionary<string, string> settings, string logFile,
        TimeProvider time) =>
        (_package, _settings, _logFile, _time) = (package, settings, logFile, time);

    /// <summary>Why it does not run any more, and will not be started again; null while it does.</summary>
    public string? GivenUp { get; private set; }

    public int Starts { get; private set; }

    /// <summary>Where callers dial the host; stands for <see cref="HostDouble.OwnAddress"/>.</summary>
    public string FrontAddress { get; set; } = "";

    /// <summary>Where it listens, once it answers.</summary>
    public Task<Uri> Address
    {
        get { lock (_gate) return _ready.Task; }
    }

    public void Start()
    {
        lock (_gate)
        {
            var port = LocalPort.Choose();
            var info = new ProcessStartInfo(_package.Executable)
            {
                WorkingDirectory = _package.Folder,
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            foreach (var (name, value) in _settings)
                info.Environment[name] = value.Replace(HostDouble.OwnAddress, FrontAddress);
            var text = port.ToString(CultureInfo.InvariantCulture);
            info.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = text;
            info.Environment["FUNCTIONS_HTTPWORKER_PORT"] = text;
            info.Environment["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = Id.New().ToString();
            info.Environment["FUNCTIONS_APP_ROOT_PATH"] = _package.Folder;
            _process = Process.Start(info)
                ?? throw new InvalidOperationException("The handler did not start.");
            Starts++;
            var log = new ChildLog(_logFile, new System.Text.RegularExpressions.Regex("$^"));
            _output = log.FollowAsync(_process.StandardOutput, _process.StandardError);
            var address = new Uri($"http://127.0.0.1:{text}");
            _ = WatchAsync(_process);
            _ = AwaitReadyAsync(_process, address, _ready);
        }
    }

    /// <summary>What a scale-in, a time-out or a lost machine does; it is started again.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (_process is not { HasExited: false } running) return;
            _killing = true;
            // The host knows what it does: calls wait for the next process.
            if (_ready.Task.IsCompleted) _ready = New();
            running.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Process? process;
        lock (_gate) (_closing, process) = (true, _process);
        if (process is { HasExited: false }) process.Kill();
        if (process is not null) await process.WaitForExitAsync();
        await _output;
        process?.Dispose();
        _look.Dispose();
    }

    private async Task WatchAsync(Process process)
    {
        await process.WaitForExitAsync();
        lock (_gate)
        {
            if (_closing) return;
            if (_ready.Task.IsCompleted) _ready = New();
            if (process.ExitCode == 0)
                GivenUp = "It ended with 0, after which the host does not start it again.";
            else if (!_killing && process.ExitCode != RestartExitCode && IsOneTooMany())
                GivenUp = $"It crashed {CrashesMax} times in half an hour, the last time with {
                    process.ExitCode}; the host stops itself.";
            _killing = false;
            if (GivenUp is { } why)
            {
                _ready.TrySetException(new InvalidOperationException(why));
                return;
            }
        }
        Start();
    }

    private bool IsOneTooMany()
    {
        var now = _time.GetUtcNow();
        _crashes.RemoveAll(at => now - at > CrashesWithin);
        _crashes.Add(now);
        return _crashes.Count >= CrashesMax;
    }

    /// <summary>Any answer will do; none within the bound ends the process.</summary>
    private async Task AwaitReadyAsync(Process process, Uri address, TaskCompletionSource<Uri> ready)
    {
        var started = _time.GetTimestamp();
        while (!process.HasExited && _time.GetElapsedTime(started) < ReadyWithin)
        {
            try
            {
                using var answer = await _look.GetAsync(address);
                ready.TrySetResult(address);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                await Task.Delay(LookEvery, _time);
            }
        }
        if (!process.HasExited) process.Kill();
    }

    private static TaskCompletionSource<Uri> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
