using System.Text.Json;
using System.Threading.Channels;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Web;
using CloudPos.Tests.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Cli;

/// <summary>
/// Verbs beside a running terminal: they are handed over through its socket and end as if they had run alone.
/// </summary>
public sealed class HandOverTests : IAsyncDisposable
{
    private readonly TestCli _cli = new();
    private readonly CancellationTokenSource _stop = new();
    private Task<int>? _serving;

    [Fact]
    public async Task A_sale_beside_a_running_terminal_prints_and_ends_as_if_alone()
    {
        await Serve();

        var sale = await _cli.Run("sale", "--line", "TEAx2", "--pay", "cash:10.00");
        var bad = await _cli.Run("sale", "--line", "PEAS", "--pay", "cash", "--json");
        var status = (await _cli.Run("status", "--json")).Json;

        Assert.Equal((0, ""), (sale.Code, sale.Errors));
        Assert.Contains("Change                                3.02", sale.Output);
        Assert.Equal(2, bad.Code);
        Assert.Contains("PEAS", bad.Json.GetProperty("error").GetProperty("sentences")[0].GetString());
        Assert.Equal(0, status.GetProperty("receiptsNotPrinted").GetArrayLength());
    }

    /// <summary>The one who asked died with the receipt in its hands.</summary>
    [Fact]
    public async Task A_receipt_that_nobody_says_is_printed_is_offered_again()
    {
        await Serve();
        string[] sale = ["sale", "--line", "TEA", "--pay", "cash", "--data", _cli.Data];

        var answer = await HandOver.Try(_cli.Data, sale, CancellationToken.None);
        var before = (await _cli.Run("status", "--json")).Json.GetProperty("receiptsNotPrinted");
        await HandOver.Printed(_cli.Data, answer!.Confirm!, CancellationToken.None);
        var after = (await _cli.Run("status", "--json")).Json.GetProperty("receiptsNotPrinted");

        Assert.Equal((0, 1, 0), (answer.ExitCode, before.GetArrayLength(), after.GetArrayLength()));
    }

    [Fact]
    public async Task A_card_file_is_found_from_the_folder_of_the_one_who_asks()
    {
        await Serve();
        var file = _cli.CardFile(TestShop.VisaStripe);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, file);

        var sale = (await _cli.Run("sale", "--line", "MUG", "--pay", $"card:{relative}", "--json")).Json;

        Assert.Equal("4242", sale.GetProperty("tenders")[0].GetProperty("lastFour").GetString());
    }

    [Fact]
    public async Task Two_sales_at_once_never_share_the_same_exposure()
    {
        _cli.Peek(_ =>
        {
            _cli.Shop.SetPolicy(TestShop.Policy with { ExposureLimits = [new(TestShop.Euro(20_00), 9)] });
            return 0;
        });
        await Serve();
        string[] stripes = [TestShop.VisaStripe, TestShop.MastercardStripe];

        var runs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _cli.Run(
            "sale", "--line", "MUG", "--pay", "card", "--track2", stripes[i % 2])));

        Assert.Equal(1, runs.Count(run => run.Code == 0));
        Assert.Equal(7, runs.Count(run => run.Code == 4));
    }

    [Fact]
    public async Task The_page_of_a_running_terminal_tells_the_same_as_status()
    {
        var address = await Serve();
        using var http = new HttpClient();

        using var page = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{address}/status")));
        var status = (await _cli.Run("status", "--json")).Json;

        foreach (var member in new[] { "terminal", "journal", "policyVersion" })
            Assert.Equal(
                status.GetProperty(member).ToString(), page.RootElement.GetProperty(member).ToString());
    }

    [Fact]
    public async Task An_enrolment_waits_until_the_running_terminal_has_ended()
    {
        await Serve();

        var run = await _cli.Run("enrol", "--url", "https://localhost/", "--code", "X");

        Assert.Equal(7, run.Code);
        Assert.Contains("End 'serve' first", run.Errors);
    }

    [Fact]
    public async Task A_second_terminal_on_the_folder_is_refused()
    {
        await Serve();

        Assert.Equal(7, (await _cli.Run("serve")).Code);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_serving is not null)
            await _serving;
        _stop.Dispose();
        _cli.Dispose();
    }

    /// <returns>Where its page is.</returns>
    private async Task<string> Serve()
    {
        var output = new LineWriter();
        string[] arguments = ["serve", "--data", _cli.Data];
        _serving = VerbRunner.Run(
            arguments, _cli.Data, output, TextWriter.Null, _cli.Shop.Till.Clock, null, _stop.Token);
        var line = output.Lines.ReadAsync().AsTask();
        if (await Task.WhenAny(line, _serving) == _serving)
            Assert.Fail($"serve ended with {await _serving}");
        const string ready = "listening on ";
        Assert.StartsWith(ready, await line);
        return (await line)[ready.Length..];
    }

    /// <summary>Hands each line on as it is written.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        public ChannelReader<string> Lines => _lines.Reader;

        public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");
    }
}
