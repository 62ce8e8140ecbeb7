using System.Net;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Journals;

public class StoreSegmentTests
{
    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("identity")]
    [InlineData("")]
    public async Task A_segment_is_stored_and_acknowledged_with_a_signature(string encoding)
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 3);

        using var response = await terminal.Upload(encoding: encoding);

        Assert.Equal(WireContract.JwsMediaType, response.Content.Headers.ContentType!.MediaType);
        var acknowledgement = terminal.Read(await response.Content.ReadAsStringAsync());
        Assert.Equal((3L, terminal.LastHash), (acknowledgement.Number, acknowledgement.Hash));
        Assert.Equal(TerminalStanding.Active, acknowledgement.Standing);
        Assert.InRange((office.Time.GetUtcNow() - acknowledgement.At).TotalSeconds, -1, 60);
    }

    [Fact]
    public async Task A_segment_of_many_entries_with_attachments_is_stored_whole()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        for (var number = 1; number <= Segment.EntriesMax; number++)
        {
            var card = Sales.SealedCard();
            terminal.Append(Sales.Attempt(100, card), number % 3 == 0 ? [card] : []);
        }

        Assert.Equal(Segment.EntriesMax, (await terminal.Uploaded()).Number);
        await office.Restart();
        Assert.Equal(terminal.LastHash, (await terminal.Acknowledged()).Hash);
    }

    [Fact]
    public async Task What_is_stored_already_is_ignored_and_what_is_new_behind_it_is_stored()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 5);

        Assert.Equal(3, (await terminal.Uploaded(1, 3)).Number);
        Assert.Equal(3, (await terminal.Uploaded(1, 3)).Number);
        Assert.Equal(3, (await terminal.Uploaded(2, 2)).Number);
        Assert.Equal(5, (await terminal.Uploaded(2, 5)).Number);
    }

    [Fact]
    public async Task A_gap_is_refused_with_what_is_stored()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 5);
        await terminal.Uploaded(1, 2);

        using var response = await terminal.Upload(4, 5);

        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((HttpStatusCode.Conflict, ProblemCode.Gap), (response.StatusCode, problem.Code));
        Assert.Equal(2, terminal.Read(problem.Acknowledgement!).Number);
        Assert.Equal(2, (await terminal.Acknowledged()).Number);
    }

    [Fact]
    public async Task Parallel_uploads_of_one_journal_store_it_once()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 250);

        var uploads = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => terminal.Upload(1, i * 40)));

        Assert.All(uploads, upload => Assert.Equal(HttpStatusCode.OK, upload.StatusCode));
        Assert.Equal(240, (await terminal.Acknowledged()).Number);
        Assert.Equal(250, (await terminal.Uploaded(241)).Number);
    }

    [Fact]
    public async Task A_cloned_disk_is_a_fork_which_is_kept_beside_and_quarantines_the_terminal()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 2);
        await terminal.Uploaded();
        var clone = terminal.Clone();
        terminal.Append(Sales.Cash(3, ("A", 1)));
        clone.Append(Sales.Cash(3, ("B", 9)));
        clone.Append(Sales.Cash(4, ("B", 9)));
        await terminal.Uploaded(3);

        using var response = await clone.Upload(3);

        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((HttpStatusCode.Conflict, ProblemCode.Fork), (response.StatusCode, problem.Code));
        var acknowledgement = terminal.Read(problem.Acknowledgement!);
        Assert.Equal((3L, terminal.LastHash), (acknowledgement.Number, acknowledgement.Hash));
        Assert.Equal(TerminalStanding.Quarantined, acknowledgement.Standing);
        terminal.Append(Sales.Cash(4, ("A", 1)));
        Assert.Equal((4, TerminalStanding.Quarantined), Of(await terminal.Uploaded(4)));
        Assert.Equal([(3, 4)], await Branches(office));
    }

    [Fact]
    public async Task A_branch_that_goes_on_or_comes_again_stays_one_and_one_that_forks_again_is_another()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 3);
        await terminal.Uploaded(1, 3);
        var clone = terminal.Clone(2);
        for (var receipt = 3; receipt <= 6; receipt++)
            clone.Append(Sales.Cash(receipt, ("B", 1)));

        using var first = await clone.Upload(1, 4);
        using var repeated = await clone.Upload(3, 4);
        using var longer = await clone.Upload(4, 6);
        Assert.Equal([(3, 6)], await Branches(office));

        var second = clone.Clone(5);
        second.Append(Sales.Cash(6, ("C", 1)));
        using var branched = await second.Upload(4, 6);

        Assert.Equal(ProblemCode.Fork, (await TestBackOffice.ProblemOf(branched)).Code);
        Assert.Equal([(3, 6), (6, 6)], await Branches(office));
    }

    [Fact]
    public async Task A_terminal_that_is_not_active_is_still_heard()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 4);
        foreach (var (standing, to) in new[] { ("Quarantined", 2), ("Revoked", 4) })
        {
            await office.Expect(office.Post(
                "/api/backoffice/terminals/T0000001/standing",
                $$"""{"standing":"{{standing}}","reason":"x"}"""));

            Assert.Equal(
                (to, Enum.Parse<TerminalStanding>(standing)), Of(await terminal.Uploaded(to - 1, to)));
        }
        using var feed = await terminal.Send(
            HttpMethod.Get, WireContract.FeedPath(terminal.Terminal, ""), null);
        Assert.Equal(ProblemCode.Forbidden, (await TestBackOffice.ProblemOf(feed)).Code);
    }

    [Fact]
    public async Task A_segment_signed_by_another_key_is_refused()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 1);
        using var stranger = Es256Key.Generate();

        using var response = await terminal.Post(terminal.SegmentOf(1, 1).Write(stranger));

        await Refused(response, HttpStatusCode.Unauthorized, ProblemCode.NotSigned);
        Assert.Equal(0, (await terminal.Acknowledged()).Number);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(-1)]
    public async Task A_segment_with_one_bit_changed_is_refused(int place)
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 2);
        var segment = terminal.SegmentOf(1, 2).Write(terminal.Key);
        segment[place < 0 ? segment.Length + place : place] ^= 1;

        using var response = await terminal.Post(segment);

        Assert.InRange((int)response.StatusCode, 400, 401);
        Assert.Equal(0, (await terminal.Acknowledged()).Number);
    }

    [Fact]
    public async Task Entries_of_another_journal_or_out_of_their_chain_are_refused()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 3);
        var other = await WithSales(office, 1, name: "T0000002");
        var good = terminal.SegmentOf(1, 3);
        ShippedEntry[] entries = [.. good.Entries];

        var swapped = good with { Entries = [entries[0], entries[2], entries[1]] };
        var skipped = good with { Entries = [entries[0], entries[2]] };
        var foreign = good with { Entries = [.. other.SegmentOf(1, 1).Entries] };
        var junk = good with { Entries = [new ShippedEntry(new byte[100], [])] };
        foreach (var segment in new[] { swapped, skipped, foreign, junk })
        {
            using var response = await terminal.Post(segment.Write(terminal.Key));
            await Refused(response, HttpStatusCode.UnprocessableEntity, ProblemCode.ChainBroken);
        }
        using var elsewhere = await terminal.Post(
            (good with { Journal = new JournalId("T0000001", 2) }).Write(terminal.Key));
        await Refused(elsewhere, HttpStatusCode.BadRequest, ProblemCode.Malformed);
        Assert.Equal(0, (await terminal.Acknowledged()).Number);
    }

    [Fact]
    public async Task A_body_that_swells_beyond_a_segment_is_refused()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();

        foreach (var encoding in new[] { "br", "gzip" })
        {
            using var bomb = await terminal.Post(new byte[200 * 1024 * 1024], encoding);
            await Refused(bomb, HttpStatusCode.RequestEntityTooLarge, ProblemCode.TooLarge);
        }
        using var plain = await terminal.Post(new byte[Segment.BytesMax + 64 * 1024 + 1], "");
        await Refused(plain, HttpStatusCode.RequestEntityTooLarge, ProblemCode.TooLarge);
    }

    [Fact]
    public async Task What_is_not_compressed_as_it_says_is_refused()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await WithSales(office, 1);
        var content = new ByteArrayContent([1, 2, 3, 4, 5]);
        content.Headers.ContentType = new(WireContract.SegmentMediaType);
        content.Headers.ContentEncoding.Add("br");

        using var response = await terminal.Send(HttpMethod.Post, terminal.Path, content);

        await Refused(response, HttpStatusCode.BadRequest, ProblemCode.Malformed);
    }

    [Fact]
    public async Task Entries_of_a_kind_that_is_not_known_are_stored_like_others()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        terminal.AppendRaw((EntryKind)9_999, "from the future"u8);

        Assert.Equal(1, (await terminal.Uploaded()).Number);
    }

    private static (long, TerminalStanding) Of(Acknowledgement acknowledgement) =>
        (acknowledgement.Number, acknowledgement.Standing);

    private static async Task<TestTerminal> WithSales(
        TestBackOffice office, int count, string name = "T0000001")
    {
        var terminal = await office.Enrol(name);
        for (var receipt = 1; receipt <= count; receipt++)
            terminal.Append(Sales.Cash(receipt, ("A", 1)));
        return terminal;
    }

    private static async Task<List<(long First, long Last)>> Branches(TestBackOffice office)
    {
        var journals = await office.Expect(office.Get("/api/backoffice/journals/T0000001"));
        return [.. journals[0].GetProperty("branches").EnumerateArray()
            .Select(branch => (branch.GetProperty("first").GetInt64(), branch.GetProperty("last").GetInt64()))
            .Order()];
    }

    private static async Task Refused(HttpResponseMessage response, HttpStatusCode status, ProblemCode code)
    {
        var problem = await TestBackOffice.ProblemOf(response);
        Assert.Equal((status, code), (response.StatusCode, problem.Code));
    }
}
