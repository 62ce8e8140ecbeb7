using System.Net;
using System.Text;
using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>What people do about forks, lost disks, damage and gaps.</summary>
public class BranchTests
{
    [Fact]
    public async Task An_adopted_branch_is_applied_beside_the_journal_that_it_left_and_only_once()
    {
        await using var office = await TestBackOffice.WithStore();
        var (terminal, branch, _) = await Forked(office);
        Assert.Equal(-3, await Stock(office, "A"));

        var adopted = await office.Expect(office.Post(
            $"{Journals}/1/branches/{branch}/adopt", """{"reason":"the old till sold on"}"""));
        Assert.Equal("Adopted", adopted.GetProperty("decision").GetString());
        Assert.Equal("Petra", adopted.GetProperty("decidedBy").GetString());
        await Activate(office);

        await TestBackOffice.Eventually(async () => await Stock(office, "B") == -18, "the branch's goods");
        await office.Expect(office.Post(
            $"{Journals}/1/branches/{branch}/adopt", """{"reason":"again"}"""));
        terminal.Append(Sales.Cash(4, ("A", 1)));
        await terminal.Uploaded(4);
        await TestBackOffice.Eventually(async () => await Stock(office, "A") == -4, "the journal's goods");
        Assert.Equal(-18, await Stock(office, "B"));
        Assert.Equal(0, (await Line(office)).GetProperty("setAside").GetInt32());
    }

    [Fact]
    public async Task What_a_copy_sells_after_its_branch_was_adopted_is_listed_until_that_is_adopted_too()
    {
        await using var office = await TestBackOffice.WithStore();
        var (_, branch, clone) = await Forked(office);
        var adopt = $"{Journals}/1/branches/{branch}/adopt";
        var adopted = await office.Expect(office.Post(adopt, """{"reason":"it happened"}"""));
        Assert.Equal(0, adopted.GetProperty("since").GetInt64());
        var held = Assert.Single(await Unaccounted(office)).GetProperty("journal");
        Assert.Equal((900_001, 4L, 2L), (
            held.GetProperty("epoch").GetInt32(), held.GetProperty("stored").GetInt64(),
            held.GetProperty("applied").GetInt64()));
        Assert.Contains("standing is Quarantined", held.GetProperty("hold").GetString());
        await Activate(office);
        Assert.Empty(await Unaccounted(office));
        await TestBackOffice.Eventually(async () => await Stock(office, "B") == -18, "the branch's goods");

        clone.Append(Sales.Cash(4, ("B", 1)));
        using (await clone.Upload(3))
        {
        }

        var waiting = Assert.Single(await Unaccounted(office)).GetProperty("journal");
        Assert.Equal(1, waiting.GetProperty("branches")[0].GetProperty("since").GetInt64());
        await office.Expect(office.Post(adopt, """{"reason":"that too"}"""));
        await Activate(office);
        Assert.Empty(await Unaccounted(office));
        await TestBackOffice.Eventually(async () => await Stock(office, "B") == -19, "the later goods");
    }

    [Fact]
    public async Task A_rejected_branch_stays_as_evidence_is_never_applied_and_keeps_no_card()
    {
        await using var office = await TestBackOffice.WithStore();
        var (_, branch, _) = await Forked(office);

        await office.Expect(office.Post(
            $"{Journals}/1/branches/{branch}/reject", """{"reason":"a test bench"}"""));
        await Activate(office);

        using var other = await office.Post(
            $"{Journals}/1/branches/{branch}/adopt", """{"reason":"changed my mind"}""");
        Assert.Equal(ProblemCode.DiffersFromFirst, (await TestBackOffice.ProblemOf(other)).Code);
        var line = (await Line(office)).GetProperty("branches")[0];
        Assert.Equal(("Rejected", 4L), (
            line.GetProperty("decision").GetString(), line.GetProperty("last").GetInt64()));
        Assert.Equal(0, await Stock(office, "B"));
    }

    [Theory]
    [InlineData("finance")]
    [InlineData("support")]
    public async Task Only_a_manager_decides_about_a_branch(string role)
    {
        await using var office = await TestBackOffice.WithStore();
        var (_, branch, _) = await Forked(office);

        using var refused = await office.Post(
            $"{Journals}/1/branches/{branch}/adopt", """{"reason":"x"}""", role);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.False((await Line(office)).GetProperty("branches")[0].TryGetProperty("decision", out _));
    }

    [Fact]
    public async Task A_lost_disk_leaves_a_closed_journal_that_is_listed_until_it_is_written_off()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        terminal.Append(Sales.Cash(1, ("A", 1)));
        await terminal.Uploaded();
        Assert.Empty(await Unaccounted(office));

        await office.Enrol();

        var closed = Assert.Single(await Unaccounted(office)).GetProperty("journal").GetProperty("closed");
        Assert.Contains("Stored up to entry 2", closed.GetProperty("expected").GetString());
        await office.Expect(office.Post($"{Journals}/1/write-off", """{"reason":"stolen"}"""));
        Assert.Empty(await Unaccounted(office));
        using var open = await office.Post($"{Journals}/2/write-off", """{"reason":"x"}""");
        Assert.Equal(HttpStatusCode.Forbidden, open.StatusCode);
    }

    [Fact]
    public async Task A_terminal_that_says_where_its_journal_ended_leaves_nothing_to_write_off()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        await terminal.Uploaded();
        using var key = CloudPos.Crypto.Es256Key.Generate();
        var request = new EnrolRequest(
            await office.NewCode("T0000001"), key.PublicKey.Text, "test 1",
            new EpochEnd(1, 1, terminal.LastHash));

        using var response = await office.Http.PostAsync(
            WireContract.EnrolPath,
            new StringContent(JsonSerializer.Serialize(request, WireJson.Default.EnrolRequest)));

        Assert.True(response.IsSuccessStatusCode);
        Assert.Empty(await Unaccounted(office));
    }

    [Fact]
    public async Task Damage_that_a_terminal_reports_is_shown_to_people()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        await terminal.Uploaded();
        var report = JsonSerializer.Serialize(
            new DamageReport(1, ["Entries 2 to 9 are missing."]), WireJson.Default.DamageReport);

        using var told = await terminal.Send(
            HttpMethod.Post, WireContract.DamagePath(terminal.Journal), Json(report));

        Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync());
        var damage = Assert.Single(await Unaccounted(office)).GetProperty("journal").GetProperty("damage");
        Assert.Equal("Entries 2 to 9 are missing.", damage.GetProperty("findings")[0].GetString());
    }

    [Fact]
    public async Task A_gap_is_taken_only_with_our_own_acknowledgement_and_is_named_from_then_on()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        for (var receipt = 1; receipt <= 5; receipt++)
            terminal.Append(Sales.Cash(receipt, ("A", 1)));
        using var upload = await terminal.Upload(1, 4);
        var acknowledgement = await upload.Content.ReadAsStringAsync();
        // The same terminal at a back office that was restored: another epoch of it has nothing yet.
        await using var restored = await TestBackOffice.WithStore();
        var there = await restored.Enrol();
        there.Append(Opened);
        await there.Uploaded();
        var hash = terminal.Entries[3].Hash;

        var foreign = await Declare(there, new PrunedGap(2, 4, hash, acknowledgement));
        var uncovered = await Declare(terminal, new PrunedGap(5, 6, hash, acknowledgement));
        var known = await Declare(terminal, new PrunedGap(2, 4, hash, acknowledgement));

        Assert.Equal(HttpStatusCode.Unauthorized, foreign);
        Assert.Equal(HttpStatusCode.Unauthorized, uncovered);
        Assert.Equal(HttpStatusCode.OK, known);
        Assert.Empty((await Line(office)).GetProperty("gaps").EnumerateArray());
    }

    [Fact]
    public async Task After_a_restore_what_the_terminal_has_deleted_is_a_named_gap_and_the_rest_is_applied()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        for (var receipt = 1; receipt <= 5; receipt++)
            terminal.Append(Sales.Cash(receipt, ("A", 1)));
        using var upload = await terminal.Upload(1, 4);
        var acknowledgement = await upload.Content.ReadAsStringAsync();
        await TestBackOffice.Eventually(
            async () => (await Line(office)).GetProperty("applied").GetInt64() == 4, "it is applied");
        await RestoredOffice.To(office, terminal.Journal, 2, terminal.Entries[1].Hash);
        using var refused = await terminal.Upload(5);
        Assert.Equal(ProblemCode.Gap, (await TestBackOffice.ProblemOf(refused)).Code);

        var declared = new PrunedGap(3, 4, terminal.Entries[3].Hash, acknowledgement);
        Assert.Equal(HttpStatusCode.OK, await Declare(terminal, declared));
        Assert.Equal(HttpStatusCode.OK, await Declare(terminal, declared));
        await terminal.Uploaded(5);

        await TestBackOffice.Eventually(
            async () => (await Line(office)).GetProperty("applied").GetInt64() == 6, "the rest is applied");
        var gap = Assert.Single((await Line(office)).GetProperty("gaps").EnumerateArray());
        Assert.Equal((3, 4), (gap.GetProperty("first").GetInt64(), gap.GetProperty("last").GetInt64()));
        Assert.Single(await Unaccounted(office));
    }

    private static readonly EntryBody Opened = new EpochOpened("m", "s", "k", "test");

    private const string Journals = "/api/backoffice/journals/T0000001";

    private static async Task<HttpStatusCode> Declare(TestTerminal terminal, PrunedGap gap)
    {
        using var response = await terminal.Send(
            HttpMethod.Post, WireContract.GapPath(terminal.Journal),
            Json(JsonSerializer.Serialize(gap, WireJson.Default.PrunedGap)));
        return response.StatusCode;
    }

    /// <summary>A journal of three entries, and a clone that left it behind the second.</summary>
    private static async Task<(TestTerminal Terminal, string Branch, TestTerminal Clone)> Forked(
        TestBackOffice office)
    {
        var terminal = await office.Enrol();
        terminal.Append(Opened);
        terminal.Append(Sales.Cash(1, ("A", 2)));
        await terminal.Uploaded();
        var clone = terminal.Clone();
        terminal.Append(Sales.Cash(2, ("A", 1)));
        clone.Append(Sales.Cash(2, ("B", 9)));
        clone.Append(Sales.Cash(3, ("B", 9)));
        await terminal.Uploaded(3);
        await TestBackOffice.Eventually(
            async () => (await Line(office)).GetProperty("applied").GetInt64() == 3,
            "the journal is applied");
        using var forked = await clone.Upload(3);
        Assert.Equal(ProblemCode.Fork, (await TestBackOffice.ProblemOf(forked)).Code);
        var branch = (await Line(office)).GetProperty("branches")[0].GetProperty("branch").GetString()!;
        return (terminal, branch, clone);
    }

    private static Task<JsonElement> Activate(TestBackOffice office) => office.Expect(office.Post(
        "/api/backoffice/terminals/T0000001/standing", """{"standing":"Active","reason":"decided"}"""));

    private static async Task<JsonElement> Line(TestBackOffice office) =>
        (await office.Expect(office.Get(Journals)))[0];

    private static async Task<List<JsonElement>> Unaccounted(TestBackOffice office) =>
        [.. (await office.Expect(office.Get("/api/backoffice/unaccounted"))).EnumerateArray()];

    private static async Task<long> Stock(TestBackOffice office, string sku)
    {
        var stock = await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"));
        return stock.EnumerateArray().Where(line => line.GetProperty("sku").GetString() == sku)
            .Select(line => line.GetProperty("quantity").GetInt64()).FirstOrDefault();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
