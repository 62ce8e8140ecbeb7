using System.Text.RegularExpressions;
using CloudPos.Local.Children;

namespace CloudPos.Tests.Local;

/// <summary>Real processes: a shell plays the child.</summary>
public sealed class ChildProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-child-").FullName;

    private string Log => Path.Combine(folder, "logs", "child.log");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_child_is_ready_when_it_says_where_it_listens()
    {
        var start = Shell("echo starting; echo listening on http://127.0.0.1:4711; cat");
        await using var child = new ChildProcess(start);
        var ready = await child.StartAsync();
        Assert.Equal("127.0.0.1:4711", ready.Groups["address"].Value);
        Assert.True(child.IsRunning);
        await Assert.ThrowsAsync<InvalidOperationException>(() => child.StartAsync());
    }

    [Fact]
    public async Task A_child_ends_when_its_standard_input_closes()
    {
        await using var child = new ChildProcess(Shell("echo ready; cat; echo ended"));
        await child.StartAsync();
        Assert.Equal(0, await child.EndAsync());
        Assert.False(child.IsRunning);
        Assert.Contains("ended", File.ReadAllText(Log));
    }

    [Fact]
    public async Task A_killed_child_runs_no_handler_and_can_be_started_again()
    {
        await using var child = new ChildProcess(Shell("trap 'echo handled' TERM INT EXIT; echo ready; cat"));
        await child.StartAsync();
        await child.KillAsync();
        Assert.False(child.IsRunning);
        await child.StartAsync();
        Assert.True(child.IsRunning);
        await child.KillAsync();
        var log = File.ReadAllText(Log);
        Assert.DoesNotContain("handled", log);
        Assert.Equal(2, Regex.Count(log, "ready"));
    }

    [Fact]
    public async Task A_child_that_ends_before_it_is_ready_is_an_error_that_names_its_log()
    {
        await using var child = new ChildProcess(Shell("echo nothing to do; exit 3"));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => child.StartAsync());
        Assert.Contains("ended with 3", error.Message);
        Assert.Contains(Log, error.Message);
    }

    [Fact]
    public async Task A_child_that_never_gets_ready_is_killed()
    {
        var start = Shell("echo waiting; cat") with { ReadyWithin = TimeSpan.FromMilliseconds(300) };
        await using var child = new ChildProcess(start);
        await Assert.ThrowsAsync<TimeoutException>(() => child.StartAsync());
        Assert.False(child.IsRunning);
    }

    [Fact]
    public async Task A_variable_reaches_the_child_and_both_outputs_reach_the_log()
    {
        var start = Shell("echo \"ready $GREETING\"; echo trouble >&2; cat") with
        {
            Environment = new Dictionary<string, string?> { ["GREETING"] = "hello" },
        };
        await using var child = new ChildProcess(start);
        var ready = await child.StartAsync();
        await child.EndAsync();
        Assert.Equal("ready hello", ready.Value);
        Assert.Contains("trouble", File.ReadAllText(Log));
    }

    [Fact]
    public async Task A_run_to_the_end_gives_exit_code_and_outputs()
    {
        var start = Shell("cat; echo out; echo err >&2; exit 4");
        var result = await ChildRun.ToEndAsync(start, TimeSpan.FromMinutes(2));
        Assert.Equal(new ChildResult(4, "out\n", "err\n"), result);
    }

    [Fact]
    public async Task A_run_that_does_not_end_in_time_is_killed() =>
        await Assert.ThrowsAsync<TimeoutException>(
            () => ChildRun.ToEndAsync(Shell("sleep 60"), TimeSpan.FromMilliseconds(200)));

    private ChildStart Shell(string script) => new("child", "/bin/sh", ["-c", script], Log)
    {
        Ready = new Regex(@"^(?:ready|listening on http://(?<address>\S+)).*$"),
    };
}
