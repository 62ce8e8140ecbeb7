using System.Text.Json;
using CloudPos.Local.Acquirer;
using Microsoft.Extensions.Time.Testing;
using static CloudPos.Tests.Local.PackedVectors;

namespace CloudPos.Tests.Local;

/// <summary>The acquirer in its packed dialect, byte by byte, through no codec of ours.</summary>
public sealed class PackedAcquirerTests : IAsyncLifetime
{
    private const string Ten = "000000001000";
    private const string First = "303030303031";

    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-packed-").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private AcquirerHost acquirer = null!;
    private AcquirerCaller caller = null!;

    public async ValueTask InitializeAsync()
    {
        acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(folder) { Dialect = Dialect.Packed }, time);
        caller = await AcquirerCaller.DialAsync(acquirer.Address);
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await acquirer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sign_on_is_answered_in_packed_bytes() =>
        Assert.Equal(SignOnAnswer, await caller.AskHexAsync(SignOn));

    [Fact]
    public async Task A_deferred_purchase_is_approved_and_its_time_remembered()
    {
        Assert.Equal(Approval("000002", Ten, First), await caller.AskHexAsync(Deferred("000002", Ten)));
        var logged = Assert.Single(await LogAsync()).GetProperty("transaction");
        Assert.True(logged.GetProperty("deferred").GetBoolean());
        Assert.Equal("2611221130", logged.GetProperty("offlineTime").GetString());
    }

    [Fact]
    public async Task A_live_purchase_is_approved_and_a_refund_is_a_credit()
    {
        Assert.Equal(Approval("000002", Ten, First), await caller.AskHexAsync(Live("000002", Ten)));
        Assert.Equal(
            Approval("000003", "000000000250", "303030303032", "200000"),
            await caller.AskHexAsync(Live("000003", "000000000250", "200000")));
        Assert.All(
            await LogAsync(),
            line => Assert.False(line.GetProperty("transaction").GetProperty("deferred").GetBoolean()));
    }

    [Theory]
    [InlineData("no money, 51 told as N1", "000900000051", "2912", "4E31")]
    [InlineData("stolen, 43 told as N3", "000900000043", "2912", "4E33")]
    [InlineData("expired, 54 told as N4", Ten, "2601", "4E34")]
    [InlineData("a code that it has no word for", "000900000061", "2912", "3631")]
    public async Task A_decline_is_told_in_a_code_of_its_own(
        string name, string amount, string expiry, string code)
    {
        var answer = await caller.AskHexAsync(Deferred("000002", amount, expiry: expiry));
        Assert.Equal((name, Decline("000002", amount, code)), (name, answer));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_byte_for_byte()
    {
        var first = await caller.AskHexAsync(Deferred("000002", Ten));
        Assert.Equal(first, await caller.AskHexAsync(Deferred("000002", Ten, mti: "0201")));
        Assert.Equal(1, Assert.Single(await LogAsync()).GetProperty("repeats").GetInt32());
    }

    [Fact]
    public async Task A_reversal_undoes_an_approval_and_finds_nothing_else()
    {
        await caller.AskHexAsync(Deferred("000002", Ten));
        Assert.Equal(
            ReversalAnswer("000005", "000002", Ten, "5930"),
            await caller.AskHexAsync(Reversal("000005", "000002", Ten)));
        Assert.Equal(
            ReversalAnswer("000005", "000002", Ten, "5930"),
            await caller.AskHexAsync(Reversal("000005", "000002", Ten, mti: "0401")));
        Assert.Equal(
            ReversalAnswer("000006", "000009", Ten, "4532"),
            await caller.AskHexAsync(Reversal("000006", "000009", Ten)));
        Assert.True(Assert.Single(await LogAsync()).GetProperty("reversed").GetBoolean());
    }

    [Fact]
    public async Task Totals_are_compared_in_packed_bytes()
    {
        await caller.AskHexAsync(Live("000002", Ten));
        await caller.AskHexAsync(Live("000003", "000000000250", "200000"));
        // Credits 1, reversed 0, debits 1, reversed 0; 2.50, 0, 10.00, 0; net C 7.50.
        const string totals =
            "0000000001" + "0000000000" + "0000000001" + "0000000000" +
            "0000000000000250" + "0000000000000000" + "0000000000001000" + "0000000000000000" +
            "43" + "0000000000000750";
        Assert.Equal(
            ReconciliationAnswer("000009", "5930", "01", totals),
            await caller.AskHexAsync(Reconciliation("000009", totals)));
        const string wrong =
            "0000000000" + "0000000000" + "0000000001" + "0000000000" +
            "0000000000000000" + "0000000000000000" + "0000000000001000" + "0000000000000000" +
            "43" + "0000000000001000";
        Assert.Equal(
            ReconciliationAnswer("000010", "4231", "02", totals),
            await caller.AskHexAsync(Reconciliation("000010", wrong)));
    }

    [Fact]
    public async Task A_message_that_lacks_its_amount_is_refused_and_not_remembered()
    {
        // Fields 3, 7, 11, 41, 42: card, amount and reference are missing; the answer adds 39 (E0).
        const string place = "53484F5030303031" + "4D45524348414E5430303030303031";
        Assert.Equal(
            "0051" + "6000010003" + "0210" + "2220000002C00000" + "000000" + "1122120000" + "000002" +
            "4530" + place,
            await caller.AskHexAsync(
                "0049" + "6000030001" + "0200" + "2220000000C00000" + "000000" + "1122120000" + "000002" +
                place));
        Assert.Empty(await LogAsync());
    }

    [Theory]
    [InlineData("a letter where digits are packed", "00000000A000", 0)]
    [InlineData("a byte cut off its end", Ten, 1)]
    public async Task A_damaged_message_ends_the_connection_and_is_not_remembered(
        string name, string amount, int cut)
    {
        var whole = Deferred("000002", amount);
        // Cut within the frame, whose length is told right: 111 instead of 112.
        var damaged = cut == 0 ? whole : "0111" + whole[4..^2];
        Assert.Equal((name, ""), (name, await caller.AskHexAsync(damaged)));
        Assert.Empty(await LogAsync());
    }

    [Theory]
    [InlineData("no transport header", "0028" + "0800" + "8220000000000000" + "0400000000000000"
        + "1122120000" + "000001" + "0061")]
    [InlineData("a length that is no number", "00A3" + "6000030001")]
    public async Task A_frame_of_another_form_ends_the_connection(string name, string hex) =>
        Assert.Equal((name, ""), (name, await caller.AskHexAsync(hex)));

    private async Task<List<JsonElement>> LogAsync()
    {
        using var http = new HttpClient();
        var json = await http.GetStringAsync(new Uri($"{acquirer.ControlAddress}/log"));
        return [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
    }
}
