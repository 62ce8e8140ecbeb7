using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>The real program, started again with a table that lacks an acquirer which owes answers.</summary>
public sealed class RemovedAcquirersTests : IAsyncDisposable
{
    private readonly ScriptedAcquirer _north = new();
    private TestBackOffice? _office;

    [Fact]
    public async Task A_renamed_acquirer_that_owes_an_answer_refuses_the_start_and_says_what_is_open()
    {
        var gone = new TaskCompletionSource();
        _north.Script = (_, _) =>
        {
            gone.TrySetResult();
            return Task.CompletedTask;
        };
        _office = await TestBackOffice.WithStore(Table("north"));
        var payment = await Ask(_office);
        await gone.Task.WaitAsync(TimeSpan.FromMinutes(1));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => _office.Restart(Table("nord")));

        Assert.Contains("Acquirer north is not configured any more", refused.Message,
            StringComparison.Ordinal);
        Assert.Contains($"1 payment(s) without an answer ({payment})", refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("under this name", refused.Message, StringComparison.Ordinal);

        // Nothing was lost by it: with the name back, the answer is fetched.
        _north.Script = _north.Ledger.Answer;
        await _office.Restart(Table("north"));
        await Eventually("Approved");
        // Approved and in no batch: nobody else can be asked about its totals.
        refused = await Assert.ThrowsAsync<StartRefusedException>(() => _office.Restart(Table("nord")));
        Assert.Contains("1 payment(s) not yet in a batch", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_retired_leaves_what_is_open_to_a_person()
    {
        _north.Script = (_, _) => Task.CompletedTask;
        _office = await TestBackOffice.WithStore(Table("north"));
        await Ask(_office);
        await TestBackOffice.Eventually(
            () => Task.FromResult(_north.Received.Any(message => message.Mti == "0200")), "the request");

        await _office.Restart(Table("nord", "north"));
        await TestBackOffice.Eventually(
            async () => (await Payment()).TryGetProperty("held", out var held)
                && held.GetString() == "acquirer north is not configured any more", "the hold");
    }

    [Fact]
    public async Task One_that_owes_nothing_may_go()
    {
        _office = await TestBackOffice.WithStore(Table("north"));
        await _office.Restart(Table("nord"));
        await _office.Restart(Table("south"));
        Assert.Equal("south", _office.Services.GetRequiredService<Acquirers>().All[0].Profile.Name);
    }

    public async ValueTask DisposeAsync()
    {
        if (_office is not null)
            await _office.DisposeAsync();
        await _north.DisposeAsync();
    }

    private Action<IServiceCollection> Table(string name, params string[] retired) => services =>
    {
        var tables = AcquirerTables.TryRead(
            $$"""
            {
              "acquirers": [ {
                "name": "{{name}}", "address": "127.0.0.1:{{_north.Port}}", "like": "simulated",
                "answerSeconds": 1, "repeatSecondsMin": 1 } ],
              "retired": [ {{string.Join(", ", retired.Select(one => $"\"{one}\""))}} ]
            }
            """, out var faults);
        Assert.Empty(faults);
        var options = services.Select(s => s.ImplementationInstance).OfType<BackOfficeOptions>().Single();
        services.AddSingleton(options with { AcquirerTables = tables });
    };

    /// <summary>A sale that was paid by card while the line was down.</summary>
    private static async Task<Id> Ask(TestBackOffice office)
    {
        var till = await office.Enrol();
        var sale = PaymentsHttpTests.Sale(till, 10_00, TestCards.Visa);
        till.Append(sale.Attempted, sale.Card);
        till.Append(Sales.Card(1, sale.Attempted, null, ("tea", 1)));
        await till.Uploaded();
        return sale.Attempted.Payment;
    }

    private async Task<System.Text.Json.JsonElement> Payment() => (await _office!.Expect(
        _office.Get("/api/backoffice/payments?terminal=T0000001", "finance"))).EnumerateArray().Single();

    private Task Eventually(string state) => TestBackOffice.Eventually(
        async () => (await Payment()).GetProperty("state").GetString() == state, state);
}
