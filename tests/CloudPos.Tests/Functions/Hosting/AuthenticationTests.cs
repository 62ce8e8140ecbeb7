using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Hosting;

public class AuthenticationTests
{
    [Fact]
    public async Task What_a_stranger_announces_to_send_is_not_waited_for()
    {
        await using var office = await TestBackOffice.Start();
        using var client = new TcpClient();
        var address = office.Http.BaseAddress!;
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        var head = $"PUT /api/backoffice/stores/{TestBackOffice.Store} HTTP/1.1\r\n"
            + $"Host: {address.Authority}\r\nContent-Length: 1000\r\n\r\n";
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);

        // Whoever waited for the body would answer 408 after seconds; a busy machine answers late, and 401.
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(
            TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 401 Unauthorized", line);
    }

    [Fact]
    public async Task A_request_without_a_token_is_refused_and_tells_the_time()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();

        using var response = await office.Http.GetAsync(terminal.Path);

        await IsRefused(response, HttpStatusCode.Unauthorized, ProblemCode.NotSigned);
    }

    [Theory]
    [InlineData("path", "htu")]
    [InlineData("query", "htu")]
    [InlineData("method", "htm")]
    [InlineData("body", "bdh")]
    [InlineData("host", "aud")]
    [InlineData("key", "kid")]
    public async Task A_token_made_for_another_request_is_refused(string what, string field)
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        using var stranger = Es256Key.Generate();

        using var response = await terminal.Send(
            HttpMethod.Get, terminal.Path, null,
            signedPath: what switch
            {
                "path" => WireContract.FeedPath(terminal.Terminal, ""),
                "query" => terminal.Path + "?x=1",
                _ => null,
            },
            signedMethod: what == "method" ? "POST" : null,
            signedBody: what == "body" ? [1] : null,
            signedHost: what == "host" ? "evil.example:443" : null,
            with: what == "key" ? stranger : null);

        var problem = await IsRefused(response, HttpStatusCode.Unauthorized, ProblemCode.NotSigned);
        Assert.Equal(field, problem.Field);
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task A_refusal_for_a_wrong_clock_tells_the_time_with_which_the_next_passes(int minutes)
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var wrong = office.Time.GetUtcNow().AddMinutes(minutes);

        using var refused = await terminal.Send(HttpMethod.Get, terminal.Path, null, at: wrong);
        await IsRefused(refused, HttpStatusCode.Unauthorized, ProblemCode.ClockSkewed);
        var learnt = DateTimeOffset.FromUnixTimeMilliseconds(
            long.Parse(refused.Headers.GetValues(WireContract.TimeHeader).Single()));

        using var passed = await terminal.Send(HttpMethod.Get, terminal.Path, null, at: learnt);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    [Fact]
    public async Task A_request_caught_and_sent_again_changes_nothing_and_never_passes_elsewhere()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 1)));
        var body = terminal.SegmentOf(1, 1).Write(terminal.Key);
        var token = RequestToken.Create(
            terminal.Key, terminal.Terminal,
            SignedRequest.Of("POST", office.Http.BaseAddress!.Authority, terminal.Path, body),
            office.Time.GetUtcNow());

        foreach (
            var path in new[] { terminal.Path, terminal.Path, terminal.Path + "/", terminal.Path + "?a" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new ByteArrayContent(body),
            };
            request.Content.Headers.ContentType = new(WireContract.SegmentMediaType);
            request.Headers.TryAddWithoutValidation(
                "Authorization", $"{WireContract.TerminalScheme} {token}");
            using var response = await office.Http.SendAsync(request);
            Assert.Equal(path == terminal.Path, response.IsSuccessStatusCode);
        }

        Assert.Equal(1, (await terminal.Acknowledged()).Number);
    }

    [Fact]
    public async Task A_terminal_that_was_never_enrolled_is_told_so()
    {
        await using var office = await TestBackOffice.WithStore();
        var known = await office.Enrol();
        var unknown = new TestTerminal(office, known.Key, known.Enrolled with { Terminal = "T0000009" });

        using var response = await unknown.Send(HttpMethod.Get, unknown.Path, null);

        await IsRefused(response, HttpStatusCode.Unauthorized, ProblemCode.NotEnrolled);
    }

    [Fact]
    public async Task Another_terminals_path_is_forbidden()
    {
        await using var office = await TestBackOffice.WithStore();
        var one = await office.Enrol("T0000001");
        var other = await office.Enrol("T0000002");

        using var journal = await one.Send(HttpMethod.Get, other.Path, null);
        await IsRefused(journal, HttpStatusCode.Forbidden, ProblemCode.Forbidden);
        using var feed = await one.Send(HttpMethod.Get, WireContract.FeedPath(other.Terminal, ""), null);
        await IsRefused(feed, HttpStatusCode.Forbidden, ProblemCode.Forbidden);
    }

    [Fact]
    public async Task A_host_that_is_not_served_is_refused_even_with_a_token_for_it()
    {
        await using var office = await TestBackOffice.WithStore();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };

        using var response = await office.Http.SendAsync(request);

        await IsRefused(response, HttpStatusCode.BadRequest, ProblemCode.Malformed);
    }

    [Theory]
    [InlineData("support", HttpStatusCode.Forbidden)]
    [InlineData("finance", HttpStatusCode.Forbidden)]
    [InlineData("king", HttpStatusCode.Forbidden)]
    [InlineData("manager", HttpStatusCode.OK)]
    [InlineData("admin", HttpStatusCode.OK)]
    public async Task People_do_what_their_role_allows(string role, HttpStatusCode expected)
    {
        await using var office = await TestBackOffice.WithStore();

        using var response = await office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}", TestBackOffice.StoreJson, role);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_persons_token_expires_and_one_of_another_issuer_never_holds()
    {
        await using var office = await TestBackOffice.WithStore();
        using var stranger = Es256Key.Generate();
        var now = office.Time.GetUtcNow();
        foreach (var token in new[]
        {
            PersonToken.Create(stranger, "Mallory", ["admin"], now),
            "eyJhbGciOiJub25lIn0.eyJyb2xlcyI6WyJhZG1pbiJdfQ.",
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/backoffice/terminals");
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            using var response = await office.Http.SendAsync(request);
            await IsRefused(response, HttpStatusCode.Unauthorized, ProblemCode.NotSigned);
        }

        using var late = await office.Send(
            HttpMethod.Get, "/api/backoffice/terminals", null, "manager", now.AddHours(-2));
        await IsRefused(late, HttpStatusCode.Unauthorized, ProblemCode.NotSigned);
    }

    [Theory]
    [InlineData("/nothing/here")]
    [InlineData("/apply-journal")]
    [InlineData("/sweep")]
    [InlineData("/api/journal/T0000001/1/more")]
    public async Task What_is_not_public_is_not_there(string path)
    {
        await using var office = await TestBackOffice.Start();

        using var response = await office.Http.PostAsync(path, new StringContent("{}"));

        await IsRefused(response, HttpStatusCode.NotFound, ProblemCode.NotFound);
    }

    [Fact]
    public async Task A_body_over_the_bound_is_refused()
    {
        await using var office = await TestBackOffice.WithStore();

        using var response = await office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}", new string(' ', WireContract.JsonBytesMax + 1));

        await IsRefused(response, HttpStatusCode.RequestEntityTooLarge, ProblemCode.TooLarge);
    }

    private static async Task<Problem> IsRefused(
        HttpResponseMessage response, HttpStatusCode status, ProblemCode code)
    {
        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((status, code), (response.StatusCode, problem.Code));
        Assert.True(response.Headers.Contains(WireContract.TimeHeader));
        Assert.DoesNotContain("   at ", problem.Sentence, StringComparison.Ordinal);
        return problem;
    }
}
