using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudPos.Local.Acquirer;
using Microsoft.Extensions.Time.Testing;
using static CloudPos.Tests.Local.AcquirerVectors;

namespace CloudPos.Tests.Local;

/// <summary>What the acquirer does wrong on demand: by card, by amount, by command.</summary>
public sealed class AcquirerFaultTests : IAsyncLifetime
{
    private const string Ten = "000000001000";

    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-acquirer-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly HttpClient control = new();
    private AcquirerHost acquirer = null!;
    private AcquirerCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        acquirer = await AcquirerHost.StartAsync(new AcquirerOptions(folder), time);
        caller = await AcquirerCaller.DialAsync(acquirer.Address);
        control.BaseAddress = new Uri(acquirer.ControlAddress);
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        control.Dispose();
        await acquirer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("by card", "silent until its repeat", Ten, null)]
    [InlineData("by amount", "visa", "000900000400", null)]
    [InlineData("by command", "visa", Ten, "Silent")]
    public async Task A_silent_request_is_answered_at_its_repeat(
        string _, string card, string amount, string? command)
    {
        await CommandAsync(command);
        await caller.SendAsync(Purchase("000002", amount, TestCards.Pan(card)));
        // Answers on one connection come in order, so the sign-on's shows that there was none before it.
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));
        var answer = await caller.AskAsync(Purchase("000002", amount, TestCards.Pan(card), mti: "0201"));
        Assert.Equal(Approval("000002", amount, "000001"), answer);
        Assert.Single(await LogAsync());
    }

    [Theory]
    [InlineData("by card", "answered twice", Ten, null)]
    [InlineData("by amount", "visa", "000900000200", null)]
    [InlineData("by command", "visa", Ten, "Twice")]
    public async Task An_answer_comes_twice(string _, string card, string amount, string? command)
    {
        await CommandAsync(command);
        var first = await caller.AskAsync(Purchase("000002", amount, TestCards.Pan(card)));
        Assert.Equal(first, await caller.ReadAsync());
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));
    }

    [Theory]
    [InlineData("by card", "dropped", Ten, null)]
    [InlineData("by amount", "visa", "000900000300", null)]
    [InlineData("by command", "visa", Ten, "Drop")]
    public async Task The_line_drops_after_the_request_was_approved(
        string _, string card, string amount, string? command)
    {
        await CommandAsync(command);
        Assert.Equal("", await caller.AskAsync(Purchase("000002", amount, TestCards.Pan(card))));
        using var again = await AcquirerCaller.DialAsync(acquirer.Address);
        var answer = await again.AskAsync(Purchase("000002", amount, TestCards.Pan(card), mti: "0201"));
        Assert.Equal(Approval("000002", amount, "000001"), answer);
    }

    [Theory]
    [InlineData("by card", "late", Ten, null, 3)]
    [InlineData("by amount", "visa", "000900000100", null, 3)]
    [InlineData("by command", "visa", Ten, "Late", 7)]
    public async Task A_late_answer_does_not_hold_up_the_next(
        string _, string card, string amount, string? command, int seconds)
    {
        await CommandAsync(command, seconds);
        await caller.SendAsync(Purchase("000002", amount, TestCards.Pan(card)));
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(Approval("000002", amount, "000001"), await caller.ReadAsync());
    }

    [Fact]
    public async Task A_lost_request_was_never_there()
    {
        await CommandAsync("Lost");
        await caller.SendAsync(Purchase("000002", Ten));
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));
        Assert.Empty(await LogAsync());
        Assert.Equal(
            Approval("000002", Ten, "000001"), await caller.AskAsync(Purchase("000002", Ten, mti: "0201")));
    }

    [Fact]
    public async Task A_commanded_decline_holds_for_one_request()
    {
        await CommandAsync("Decline", code: "61");
        Assert.Equal(Decline("000002", Ten, "61"), await caller.AskAsync(Purchase("000002", Ten)));
        Assert.Equal(Approval("000003", Ten, "000001"), await caller.AskAsync(Purchase("000003", Ten)));
    }

    [Fact]
    public async Task A_command_is_not_spent_on_a_repeat()
    {
        var first = await caller.AskAsync(Purchase("000002", Ten));
        await CommandAsync("Decline", code: "61");
        Assert.Equal(first, await caller.AskAsync(Purchase("000002", Ten, mti: "0201")));
        Assert.Equal(Decline("000003", Ten, "61"), await caller.AskAsync(Purchase("000003", Ten)));
    }

    [Fact]
    public async Task A_reversal_can_be_left_without_an_answer_and_is_done_all_the_same()
    {
        await caller.AskAsync(Purchase("000002", Ten));
        await CommandAsync("Silent");
        await caller.SendAsync(Reversal("000003", "000002", Ten));
        Assert.Equal(SignOnAnswer, await caller.AskAsync(SignOn));
        Assert.True(Assert.Single(await LogAsync()).GetProperty("reversed").GetBoolean());
        Assert.Equal(
            ReversalAnswer("000003", "000002", Ten, "00"),
            await caller.AskAsync(Reversal("000003", "000002", Ten, "0421")));
    }

    [Theory]
    [InlineData("no such kind", """{"next":"Loud"}""")]
    [InlineData("late without end", """{"next":"Late","seconds":301}""")]
    [InlineData("late at once", """{"next":"Late","seconds":0}""")]
    [InlineData("decline without a code", """{"next":"Decline"}""")]
    [InlineData("decline that approves", """{"next":"Decline","code":"00"}""")]
    public async Task A_command_that_makes_no_sense_is_refused(string _, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await control.PostAsync("/misbehave", content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(Approval("000002", Ten, "000001"), await caller.AskAsync(Purchase("000002", Ten)));
    }

    [Fact]
    public async Task Commands_do_not_pile_up_without_end()
    {
        for (var i = 0; i < AcquirerDesk.CommandsMax; i++) await CommandAsync("Twice");
        using var answer = await control.PostAsJsonAsync("/misbehave", new { next = "Twice" });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task CommandAsync(string? next, int seconds = 3, string? code = null)
    {
        if (next is null) return;
        using var answer = await control.PostAsJsonAsync("/misbehave", new { next, seconds, code });
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private async Task<JsonElement[]> LogAsync() =>
        await control.GetFromJsonAsync<JsonElement[]>("/log") ?? [];
}
