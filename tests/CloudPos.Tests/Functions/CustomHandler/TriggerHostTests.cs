using System.Net;
using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions.CustomHandler;

/// <summary>Each trap of the host's contract, by calls as the host makes them.</summary>
public class TriggerHostTests
{
    private static readonly byte[] Message = TriggerPayloadTests.Golden("message.json");
    private static readonly byte[] Timer = TriggerPayloadTests.Golden("timer.json");

    [Fact]
    public async Task A_message_runs_its_function_and_the_answer_is_a_JSON_object()
    {
        var bells = new List<Doorbell>();
        await using var office = await HostedOffice.Start((bell, _) =>
        {
            bells.Add(bell);
            return Task.CompletedTask;
        });

        using var answer = await office.Trigger("/apply-journal", Message);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await IsJsonObject(answer);
        Assert.Equal([new Doorbell("apply-journal", "T0000001.1.7")], bells);
    }

    [Fact]
    public async Task A_timer_runs_its_function_whatever_the_payload_says()
    {
        var ran = 0;
        await using var office = await HostedOffice.Start(
            (_, _) => Task.CompletedTask, _ => Task.FromResult(ran++));

        foreach (var payload in new[] { Timer, "{}"u8.ToArray(), [] })
        {
            using var answer = await office.Trigger("/tick", payload);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await IsJsonObject(answer);
        }

        Assert.Equal(3, ran);
    }

    [Fact]
    public async Task A_function_that_fails_is_answered_as_failed_with_a_JSON_object_that_tells_no_detail()
    {
        await using var office = await HostedOffice.Start(
            (_, _) => throw new InvalidOperationException("detail"));

        using var answer = await office.Trigger("/apply-journal", Message);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await IsJsonObject(answer);
        Assert.DoesNotContain("detail", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"Data":{"bell":"hello"}}""")]
    public async Task A_message_that_is_none_fails_and_reaches_no_function(string payload)
    {
        var ran = 0;
        await using var office = await HostedOffice.Start((_, _) => Task.FromResult(ran++));

        using var answer = await office.Trigger(
            "/apply-journal", System.Text.Encoding.UTF8.GetBytes(payload));

        Assert.Equal((HttpStatusCode.InternalServerError, 0), (answer.StatusCode, ran));
        await IsJsonObject(answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_function_without_end_is_answered_before_the_host_would_kill_the_process(bool heeds)
    {
        var limits = new TriggerLimits
        {
            Deadline = TimeSpan.FromMilliseconds(50), Grace = TimeSpan.FromMilliseconds(50),
        };
        await using var office = await HostedOffice.Start(
            (_, cancel) => Task.Delay(Timeout.Infinite, heeds ? cancel : default), limits: limits);

        using var answer = await office.Trigger("/apply-journal", Message);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        await IsJsonObject(answer);
    }

    [Fact]
    public async Task A_function_runs_no_more_often_at_once_than_its_own_bound()
    {
        var (running, most, entered) = (0, 0, new SemaphoreSlim(0));
        var go = new TaskCompletionSource();
        await using var office = await HostedOffice.Start(async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            entered.Release();
            await go.Task;
            Interlocked.Decrement(ref running);
        });

        var calls = Enumerable.Range(0, 6).Select(_ => office.Trigger("/apply-journal", Message)).ToList();
        await entered.WaitAsync();
        await entered.WaitAsync();
        go.SetResult();
        foreach (var call in calls)
            Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);

        Assert.Equal(2, most);
    }

    [Theory]
    [InlineData("/api/apply-journal", null, null)]
    [InlineData("/api/../apply-journal", "Host", "pos.example")]
    [InlineData("/apply-journal", "Host", "pos.example")]
    [InlineData("/apply-journal", "X-Forwarded-Host", "pos.example")]
    [InlineData("/apply-journal", "X-Forwarded-For", "192.0.2.1")]
    [InlineData("/tick", "Host", "pos.example")]
    public async Task A_caller_from_outside_reaches_no_trigger(string path, string? header, string? value)
    {
        var ran = 0;
        await using var office = await HostedOffice.Start(
            (_, _) => Task.FromResult(ran++), _ => Task.FromResult(ran++));

        using var answer = await office.Trigger(path, Message, header is null ? [] : [(header, value!)]);

        Assert.Equal(0, ran);
        Assert.False(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_root_answers_at_once_even_while_the_tables_are_away_and_the_rest_says_come_back()
    {
        await using var office = await HostedOffice.Start(
            (_, _) => Task.CompletedTask, engine: new AwayEngine());

        using var alive = await office.Http.GetAsync("/");
        using var call = await office.Trigger("/apply-journal", Message);

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, call.StatusCode);
    }

    [Theory]
    [InlineData("Host", "pos.example", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-Host", "pos.example", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-Host", "evil.example, pos.example", HttpStatusCode.Unauthorized)]
    [InlineData("X-Forwarded-Host", "evil.example", HttpStatusCode.BadRequest)]
    [InlineData("Host", "evil.example", HttpStatusCode.BadRequest)]
    public async Task The_host_that_the_caller_dialled_is_found_in_either_header(
        string header, string value, HttpStatusCode expected)
    {
        await using var office = await HostedOffice.Start((_, _) => Task.CompletedTask);
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/backoffice/status");
        if (header == "Host")
            request.Headers.Host = value;
        else
            request.Headers.Add(header, value);

        using var answer = await office.Http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public void The_wait_before_a_message_is_given_back_grows_and_is_bounded()
    {
        var limits = new TriggerLimits();
        Assert.Equal(
            [1, 2, 4, 8, 16, 30, 30, 30],
            new[] { 1, 2, 3, 4, 5, 6, 10, int.MaxValue }.Select(n => limits.WaitAfter(n).TotalSeconds));
    }

    /// <summary>Tables that nobody can reach.</summary>
    private sealed class AwayEngine : ITableEngine
    {
        public Task EnsureTable(string table, CancellationToken cancel) => throw Away;

        public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
            throw Away;

        public Task<RowPage> Range(
            string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
            throw Away;

        public Task<RowPage> Scan(
            string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
            throw Away;

        public Task<CommitResult> Commit(
            string table, string partition, IReadOnlyList<Change> changes, string commitId,
            CancellationToken cancel) => throw Away;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static IOException Away => new("no answer");
    }

    private static async Task IsJsonObject(HttpResponseMessage answer)
    {
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }
}
