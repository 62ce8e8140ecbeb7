using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Reader;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Terminal.Uplink;

/// <summary>
/// Thousands of entries drain while customers pay. The back office answers when the test lets it, so what
/// counts is the order in which requests reach it, and no clock.
/// </summary>
public sealed class LiveBeforeBacklogTests : IAsyncDisposable
{
    private const int Backlog = 3_000;
    private const int Customers = 4;
    private readonly ConcurrentQueue<string> _arrived = [];
    private readonly ConcurrentQueue<(long First, int Count)> _segments = [];
    private readonly SemaphoreSlim _segmentMayEnd = new(0);
    private readonly SemaphoreSlim _cardMayEnd = new(0);
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private WebApplication? _server;
    private TestShop? _shop;
    private TerminalContext? _context;

    [Fact]
    public async Task A_customer_is_asked_for_before_the_rest_of_a_backlog_that_drains()
    {
        await Open();
        var draining = _context!.Forwarder!.Run(TestContext.Current.CancellationToken);

        for (var customer = 1; customer <= Customers; customer++)
        {
            await Until(() => _arrived.Count(what => what == "segment") == customer);
            var before = _shop!.Store.Acknowledged.Number;
            var paying = SellByCard();
            await Until(() => _arrived.Last() == "card");
            _segmentMayEnd.Release();
            await Until(() => _shop.Store.Acknowledged.Number > before);
            for (var look = 0; look < 30; look++)
                await Pass();
            Assert.Equal("card", _arrived.Last());
            _cardMayEnd.Release();
            Assert.Equal(SaleStatus.Completed, (await paying).Status);
        }
        _segmentMayEnd.Release(Backlog);
        await Until(() => draining.IsCompleted);

        Assert.True((await draining).IsComplete, (await draining).Stopped);
        Assert.Equal(0, _context.Forwarder.Unsent);
        AssertOnceEachInOrder();
    }

    public async ValueTask DisposeAsync()
    {
        _segmentMayEnd.Release(Backlog);
        _cardMayEnd.Release(Customers);
        if (_server is not null)
            await _server.DisposeAsync();
        _context?.Dispose();
        _shop?.Dispose();
        _segmentMayEnd.Dispose();
        _cardMayEnd.Dispose();
    }

    /// <summary>What was sold meanwhile went with the same round.</summary>
    private void AssertOnceEachInOrder()
    {
        var next = 1L;
        foreach (var (first, count) in _segments)
        {
            Assert.Equal(next, first);
            next += count;
        }
        Assert.Equal(_shop!.Store.LastNumber + 1, next);
        Assert.True(next > Backlog + 2 * Customers);
    }

    private async Task Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(Answer);
        await _server.StartAsync();
        _shop = new TestShop(new Uri(_server.Urls.First()));
        _shop.SetPolicy(TestShop.Policy with { OnlineTimeoutMilliseconds = 30_000 });
        for (var sale = 0; sale < Backlog; sale++)
            Assert.True(_shop.Till.SellCash().IsStored);
        _context = new TerminalContext(_shop.Store, _time);
    }

    private Task<SaleResult> SellByCard() => _context!.Sales().Sell(
        new SaleRequest(
            [new BasketItem("MUG", 1)], [new TenderText(TenderKind.Card, null)],
            CardSource.FromTrack2(TestShop.VisaStripe), "Kim", null),
        CancellationToken.None);

    private async Task Answer(HttpContext context)
    {
        context.Response.Headers[WireContract.TimeHeader] =
            _time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/authorise", StringComparison.Ordinal))
            await context.Response.WriteAsync(await Authorise(Id.Parse(path.Split('/')[3])));
        else if (path.StartsWith("/api/feed", StringComparison.Ordinal))
            await context.Response.WriteAsync(JsonSerializer.Serialize(
                new FeedPage("c0", false, []), WireJson.Default.FeedPage));
        else
            await context.Response.WriteAsync(await Store(context.Request.Body));
    }

    private async Task<string> Authorise(Id payment)
    {
        _arrived.Enqueue("card");
        await _cardMayEnd.WaitAsync();
        return JsonSerializer.Serialize(
            new AuthoriseAnswer(payment, AuthoriseResult.Approved, "00", "123456", "632620000001", "Yes."),
            WireJson.Default.AuthoriseAnswer);
    }

    private async Task<string> Store(Stream body)
    {
        using var clear = new MemoryStream();
        await using (var brotli = new BrotliStream(body, CompressionMode.Decompress))
            await brotli.CopyToAsync(clear);
        Assert.True(Segment.TryRead(
            clear.ToArray(), _shop!.Store.DeviceKey!.PublicKey, out var segment, out var fault), fault);
        _segments.Enqueue((segment!.First, segment.Entries.Count));
        _arrived.Enqueue("segment");
        await _segmentMayEnd.WaitAsync();
        return _shop.Till.SignAcknowledgement(segment.First + segment.Entries.Count - 1, _time.GetUtcNow());
    }

    /// <summary>The terminal's clock goes on a little, and whoever waits for it may go on.</summary>
    private async Task Pass()
    {
        _time.Advance(TimeSpan.FromMilliseconds(20));
        await Task.Delay(1);
    }

    /// <summary>The terminal's clock goes slower than the real one: no answer comes too late.</summary>
    private async Task Until(Func<bool> holds)
    {
        for (var attempt = 0; attempt < 120_000 && !holds(); attempt++)
            if (attempt % 100 == 99)
                await Pass();
            else
                await Task.Delay(1);
        Assert.True(holds(), string.Join(' ', _arrived));
    }
}
