using System.Net;
using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Fleet;

public class EnrolmentTests
{
    [Fact]
    public async Task A_terminal_enrols_with_a_code_and_learns_whom_to_believe()
    {
        await using var office = await TestBackOffice.WithStore();

        var terminal = await office.Enrol("T0000001");

        var enrolled = terminal.Enrolled;
        Assert.Equal(("T0000001", 1), (enrolled.Terminal, enrolled.Epoch));
        Assert.Equal((TestBackOffice.Merchant, TestBackOffice.Store), (enrolled.Merchant, enrolled.Store));
        Assert.Equal(("Corner Shop", "EUR"), (enrolled.MerchantName, enrolled.Currency));
        var acknowledgement = terminal.Read(enrolled.Acknowledgement);
        Assert.Equal((0L, terminal.LastHash), (acknowledgement.Number, acknowledgement.Hash));
        Assert.Equal(
            acknowledgement with { At = default }, await terminal.Acknowledged() with { At = default });
    }

    [Fact]
    public async Task A_code_works_once_and_typed_as_people_type()
    {
        await using var office = await TestBackOffice.WithStore();
        using var first = Es256Key.Generate();
        using var second = Es256Key.Generate();
        var code = await office.NewCode("T0000001");

        using var used = await office.Enrol(code.ToLowerInvariant().Replace("-", " "), first);
        using var again = await office.Enrol(code, second);

        Assert.Equal(HttpStatusCode.OK, used.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Equal(ProblemCode.CodeUnknownOrUsed, (await TestBackOffice.ProblemOf(again)).Code);
    }

    [Fact]
    public async Task A_lost_answer_is_made_good_by_the_same_code_and_key()
    {
        await using var office = await TestBackOffice.WithStore();
        using var key = Es256Key.Generate();
        var code = await office.NewCode("T0000001");

        using var lost = await office.Enrol(code, key);
        using var again = await office.Enrol(code, key);

        var answer = JsonSerializer.Deserialize(
            await again.Content.ReadAsStringAsync(), WireJson.Default.EnrolAnswer)!;
        Assert.Equal(1, answer.Epoch);
    }

    [Fact]
    public async Task A_code_expires_and_a_wrong_one_says_the_same()
    {
        await using var office = await TestBackOffice.WithStore();
        using var key = Es256Key.Generate();
        var code = await office.NewCode("T0000001");
        office.Time.Shift = TimeSpan.FromHours(25);

        using var late = await office.Enrol(code, key);
        using var wrong = await office.Enrol("0000-0000-0000-0000", key);

        Assert.Equal(await late.Content.ReadAsStringAsync(), await wrong.Content.ReadAsStringAsync());
        Assert.Equal(ProblemCode.CodeUnknownOrUsed, (await TestBackOffice.ProblemOf(late)).Code);
    }

    [Fact]
    public async Task The_next_enrolment_opens_the_next_epoch_and_the_old_key_only_appends_to_its_own()
    {
        await using var office = await TestBackOffice.WithStore();
        var old = await office.Enrol("T0000001");
        old.Append(Sales.Cash(1, ("A", 1)));

        var next = await office.Enrol("T0000001");

        Assert.Equal(2, next.Enrolled.Epoch);
        using var feed = await old.Send(HttpMethod.Get, WireContract.FeedPath(old.Terminal, ""), null);
        Assert.Equal(HttpStatusCode.Forbidden, feed.StatusCode);
        Assert.Equal(1, (await old.Uploaded()).Number);
        var journals = await office.Expect(office.Get("/api/backoffice/journals/T0000001"));
        Assert.Equal(2, journals.GetArrayLength());
        Assert.NotNull(journals[1].GetProperty("hold").GetString());
    }

    [Fact]
    public async Task A_code_is_written_nowhere()
    {
        await using var office = await TestBackOffice.WithStore();
        var code = Encoding.ASCII.GetBytes((await office.NewCode("T0000001")).Replace("-", ""));

        await office.Restart();

        var files = Directory.GetFiles(office.Folder, "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 4);
        Assert.All(
            files.Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)),
            path => Assert.Equal(-1, BytesOf(path).AsSpan().IndexOf(code)));
    }

    [Fact]
    public async Task The_list_of_terminals_shows_contact_and_standing()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol("T0000001");
        terminal.Append(Sales.Cash(1, ("A", 1)));
        await terminal.Uploaded();
        await office.Expect(office.Post(
            "/api/backoffice/terminals/T0000001/standing",
            """{"standing":"Revoked","reason":"stolen, with the card 4242424242424242"}"""));

        var line = (await office.Expect(office.Get("/api/backoffice/terminals", "support")))[0];

        Assert.Equal("Revoked", line.GetProperty("standing").GetString());
        Assert.Equal(
            "stolen, with the card " + CardScrubber.Mask("4242424242424242"),
            line.GetProperty("reason").GetString());
        Assert.DoesNotContain("42424242", $"{line}", StringComparison.Ordinal);
        Assert.Equal(1, line.GetProperty("stored").GetInt64());
        // The clocks are one, but a machine may stand still between the signature and the look at it.
        Assert.InRange(line.GetProperty("skewMilliseconds").GetInt64(), -240_000, 240_000);
        Assert.True(line.TryGetProperty("lastContact", out _));
    }

    private static byte[] BytesOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
