using System.Net;
using CloudPos.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Tests.Terminal.Cli;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPos.Tests.Terminal.Uplink;

/// <summary>
/// Sales by verbs of which each is a process of its own, with a back office that takes requests and says
/// nothing until it is told to: which of them asked the issuer, and so waited for him.
/// </summary>
public sealed class LineMemoryTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private WebApplication? _server;
    private TestCli? _cli;
    private volatile bool _answers;

    [Fact]
    public async Task A_silent_back_office_is_waited_for_once_and_not_by_each_sale()
    {
        await Start();

        Assert.True(await Asks());
        Assert.False(await Asks());
        Assert.False(await Asks());
    }

    [Fact]
    public async Task A_sale_that_did_not_wait_notices_that_the_back_office_is_there_again()
    {
        await Start();
        Assert.True(await Asks());
        _answers = true;

        // Each looks beside its sale; a slow machine may need several of them until one sees the answer.
        for (var sold = 0; File.Exists(Remembered) && sold < 200; sold++)
            await Asks();

        Assert.False(File.Exists(Remembered));
        _answers = false;
        Assert.True(await Asks());
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    public async Task What_is_old_or_lies_in_the_future_is_not_believed(int minutes)
    {
        await Start();
        Assert.True(await Asks());
        _cli!.Shop.Till.Clock.SetWall(_cli.Shop.Till.Clock.GetUtcNow().AddMinutes(minutes));

        Assert.True(await Asks());
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("99999999999999999999 http://localhost/")]
    [InlineData("1772442000000 https://another.example/")]
    public async Task What_cannot_be_read_or_is_of_another_back_office_is_not_believed(string content)
    {
        await Start();
        File.WriteAllText(Remembered, content);

        Assert.True(await Asks());
    }

    [Fact]
    public async Task Who_insists_on_the_issuer_waits_for_him()
    {
        await Start();
        Assert.True(await Asks());

        Assert.True(await Asks("--approval", "require-online"));
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _cli?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _end.Dispose();
    }

    private string Remembered => Path.Combine(_cli!.Data, LineMemory.Name);

    /// <summary>Sells by card; answers whether the issuer was asked, by what the attempt says.</summary>
    private async Task<bool> Asks(params string[] more)
    {
        var before = Asked();
        await _cli!.Run(["sale", "--line", "TEA", "--pay", "card", "--track2", TestShop.VisaStripe, .. more]);
        return Asked() > before;
    }

    private int Asked() => _cli!.Peek(store => Enumerable.Range(1, (int)store.LastNumber).Count(
        number => store.FindEntry(number)!.Entry!.Body is PaymentAttempted { Online: true }));

    private async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(async context =>
        {
            if (!_answers)
                await Task.Delay(Timeout.Infinite, _end.Token).ContinueWith(
                    _ => context.Abort(), TaskScheduler.Default);
            else
                await context.Response.WriteAsJsonAsync(new LineAnswer(true), WireJson.Default.LineAnswer);
        });
        await _server.StartAsync();
        _cli = new TestCli(new Uri(_server.Urls.Single()));
        _cli.Shop.Till.Clock.Wait = meant => meant; // Here nobody answers, which is waited for.
        _cli.Shop.Till.Open();
        _cli.Shop.SetPolicy(TestShop.Policy with
        {
            OnlineTimeoutMilliseconds = 2_000,
            PerCardLimits = [new PerCardLimit(new Money(1_000_00, TestShop.Eur), 1_000, 60)],
            ExposureLimits = [new ExposureLimit(new Money(10_000_00, TestShop.Eur), 1_000)],
        });
        _cli.Shop.Till.Close();
    }
}
