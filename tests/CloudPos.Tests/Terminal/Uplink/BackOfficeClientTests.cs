using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Contracts;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Terminal.Uplink;

/// <summary>Over real sockets: what the client says happened is what did happen.</summary>
public sealed class BackOfficeClientTests : IAsyncDisposable
{
    private static readonly JournalId Journal = new("T0000001", 1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Es256Key _key = Es256Key.Generate();
    private readonly LineState _line = new(TimeProvider.System);
    private WebApplication? _server;

    private Caller Caller => new("T0000001", _key);

    [Fact]
    public async Task A_refused_connection_is_not_sent_and_the_line_is_what_is_missing()
    {
        using var nobody = new TakenPort();
        using var client = new BackOfficeClient(
            new Uri($"http://{nobody.Address}/"), TimeProvider.System, _line);

        var reply = await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        Assert.Equal(ReplyKind.NotSent, reply.Kind);
        Assert.Equal(LinePart.Line, _line.Now.Missing);
        Assert.False(_line.Now.IsUp);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_no_answer_and_the_back_office_is_what_is_missing()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        using var client = new BackOfficeClient(AddressOf(silent), time, _line);
        var asking = client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);
        using var accepted = await silent.AcceptSocketAsync();
        await accepted.ReceiveAsync(new byte[4096]);

        time.Advance(Patience);
        var reply = await asking;

        Assert.Equal(ReplyKind.NoAnswer, reply.Kind);
        Assert.Equal(LinePart.BackOffice, _line.Now.Missing);
    }

    [Fact]
    public async Task A_connection_cut_after_the_request_is_no_answer_and_never_not_sent()
    {
        using var cutter = new TcpListener(IPAddress.Loopback, 0);
        cutter.Start();
        using var client = new BackOfficeClient(AddressOf(cutter), TimeProvider.System, _line);
        var asking = client.Upload(Caller, Journal, new byte[100], Patience, CancellationToken.None);
        using (var accepted = await cutter.AcceptSocketAsync())
            await accepted.ReceiveAsync(new byte[4096]);

        var reply = await asking;

        Assert.Equal(ReplyKind.NoAnswer, reply.Kind);
    }

    [Fact]
    public async Task A_page_of_somebody_elses_is_no_answer()
    {
        var address = await Serve(context => context.Response.WriteAsync("<html>Sign in to go on</html>"));
        using var client = new BackOfficeClient(address, TimeProvider.System, _line);

        var reply = await client.Feed(Caller, "", Patience, CancellationToken.None);

        Assert.Equal(ReplyKind.NoAnswer, reply.Kind);
        Assert.False(_line.Now.IsUp);
    }

    [Fact]
    public async Task A_wrong_clock_is_learnt_from_the_refusal_and_the_request_is_signed_anew()
    {
        var serverNow = TimeProvider.System.GetUtcNow().AddHours(-7);
        var tokens = new List<string>();
        var address = await Serve(context =>
        {
            tokens.Add(context.Request.Headers.Authorization.ToString()["CloudPos-Terminal ".Length..]);
            context.Response.Headers[WireContract.TimeHeader] =
                serverNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            if (tokens.Count > 1)
                return context.Response.WriteAsync("a.signed.document");
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync(
                "{\"code\":\"ClockSkewed\",\"sentence\":\"Your clock is wrong.\"}");
        });
        using var client = new BackOfficeClient(address, TimeProvider.System, _line);

        var reply = await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        Assert.True(reply.IsAnswered, reply.Reason);
        Assert.Equal(2, tokens.Count);
        var request = SignedRequest.Of("GET", address.Authority, WireContract.JournalPath(Journal), []);
        Assert.Equal(
            RequestTokenResult.Ok,
            RequestToken.Verify(tokens[1], _key.PublicKey, "T0000001", request, serverNow, out _));
    }

    [Fact]
    public async Task Being_asked_to_wait_is_a_refusal_that_says_how_long()
    {
        var address = await Serve(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "7";
            return context.Response.WriteAsync("{\"code\":\"Busy\",\"sentence\":\"Later, please.\"}");
        });
        using var client = new BackOfficeClient(address, TimeProvider.System, _line);

        var reply = await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        Assert.Equal(ReplyKind.Refused, reply.Kind);
        Assert.Equal(TimeSpan.FromSeconds(7), reply.RetryAfter);
        Assert.Equal(LinePart.BackOffice, _line.Now.Missing);
    }

    [Theory]
    [InlineData("9999999", 3_600)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 3_600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("soon", 0)]
    public async Task Whoever_asks_to_be_left_alone_for_ever_is_asked_again_within_the_hour(
        string asked, int seconds)
    {
        var address = await Serve(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = asked;
            return context.Response.WriteAsync("<html>Out of order</html>");
        });
        using var client = new BackOfficeClient(address, TimeProvider.System, _line);

        var reply = await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        Assert.Equal(ReplyKind.NoAnswer, reply.Kind);
        Assert.Equal(TimeSpan.FromSeconds(seconds), reply.RetryAfter);
    }

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("253402300799999")]
    [InlineData("yesterday")]
    public async Task A_time_that_nobody_can_sign_by_is_not_learnt(string told)
    {
        var address = await Serve(context =>
        {
            context.Response.Headers[WireContract.TimeHeader] = told;
            return context.Response.WriteAsync("a.signed.document");
        });
        using var client = new BackOfficeClient(address, TimeProvider.System, _line);
        await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        var again = await client.Acknowledgement(Caller, Journal, Patience, CancellationToken.None);

        Assert.True(again.IsAnswered, again.Reason);
        Assert.InRange(
            client.ServerNow, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    [Theory]
    [InlineData("http://shop.example/", false)]
    [InlineData("https://shop.example/", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("ftp://127.0.0.1/", false)]
    public void Clear_text_is_for_loopback_only(string address, bool allowed) =>
        Assert.Equal(allowed, BackOfficeClient.IsAllowed(new Uri(address)));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _key.Dispose();
    }

    private async Task<Uri> Serve(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(context => answer(context));
        await _server.StartAsync();
        return new Uri(_server.Urls.First());
    }

    private static Uri AddressOf(TcpListener listener) => new($"http://{listener.LocalEndpoint}");
}
