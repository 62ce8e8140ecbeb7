using Azure;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>What the engine makes of answers that Azure documents and the emulator never gives.</summary>
public sealed class AzureAnswersTests
{
    private const string Json = "Content-Type: application/json";
    private const string Html = "Content-Type: text/html";
    private static readonly CommitResult busy = BusyFor(0.5);
    private static readonly CommitResult unknown = new CommitResult.Unknown();

    private static readonly Dictionary<string, (string Answer, CommitResult Result)> commits = new()
    {
        ["throttled, in seconds"] = ($"429 Too Many\r\nRetry-After: 7\r\n{Json}\r\n\r\n{{}}", BusyFor(7)),
        ["throttled, until a date"] = (
            $"""
            503 Busy
            Date: Sun, 01 Nov 2026 10:00:00 GMT
            Retry-After: Sun, 01 Nov 2026 10:00:03 GMT
            {Json}

            {Error("ServerBusy")}
            """, BusyFor(3)),
        ["throttled, with no time"] = ($"503 Busy\r\n{Json}\r\n\r\n{Error("ServerBusy")}", busy),
        ["throttled, within the answer"] = (Batch(503, Error("ServerBusy")), busy),
        ["a 503 of something in between"] = ($"503 Unavailable\r\n{Html}\r\n\r\n<p>", unknown),
        ["the server ran out of time"] = ($"500 E\r\n{Json}\r\n\r\n{Error("OperationTimedOut")}", unknown),
        ["ran out of time, within the answer"] = (Batch(500, Error("OperationTimedOut")), unknown),
        ["a gateway that waited too long"] = ($"504 Gateway Timeout\r\n{Html}\r\n\r\n<p>", unknown),
        ["an answer that is none"] = (
            "202 Accepted\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nnonsense", unknown),
        ["fewer parts than changes"] = (Batch(204, ""), unknown),
        ["a conflict whose place is not told"] = (Batch(409, Error("EntityAlreadyExists")), unknown),
        ["a conflict at the second"] = (
            Batch(409, Error("EntityAlreadyExists", "1:There.")),
            new CommitResult.Conflict(1, ConflictReason.Exists)),
        ["a conflict beyond the last"] = (Batch(409, Error("EntityAlreadyExists", "2:There.")), unknown),
    };

    public static TheoryData<string> Commits => [.. commits.Keys];

    [Theory]
    [MemberData(nameof(Commits))]
    public async Task A_commit_takes_no_answer_for_more_than_it_says(string name)
    {
        var (answer, expected) = commits[name];
        await using var service = new ScriptedService(answer);
        await using var engine = Open(service);
        Assert.Equal(expected, await engine.Commit("Things", "p", TwoInserts(), "id", default));
        Assert.Contains("timeout=8", service.Asked[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("400 Bad Request", "InvalidInput")]
    [InlineData("401 Unauthorized", "AuthenticationFailed")]
    [InlineData("403 Forbidden", "AuthorizationPermissionMismatch")]
    [InlineData("404 Not Found", "TableNotFound")]
    [InlineData("413 Too Large", "RequestBodyTooLarge")]
    public async Task A_commit_that_no_repeat_can_mend_throws(string status, string code)
    {
        await using var service = new ScriptedService($"{status}\r\n{Json}\r\n\r\n{Error(code)}");
        await using var engine = Open(service);
        var e = await Assert.ThrowsAsync<RequestFailedException>(
            () => engine.Commit("Things", "p", TwoInserts(), "id", default));
        Assert.Equal(code, e.ErrorCode);
    }

    [Theory]
    [InlineData("500 Internal Server Error")]
    [InlineData("503 Service Unavailable")]
    [InlineData("429 Too Many Requests")]
    public async Task A_read_is_worth_another_try_when_the_store_is_in_trouble(string status)
    {
        await using var service = new ScriptedService($"{status}\r\nRetry-After: 2\r\n{Json}\r\n\r\n{{}}");
        await using var engine = Open(service);
        var e = await Assert.ThrowsAsync<TableBusyException>(() => engine.Get("Things", "p", "k", default));
        Assert.Equal(TimeSpan.FromSeconds(2), e.After);
    }

    [Fact]
    public async Task An_empty_page_that_is_not_the_last_is_followed_to_its_rows()
    {
        await using var service = new ScriptedService(
            $$"""
            200 OK
            x-ms-continuation-NextPartitionKey: 1!4!cA--
            x-ms-continuation-NextRowKey: 1!4!aw--
            {{Json}}

            {"value":[]}
            """,
            $$"""
            200 OK
            {{Json}}

            {"value":[{"odata.etag":"W/\"1\"","PartitionKey":"p","RowKey":"k","n":1}]}
            """);
        await using var engine = Open(service);
        var page = await engine.Range("Things", "p", new PageStart("", false), null, 500, default);
        Assert.Equal(1, Assert.Single(page.Rows).Number("n"));
        Assert.False(page.More);
        Assert.Contains("NextRowKey=", service.Asked[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_property_of_a_kind_that_is_never_written_is_named()
    {
        await using var service = new ScriptedService(
            $$"""
            200 OK
            {{Json}}

            {"PartitionKey":"p","RowKey":"k",
             "id@odata.type":"Edm.Guid","id":"00000000-0000-0000-0000-000000000001"}
            """);
        await using var engine = Open(service);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => engine.Get("Things", "p", "k", default));
        Assert.Contains("'id'", e.Message, StringComparison.Ordinal);
    }

    private static AzureTableEngine Open(ScriptedService service) => Azurite.Open(TablesAddress.Parse(
        $"AccountName=scripted;AccountKey=Y2xvdWRwb3M=;TableEndpoint={service.Endpoint}")!);

    private static CommitResult.Busy BusyFor(double seconds) => new(TimeSpan.FromSeconds(seconds));

    private static Change[] TwoInserts() =>
        [Change.Insert(new Row("p", "a")), Change.Insert(new Row("p", "b"))];

    private static string Error(string code, string text = "It failed.") =>
        $$"""{"odata.error":{"code":"{{code}}","message":{"lang":"en-US","value":"{{text}}"} } }""";

    /// <summary>An answer with one part, as for a transaction that failed.</summary>
    private static string Batch(int status, string body) =>
        $"""
        202 Accepted
        Content-Type: multipart/mixed; boundary=batchresponse_1

        --batchresponse_1
        Content-Type: multipart/mixed; boundary=changesetresponse_1

        --changesetresponse_1
        Content-Type: application/http
        Content-Transfer-Encoding: binary

        HTTP/1.1 {status} Status
        Content-Type: application/json

        {body}
        --changesetresponse_1--
        --batchresponse_1--

        """.ReplaceLineEndings("\r\n");
}
