using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Training;
using CloudPos.Tests.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Cli;

/// <summary>Practising: an outage with real sales, and selling with none.</summary>
public sealed class DrillTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task A_drill_says_what_it_showed_and_stands_in_the_journal()
    {
        Assert.Equal(0, (await _cli.Run("drill", "start", "--minutes", "15", "--cashier", "Kim")).Code);
        await _cli.Run("sale", "--line", "TEA", "--pay", "cash:5.00");
        var card = await _cli.Run("sale", "--line", "MUG", "--pay",
            $"card:{_cli.CardFile(TestShop.VisaStripe)}");
        var end = await _cli.Run("drill", "end", "--cashier", "Kim");

        Assert.Contains("OFFLINE", card.Output);
        Assert.Contains("OUTAGE DRILL", end.Output);
        Assert.Contains("Sales                                    2", end.Output);
        Assert.Contains("Paid in cash                      3.49 EUR", end.Output);
        Assert.Contains("Cards accepted offline                   1", end.Output);
        Assert.Contains("Ended early by Kim", end.Output);
        Assert.Equal(1, _cli.Peek(store => store.Entries(1, 100).Count(line => line.Entry?.Body
            is DrillEnded)));
        Assert.Null(_cli.Peek(store => store.Drill));
    }

    [Fact]
    public async Task A_drill_survives_a_restart_and_ends_when_its_time_is_over()
    {
        await _cli.Run("drill", "start", "--minutes", "15");
        Assert.NotNull(_cli.Peek(store => store.Drill));
        Assert.Equal(2, (await _cli.Run("drill", "start")).Code);

        _cli.Shop.Till.Clock.Advance(TimeSpan.FromMinutes(16));

        Assert.Null(_cli.Peek(store => store.Drill));
        var ended = (DrillEnded)_cli.Peek(store => store.EndDrillIfOver())!.Entry!.Body;
        Assert.Equal((TimeSpan.FromMinutes(15), (string?)null), (ended.To - ended.From, ended.EndedBy));
    }

    [Fact]
    public async Task While_an_outage_is_practised_nothing_is_sent()
    {
        await _cli.Run("drill", "start");

        var forward = await _cli.Run("forward");

        Assert.Contains("practised", forward.Output + forward.Errors);
    }

    [Fact]
    public async Task Training_sells_into_a_folder_of_its_own_that_knows_nobody()
    {
        var before = _cli.Peek(store => store.LastNumber);
        var folder = (await _cli.Run("training", "--json")).Json.GetProperty("data").GetString()!;

        var cash = await _cli.RunOn(folder, "sale", "--line", "TEA", "--pay", "cash:5.00");
        var card = await _cli.RunOn(
            folder, "sale", "--line", "MUG", "--pay", $"card:{_cli.CardFile(TestShop.VisaStripe)}");
        var forward = await _cli.RunOn(folder, "forward");

        Assert.Equal((0, ""), (cash.Code, cash.Errors));
        Assert.Contains("TRAINING - NOT A RECEIPT", cash.Output);
        Assert.Contains($"{TrainingShop.Terminal}-1-000001", cash.Output);
        Assert.Contains("OFFLINE", card.Output);
        Assert.NotEqual(0, forward.Code);
        Assert.Equal(before, _cli.Peek(store => store.LastNumber));
        using var training = TerminalStore.TryOpen(folder, _cli.Shop.Till.Clock).Store!;
        Assert.Equal(Enrolment.NoBackOffice, training.Enrolment!.BackOffice);
        Assert.False(CloudPos.Terminal.Uplink.BackOfficeClient.IsAllowed(training.Enrolment.BackOffice));
    }

    public void Dispose() => _cli.Dispose();
}
