using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CloudPos.Terminal.Cli;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>What a terminal cannot send is carried to the back office, and its answer back.</summary>
public class SealedJournalTests
{
    [Fact]
    public async Task What_is_not_sent_comes_as_a_file_once_and_the_confirmation_goes_back()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        for (var sale = 0; sale < 300; sale++)
            till.Sell(sale % 2 == 0 ? "TEA" : "MUG");
        var sold = till.Store.LastNumber;
        var (file, end) = Seal(till);
        Assert.Equal((sold, true), (end.Last, end.IsAll));
        // Neither a word of the entries nor their bytes.
        var text = Encoding.Latin1.GetString(file);
        Assert.All(
            new[] { "TEA", "MUG", "anna", Encoding.Latin1.GetString(
                till.Store.FindEntry(sold)!.Entry!.Bytes.Span[^40..]) },
            word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));

        var taken = await world.Office.Expect(Bring(world, file));
        var again = await world.Office.Expect(Bring(world, file));

        Assert.Equal(
            (end.Entries, sold),
            (taken.GetProperty("added").GetInt64(), taken.GetProperty("stored").GetInt64()));
        Assert.Equal(0, again.GetProperty("added").GetInt64());
        var before = till.Store.Now;
        Assert.True(till.Store.ApplyAcknowledgement(
            SealedExport.AcknowledgementIn(taken.ToString()), byHand: true).IsApplied);
        Assert.Equal(sold, till.Store.Acknowledged.Number);
        Assert.True(till.Store.Now >= before, "A file says nothing about the time.");
        Assert.NotNull(SealedExport.Refuses(till.Store));
        // The line comes back as well, and brings nothing twice.
        till.Sell("TEA");
        await world.Meet(till);
        Assert.Equal(sold + 1, till.Store.Acknowledged.Number);
        Assert.Equal((-151, -150), (await StockOf(world, "TEA"), await StockOf(world, "MUG")));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public async Task A_file_overtaken_by_the_line_adds_what_is_missing_and_its_confirmation_is_no_step_back()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        till.Sell("TEA");
        till.Sell("TEA");
        var (file, _) = Seal(till);
        till.Sell("TEA");
        await world.Meet(till);

        var taken = await world.Office.Expect(Bring(world, file));

        Assert.Equal(0, taken.GetProperty("added").GetInt64());
        Assert.Equal(till.Store.LastNumber, taken.GetProperty("stored").GetInt64());
        till.Store.ApplyAcknowledgement(taken.GetProperty("acknowledgement").GetString()!, byHand: true);
        Assert.Equal(till.Store.LastNumber, till.Store.Acknowledged.Number);
        Assert.Equal(-3, await StockOf(world, "TEA"));
    }

    [Fact]
    public async Task A_file_that_is_damaged_or_brought_by_somebody_else_is_refused_with_a_sentence()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        till.Sell("TEA");
        var (file, _) = Seal(till);

        using var cut = await Bring(world, file[..^1]);
        using var other = await Bring(world, Encoding.UTF8.GetBytes("holiday.jpg, not a journal"));
        using var finance = await Bring(world, file, "finance");

        Assert.Contains("cut short", (await TestBackOffice.ProblemOf(cut)).Sentence);
        Assert.Contains("no sealed journal", (await TestBackOffice.ProblemOf(other)).Sentence);
        Assert.Equal(ProblemCode.Forbidden, (await TestBackOffice.ProblemOf(finance)).Code);
        Assert.True((await world.Office.Expect(Bring(world, file))).GetProperty("added").GetInt64() > 0);
    }

    /// <summary>A confirmation that was on its way for a day sets no clock back and ends no outage.</summary>
    [Fact]
    public async Task A_confirmation_by_hand_leaves_the_clock_and_the_time_offline_as_they_were()
    {
        await using var world = await ShopWorld.Start();
        var till = await world.Open("T0000001");
        till.Sell("TEA");
        var (file, _) = Seal(till);
        var taken = await world.Office.Expect(Bring(world, file));
        till.Later(world.Office, TimeSpan.FromDays(1));
        var (now, offline) = (till.Store.Now, till.Store.OfflineSeconds);

        var applied = till.Store.ApplyAcknowledgement(
            taken.GetProperty("acknowledgement").GetString()!, byHand: true);

        Assert.True(applied.IsApplied, applied.Sentence);
        Assert.True(till.Store.Now >= now);
        Assert.True(till.Store.OfflineSeconds >= offline);
        till.Close();
        Assert.Equal(till.Store.LastNumber, till.Store.Acknowledged.Number);
        Assert.True(till.Store.Now >= now);
        Assert.True(till.Store.OfflineSeconds >= offline);
    }

    private static (byte[] File, SealedExportEnd End) Seal(ShopTill till)
    {
        Assert.Null(SealedExport.Refuses(till.Store));
        using var target = new MemoryStream();
        var end = SealedExport.Write(till.Store, target);
        return (target.ToArray(), end);
    }

    private static Task<HttpResponseMessage> Bring(ShopWorld world, byte[] file, string role = "manager")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, WireContract.SealedJournalPath)
        {
            Content = new ByteArrayContent(file),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.Office.TokenOf(role));
        return world.Office.Http.SendAsync(request);
    }

    private static async Task<long> StockOf(ShopWorld world, string sku)
    {
        var levels = await world.Office.Expect(
            world.Office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"));
        return levels.EnumerateArray().Single(level => level.GetProperty("sku").GetString() == sku)
            .GetProperty("quantity").GetInt64();
    }
}
