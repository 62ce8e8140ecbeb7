using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Local.Acquirer;
using Microsoft.Extensions.Time.Testing;
using static CloudPos.Tests.Local.AcquirerVectors;

namespace CloudPos.Tests.Local;

public sealed class AcquirerTests : IAsyncLifetime
{
    private const string Ten = "000000001000";

    /// <summary>
    /// What SellForTheDayAsync comes to: credits 1, reversed 0, debits 3, reversed 1; 2.50, 0, 35.00, 10.00;
    /// net 22.50.
    /// </summary>
    private const string DayTotals =
        "0000000001" + "0000000000" + "0000000003" + "0000000001" +
        "0000000000000250" + "0000000000000000" + "0000000000003500" + "0000000000001000" +
        "C0000000000002250";

    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-acquirer-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private AcquirerHost acquirer = null!;
    private AcquirerCaller caller = null!;
    private bool isRunning;

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sign_on_is_answered_byte_for_byte() =>
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));

    [Fact]
    public async Task An_ordinary_purchase_is_approved()
    {
        Assert.Equal(Approval("000002", Ten, "000001"), await caller.AskAsync(Purchase("000002", Ten)));
        Assert.Equal(Approval("000003", Ten, "000002"), await caller.AskAsync(Purchase("000003", Ten)));
    }

    [Theory]
    [InlineData("declined, generic", Ten, "05")]
    [InlineData("declined, insufficient funds", Ten, "51")]
    [InlineData("declined, lost", Ten, "41")]
    [InlineData("declined, stolen", Ten, "43")]
    [InlineData("declined, expired", Ten, "54")]
    [InlineData("declined, processing error", Ten, "96")]
    [InlineData("visa", "000900000061", "61")]
    public async Task The_table_declines(string card, string amount, string code)
    {
        var answer = await caller.AskAsync(Purchase("000002", amount, TestCards.Pan(card)));
        Assert.Equal(Decline("000002", amount, code), answer);
    }

    [Fact]
    public async Task An_expired_card_is_declined() => Assert.Equal(
        Decline("000002", Ten, "54"), await caller.AskAsync(Purchase("000002", Ten, expiry: "2610")));

    [Fact]
    public async Task A_number_with_a_wrong_check_digit_is_no_card()
    {
        var answer = await caller.AskAsync(Purchase("000002", Ten, "4242424242424241"));
        Assert.Contains("632612" + "000002" + "14", answer);
    }

    [Theory]
    [InlineData("0200")]
    [InlineData("0201")]
    public async Task A_repeat_gets_the_first_answer_and_approves_nothing(string mti)
    {
        var first = await caller.AskAsync(Purchase("000002", Ten));
        time.Advance(TimeSpan.FromHours(14));
        Assert.Equal(first, await caller.AskAsync(Purchase("000002", Ten, mti: mti)));
        Assert.Equal(1, Assert.Single(await LogAsync()).GetProperty("repeats").GetInt32());
        Assert.Equal(1000, Assert.Single(await TotalsAsync()).GetProperty("debitsMinor").GetInt64());
    }

    [Fact]
    public async Task A_declined_request_stays_declined_when_repeated()
    {
        var first = await caller.AskAsync(Purchase("000002", Ten, "4000000000009995"));
        Assert.Equal(first, await caller.AskAsync(Purchase("000002", Ten, "4000000000009995", mti: "0201")));
    }

    [Theory]
    [InlineData("amount", "visa", "000000001001", "000000")]
    [InlineData("card", "mastercard", Ten, "000000")]
    [InlineData("processing code", "visa", Ten, "200000")]
    public async Task The_same_name_with_another_content_is_refused(
        string _, string card, string amount, string processing)
    {
        await caller.AskAsync(Purchase("000002", Ten));
        var answer = await caller.AskAsync(Again(amount, card, processing));
        Assert.Contains("632612" + "000002" + "94", answer);
        Assert.Single(await LogAsync());
    }

    [Fact]
    public async Task An_authorisation_is_approved_and_moves_no_money()
    {
        var answer = await caller.AskAsync(Purchase("000002", Ten, mti: "0100"));
        Assert.Equal(Approval("000002", Ten, "000001", "0110"), answer);
        Assert.Empty(await TotalsAsync());
    }

    [Fact]
    public async Task An_advice_is_accepted_whatever_the_card()
    {
        var answer = await caller.AskAsync(Purchase("000002", Ten, "4000000000000002", mti: "0220"));
        Assert.Equal(Approval("000002", Ten, "000001", "0230"), answer);
        Assert.Equal(answer, await caller.AskAsync(Purchase("000002", Ten, "4000000000000002", mti: "0221")));
        Assert.Single(await TotalsAsync());
    }

    [Fact]
    public async Task A_reversal_undoes_an_approval_once()
    {
        await caller.AskAsync(Purchase("000002", Ten));
        var answer = ReversalAnswer("000003", "000002", Ten, "00");
        Assert.Equal(answer, await caller.AskAsync(Reversal("000003", "000002", Ten)));
        Assert.Equal(answer, await caller.AskAsync(Reversal("000003", "000002", Ten, "0421")));
        Assert.True(Assert.Single(await LogAsync()).GetProperty("reversed").GetBoolean());
        var totals = Assert.Single(await TotalsAsync());
        Assert.Equal(1, totals.GetProperty("debitsReversalNumber").GetInt64());
        Assert.Equal(0, totals.GetProperty("netMinor").GetInt64());
    }

    [Fact]
    public async Task A_reversal_that_overtakes_its_original_keeps_it_from_being_approved()
    {
        var ahead = await caller.AskAsync(Reversal("000003", "000002", Ten));
        Assert.Equal(ReversalAnswer("000003", "000002", Ten, "25"), ahead);
        Assert.Equal(Decline("000002", Ten, "12"), await caller.AskAsync(Purchase("000002", Ten)));
        var behind = await caller.AskAsync(Reversal("000004", "000002", Ten));
        Assert.Equal(ReversalAnswer("000004", "000002", Ten, "25"), behind);
        Assert.Empty(await TotalsAsync());
    }

    [Fact]
    public async Task A_message_that_lacks_a_field_is_a_format_error()
    {
        // Field 49 is absent: bit 49 is clear and the currency is cut off.
        var message = Purchase("000002", Ten).Replace("723C048008C08000", "723C048008C00000")[..^3];
        Assert.Contains("632612" + "000002" + "30", await caller.AskAsync(message));
    }

    [Theory]
    [InlineData("0200nonsense")]
    [InlineData("0600" + "0220000000000000" + "1122120000" + "000001")]
    public async Task What_cannot_be_answered_ends_the_connection(string message)
    {
        Assert.Equal("", await caller.AskAsync(message));
        using var another = await AcquirerCaller.DialAsync(acquirer.Address);
        Assert.Equal(SignOnAnswer, await another.AskAsync(SignOn));
    }

    [Fact]
    public async Task Reconciliation_is_in_balance_when_every_figure_agrees()
    {
        await SellForTheDayAsync();
        var agreed = ReconciliationAnswer("000010", "00", "1", DayTotals);
        Assert.Equal(agreed, await caller.AskAsync(Reconciliation("000010", DayTotals)));
        Assert.Equal(agreed, await caller.AskAsync(Reconciliation("000010", DayTotals, "0501")));
    }

    [Fact]
    public async Task Reconciliation_is_out_of_balance_when_a_figure_differs_and_tells_its_own()
    {
        await SellForTheDayAsync();
        var theirs = DayTotals
            .Replace("0000000003", "0000000002").Replace("3500", "2500").Replace("2250", "1250");
        var answer = await caller.AskAsync(Reconciliation("000010", theirs));
        Assert.Equal(ReconciliationAnswer("000010", "95", "2", DayTotals), answer);
    }

    [Fact]
    public async Task A_settlement_date_ends_at_the_cut_over()
    {
        await StopAsync();
        await StartAsync(new TimeOnly(13, 0));
        await caller.AskAsync(Purchase("000002", Ten));
        time.Advance(TimeSpan.FromHours(1));
        await caller.AskAsync(Purchase("000003", Ten));
        Assert.Equal(
            ["2026-11-22", "2026-11-23"],
            (await TotalsAsync()).Select(totals => totals.GetProperty("settlementDate").GetString()));
    }

    [Fact]
    public async Task A_restart_keeps_what_was_answered_and_a_torn_last_line_does_not_count()
    {
        var first = await caller.AskAsync(Purchase("000002", Ten));
        await caller.AskAsync(Reversal("000003", "000002", Ten));
        await StopAsync();
        await File.AppendAllTextAsync(Path.Combine(folder, "log.jsonl"), "{\"fact\":\"answ");
        await StartAsync();
        Assert.Equal(first, await caller.AskAsync(Purchase("000002", Ten, mti: "0201")));
        Assert.Equal(Approval("000004", Ten, "000002"), await caller.AskAsync(Purchase("000004", Ten)));
        Assert.True((await LogAsync())[0].GetProperty("reversed").GetBoolean());
        await StopAsync();
        await StartAsync();
        Assert.Equal(2, (await LogAsync()).Length);
    }

    [Fact]
    public async Task A_damaged_line_stops_the_start()
    {
        await caller.AskAsync(Purchase("000002", Ten));
        await caller.AskAsync(Purchase("000003", Ten));
        await StopAsync();
        var log = Path.Combine(folder, "log.jsonl");
        var lines = await File.ReadAllLinesAsync(log);
        lines[0] = lines[0][..20];
        await File.WriteAllLinesAsync(log, lines);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => StartAsync());
        Assert.Contains("line 1", error.Message);
    }

    [Fact]
    public async Task No_card_number_is_in_what_it_writes_or_tells()
    {
        await caller.AskAsync(Purchase("000002", Ten));
        await caller.AskAsync(Purchase("000003", Ten, "4000000000009995"));
        var told = await new HttpClient().GetStringAsync(acquirer.ControlAddress + "/log");
        await StopAsync();
        var search = new CardSearch([Visa, "4000000000009995"]);
        Assert.Empty(search.Find(Encoding.UTF8.GetBytes(told)));
        foreach (var file in Directory.GetFiles(folder)) Assert.Empty(search.Find(File.ReadAllBytes(file)));
    }

    private static string Again(string amount, string card, string processing) =>
        Purchase("000002", amount, TestCards.Pan(card), "0201", processing: processing);

    private async Task SellForTheDayAsync()
    {
        await caller.AskAsync(Purchase("000002", Ten));
        await caller.AskAsync(Purchase("000003", "000000001500"));
        await caller.AskAsync(Purchase("000004", Ten));
        await caller.AskAsync(Purchase("000005", "000000000777", "4000000000000002"));
        await caller.AskAsync(Purchase("000006", "000000000250", processing: "200000"));
        await caller.AskAsync(Reversal("000007", "000004", Ten));
    }

    private async Task StartAsync(TimeOnly cutOver = default)
    {
        acquirer = await AcquirerHost.StartAsync(new AcquirerOptions(folder, CutOver: cutOver), time);
        isRunning = true;
        caller = await AcquirerCaller.DialAsync(acquirer.Address);
    }

    private async Task StopAsync()
    {
        if (!isRunning) return;
        isRunning = false;
        caller.Dispose();
        await acquirer.DisposeAsync();
    }

    private Task<JsonElement[]> LogAsync() => GetAsync("/log");

    private Task<JsonElement[]> TotalsAsync() => GetAsync("/totals");

    private async Task<JsonElement[]> GetAsync(string path)
    {
        using var client = new HttpClient();
        return await client.GetFromJsonAsync<JsonElement[]>(acquirer.ControlAddress + path) ?? [];
    }
}
