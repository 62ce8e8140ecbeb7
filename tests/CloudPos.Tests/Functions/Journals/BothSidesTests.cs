using System.Text.Json;
using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>Real terminals and a back office: what the one finds, the people at the other see.</summary>
public class BothSidesTests
{
    [Fact]
    public async Task Damage_found_at_a_terminal_is_seen_by_people_at_the_back_office()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        till.Sell("TEA");
        await till.Forward();
        till.Sell("TEA");
        var last = till.Store.LastNumber;
        till.Later(world.Office, TimeSpan.Zero);
        Damage(till.Data, last);

        await till.Context.Forwarder!.Run(CancellationToken.None);

        var journal = Assert.Single(await Unaccounted(world)).GetProperty("journal");
        Assert.Contains(
            $"Entry {last}", journal.GetProperty("damage").GetProperty("findings")[0].GetString());
        Assert.Equal(last - 1, journal.GetProperty("stored").GetInt64());
    }

    [Fact]
    public async Task A_terminal_goes_on_with_a_back_office_that_was_restored_to_before_what_it_deleted()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        await world.Office.Expect(world.Office.Put($"{world.Merchant}/policy", """
            {"version":0,"enabled":false,"schemes":[],"modes":[],"floorLimits":[],"exposureLimits":[],
             "perCardLimits":[],"offlineMinutesMax":0,"onlineTimeoutMilliseconds":1000,"journalDays":1}
            """));
        await till.Forward();
        for (var sale = 0; sale < 160; sale++)
            till.Store.MarkPrinted(till.Sell("TEA").Sale);
        var early = till.Store.FindEntry(3)!.Entry!.Hash;
        await till.Forward();
        world.Office.Time.Shift += TimeSpan.FromDays(3);
        await till.Forward();
        await till.Forward();
        var deleted = till.Store.PrunedThrough;
        Assert.True(deleted > 3, $"Deleted up to {deleted}.");
        await world.Applied(till);
        await RestoredOffice.To(world.Office, till.Store.Enrolment!.Journal, 3, early);
        world.Office.Time.Shift += TimeSpan.FromMinutes(5);

        await till.Forward();

        Assert.Equal(till.Store.LastNumber, till.Store.Acknowledged.Number);
        await world.Applied(till);
        var gap = Assert.Single(await Unaccounted(world)).GetProperty("journal").GetProperty("gaps")[0];
        Assert.Equal(
            (4, deleted), (gap.GetProperty("first").GetInt64(), gap.GetProperty("last").GetInt64()));
        Assert.True(till.Store.Verify().IsSound);
    }

    private static async Task<List<JsonElement>> Unaccounted(ShopWorld world) =>
        [.. (await world.Office.Expect(world.Office.Get("/api/backoffice/unaccounted"))).EnumerateArray()];

    private static void Damage(string data, long number)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(data, TerminalStore.DatabaseName)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"UPDATE entry SET sealed = zeroblob(200) WHERE place & 0xFFFFFFFFFF = {number}";
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
