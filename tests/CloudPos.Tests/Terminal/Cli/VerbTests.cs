using System.Text.Json;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Tests.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Cli;

public sealed class VerbTests : IDisposable
{
    private static readonly string[] Card = ["--pay", "card", "--track2", TestShop.VisaStripe];
    private readonly TestCli _cli = new();

    [Fact]
    public async Task A_void_gives_goods_back_and_happens_once()
    {
        await Sell("TEAx2");

        var first = await _cli.Run("void", "--receipt", "1", "--reason", "wrong tea");
        var again = await _cli.Run("void", "--receipt", "TERM0001-1-000001", "--reason", "wrong tea");

        Assert.Equal(0, first.Code);
        Assert.Contains("VOID                     TERM0001-1-000001", first.Output);
        Assert.Contains("Reason: wrong tea", first.Output);
        Assert.Equal(2, again.Code);
        Assert.Contains("was voided by entry", again.Errors);
        Assert.Equal(0, _cli.Peek(store => store.Stock("TEA")));
    }

    [Fact]
    public async Task A_voided_card_payment_is_at_risk_no_more()
    {
        await _cli.Run(["sale", "--line", "MUG", .. Card]);

        var json = (await _cli.Run("void", "--receipt", "1", "--reason", "no", "--json")).Json;

        Assert.Equal(1, json.GetProperty("payments").GetArrayLength());
        Assert.Equal(0, _cli.Peek(store => store.Exposure(TestShop.Eur).Count));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("99")]
    [InlineData("TERM0001-1-000099")]
    [InlineData("-1")]
    public async Task A_receipt_that_is_not_there_is_said_so(string number)
    {
        await Sell("TEA");

        Assert.Equal(2, (await _cli.Run("void", "--receipt", number, "--reason", "x")).Code);
        Assert.Equal(2, (await _cli.Run("receipt", "--receipt", number)).Code);
    }

    [Fact]
    public async Task A_receipt_printed_again_is_the_same_with_its_mark()
    {
        var first = await Sell("TEA");

        var copy = await _cli.Run("receipt");

        Assert.Contains("*** COPY 1 ***", copy.Output);
        var lines = copy.Output.Split('\n');
        Assert.Equal(first.Output.Split('\n'), lines.Where(line => line.Trim() != "*** COPY 1 ***"));
    }

    [Fact]
    public async Task A_sale_whose_receipt_may_not_have_come_out_prints_as_a_copy_and_is_never_sold_again()
    {
        _cli.Peek(store => store.CompleteSale(TestTill.CashSale()));
        await Sell("TEA");

        var status = (await _cli.Run("status", "--json")).Json;
        var receipt = (await _cli.Run("receipt", "--json")).Json;

        Assert.Equal("TERM0001-1-000001", status.GetProperty("receiptsNotPrinted")[0].GetString());
        Assert.Equal("TERM0001-1-000001", receipt.GetProperty("receiptNumber").GetString());
        Assert.True(receipt.GetProperty("isCopy").GetBoolean());
        Assert.Contains("*** COPY ***", receipt.GetProperty("text").GetString());
        Assert.Equal(2, _cli.Peek(store => store.Sales().Count));
        Assert.Empty(_cli.Peek(store => store.SalesNotPrinted));
    }

    [Fact]
    public async Task Stock_is_received_counted_and_shown()
    {
        await _cli.Run("stock", "receive", "--line", "TEAx24", "4006381333948x6", "--reference", "note 4711");
        await Sell("TEAx4");
        var counted = (await _cli.Run("stock", "count", "--line", "MUGx5", "--json")).Json;
        var shown = (await _cli.Run("stock", "show", "--json")).Json.GetProperty("stock");

        Assert.Equal(5, counted.GetProperty("stock")[0].GetProperty("quantity").GetInt64());
        Assert.Equal(
            ["MUG 5", "TEA 20"],
            shown.EnumerateArray().Select(at => $"{at.GetProperty("sku")} {at.GetProperty("quantity")}"));
    }

    [Theory]
    [InlineData("receive", "TEA", "has no quantity")]
    [InlineData("receive", "TEAx0", "must be 1 to")]
    [InlineData("count", "TEAx-1", "must be 0 to")]
    [InlineData("count", "PEASx1", "No product")]
    public async Task A_bad_quantity_moves_no_stock(string verb, string line, string sentence)
    {
        var before = _cli.Peek(store => store.LastNumber);

        var run = await _cli.Run("stock", verb, "--line", line);

        Assert.Equal(2, run.Code);
        Assert.Contains(sentence, run.Errors);
        Assert.Equal(before, _cli.Peek(store => store.LastNumber));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_enrolled_uses_no_code_up()
    {
        await Sell("TEA");

        // Nobody answers there: the folder is looked at first.
        var run = await _cli.Run("enrol", "--url", "http://127.0.0.1:9/", "--code", "ABCD-1234");

        Assert.Equal(2, run.Code);
        Assert.Contains("forward and settle them first", run.Errors);
    }

    [Fact]
    public async Task Status_shows_what_is_at_risk_and_what_waits()
    {
        await _cli.Run(["sale", "--line", "MUG", .. Card]);

        var json = (await _cli.Run("status", "--json")).Json;
        var text = await _cli.Run("status");

        Assert.Equal("TERM0001", json.GetProperty("terminal").GetString());
        Assert.True(json.GetProperty("enrolled").GetBoolean());
        // A verb that asked nobody does not know of the line, and does not say that it is there.
        Assert.Equal("unknown", json.GetProperty("line").GetProperty("state").GetString());
        Assert.Contains("not asked yet", text.Output);
        Assert.True(json.GetProperty("journal").GetProperty("unsent").GetInt64() > 0);
        Assert.False(json.GetProperty("journal").GetProperty("damaged").GetBoolean());
        Assert.Equal(19_99, Minor(json.GetProperty("exposure")[0], "amount"));
        var payment = json.GetProperty("payments")[0];
        Assert.Equal("Deferred", payment.GetProperty("approval").GetString());
        Assert.Equal("Pending", payment.GetProperty("state").GetString());
        Assert.Equal("TERM0001-1-000001", payment.GetProperty("receiptNumber").GetString());
        Assert.Contains("19.99 EUR, payments: 1", text.Output);
    }

    [Fact]
    public async Task What_waits_for_its_outcome_is_listed_with_age_deadline_and_value_at_risk_oldest_first()
    {
        _cli.Peek(store =>
        {
            _cli.Shop.Till.Feed("c9", new CloudPos.Wire.FeedRow(
                Policy: TestTill.Policy(version: 9) with { SubmitWithinHours = 2 }));
            _cli.Shop.Till.SellDeferred(7_00);
            _cli.Shop.Till.Clock.Advance(TimeSpan.FromHours(1));
            _cli.Shop.Till.SellDeferred(4_00);
            return store.RecordAttempt(_cli.Shop.Till.Attempt(5_00, online: true));
        });
        _cli.Shop.Till.Clock.Advance(TimeSpan.FromMinutes(90));

        var text = (await _cli.Run("attempts")).Output.Split('\n');
        var json = (await _cli.Run("attempts", "--json")).Json;

        Assert.Matches(" 5.00 EUR .* may have been charged, 90 min old, to be submitted by ", text[0]);
        Assert.Equal("At risk: 11.00 EUR, payments that wait: 2", text[1]);
        Assert.Matches(" 7.00 EUR  TERM0001-1-000001, 150 min old, OVERDUE since ", text[2]);
        Assert.Matches(" 4.00 EUR  TERM0001-1-000002, 90 min old, to be submitted by ", text[3]);
        Assert.Equal(
            (500, false), Risk(Assert.Single(json.GetProperty("attempts").EnumerateArray())));
        Assert.Equal([(700, true), (400, false)], json.GetProperty("waiting").EnumerateArray().Select(Risk));

        static (long, bool) Risk(JsonElement payment) => (
            payment.GetProperty("waiting").GetProperty("atRisk").GetProperty("minor").GetInt64(),
            payment.GetProperty("waiting").GetProperty("overdue").GetBoolean());
    }

    [Fact]
    public async Task An_attempt_without_an_end_is_listed_and_given_up()
    {
        var attempt = _cli.Peek(store =>
        {
            var open = _cli.Shop.Till.Attempt(5_00, online: true);
            Assert.True(store.RecordAttempt(open).IsStored);
            return open.Body.Payment.ToString();
        });

        var listed = (await _cli.Run("attempts", "--json")).Json.GetProperty("attempts");
        var both = await _cli.Run("attempts", "abandon", "--all", "--payment", attempt);
        var abandoned = (await _cli.Run("attempts", "abandon", "--payment", attempt, "--json")).Json;
        var again = await _cli.Run("attempts", "abandon", "--payment", attempt);

        Assert.Equal(attempt, listed[0].GetProperty("payment").GetString());
        Assert.True(listed[0].GetProperty("online").GetBoolean());
        Assert.Equal(2, both.Code);
        Assert.Equal(attempt, abandoned.GetProperty("abandoned")[0].GetString());
        Assert.Equal(2, again.Code);
        Assert.Equal("No attempt is open.\n", (await _cli.Run("attempts")).Output);
    }

    [Fact]
    public async Task Z_reports_have_consecutive_numbers_and_each_sale_is_in_one()
    {
        await Sell("TEA");
        await _cli.Run(["sale", "--line", "MUG", .. Card]);
        await _cli.Run(["sale", "--line", "LAMP", .. Card]);

        var first = (await _cli.Run("report", "z", "--json")).Json;
        await _cli.Run("void", "--receipt", "1", "--reason", "no");
        var second = (await _cli.Run("report", "z", "--json")).Json;
        var third = await _cli.Run("report", "z");

        Assert.Equal((1, 2), (Count(first, "report"), Count(second, "report")));
        Assert.Equal((2, 0, 23_48), (Count(first, "sales"), Count(first, "voids"), Minor(first, "net")));
        Assert.Equal(1, Count(first, "refused"));
        Assert.Equal((0, 1, -3_49), (Count(second, "sales"), Count(second, "voids"), Minor(second, "net")));
        Assert.Contains("No. 3", third.Output);
    }

    [Fact]
    public async Task The_journal_is_verified_and_listed_with_the_bodies_that_were_hashed()
    {
        await Sell("TEA");

        var verify = (await _cli.Run("journal", "verify", "--json")).Json;
        var list = (await _cli.Run("journal", "list", "--json")).Json;
        var page = (await _cli.Run("journal", "list", "--from", "2", "--most", "1", "--json")).Json;
        var text = await _cli.Run("journal", "list");

        Assert.True(verify.GetProperty("sound").GetBoolean());
        var entries = list.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(verify.GetProperty("entries").GetInt64(), entries.Length);
        Assert.Equal("EpochOpened", entries[0].GetProperty("kind").GetString());
        Assert.Equal(verify.GetProperty("hash").GetString(), entries[^1].GetProperty("hash").GetString());
        var sale = entries[^1].GetProperty("body");
        Assert.Equal("TERM0001-1-000001", sale.GetProperty("receiptNumber").GetString());
        Assert.Equal(3, page.GetProperty("next").GetInt64());
        Assert.Contains("SaleCompleted     TERM0001-1-000001 3.49 EUR", text.Output);
    }

    [Fact]
    public async Task A_damaged_journal_takes_no_verb_that_would_add_to_it()
    {
        foreach (var file in Directory.EnumerateFiles(_cli.Data, "journal.db*"))
            File.Delete(file);

        var status = await _cli.Run("status");

        Assert.Equal(0, status.Code);
        Assert.Contains("DAMAGED", status.Output);
        foreach (var verb in new[]
        {
            "journal verify", "sale --line TEA --pay cash", "void --receipt 1 --reason x", "report z",
            "receipt", "stock receive --line TEAx1", $"attempts abandon --payment {Id.New()}", "forward",
        })
            Assert.True((await _cli.Run(verb.Split(' '))).Code == 6, verb);
    }

    [Fact]
    public async Task A_folder_that_another_holds_ends_with_seven()
    {
        var run = _cli.Peek(_ => _cli.Run("status").GetAwaiter().GetResult());

        Assert.Equal(7, run.Code);
        Assert.Contains("is using", run.Errors);
        Assert.Equal(0, (await _cli.Run("status")).Code);
    }

    [Fact]
    public async Task A_back_office_that_is_not_there_ends_with_eight()
    {
        var forward = await _cli.Run("forward", "--json");

        Assert.Equal(8, forward.Code);
        Assert.True(forward.Json.GetProperty("unsent").GetInt64() > 0);
        Assert.NotEmpty(forward.Json.GetProperty("stopped").GetString()!);
    }

    [Theory]
    [InlineData("sale --line TEA --pay cash")]
    [InlineData("status")]
    [InlineData("receipt")]
    [InlineData("report z")]
    [InlineData("forward")]
    public async Task A_folder_without_a_terminal_ends_with_three_and_is_not_made(string arguments)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"cloudpos-none-{Id.New()}");

        var run = await _cli.RunOn(folder, arguments.Split(' '));

        Assert.Equal(3, run.Code);
        Assert.Contains("run 'enrol' first", run.Errors);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("http://pos.example.com/")]
    [InlineData("pos.example.com")]
    [InlineData("ftp://localhost/")]
    public async Task A_back_office_is_talked_to_over_https_alone(string url)
    {
        var folder = Directory.CreateTempSubdirectory("cloudpos-").FullName;

        var run = await _cli.RunOn(folder, "enrol", "--url", url, "--code", "X");

        Directory.Delete(folder, recursive: true);
        Assert.Equal(2, run.Code);
        Assert.Contains("https", run.Errors);
    }

    [Fact]
    public async Task Decode_masks_a_card_and_names_a_fault()
    {
        var track = await _cli.Bare("decode", "--as", "track2", TestShop.VisaStripe);
        var json = await _cli.Bare("decode", "9F0206000000001234", "9C0100", "--json");
        var fault = await _cli.Bare("decode", "--as", "tlv", "9F0206");

        Assert.Contains("**** 4242 (Visa)", track.Output);
        Assert.Equal("Tlv", json.Json.GetProperty("kind").GetString());
        Assert.Equal(2, json.Json.GetProperty("nodes").GetArrayLength());
        Assert.Equal(2, fault.Code);
        Assert.Contains("ValueOverrun at 0", fault.Errors);
    }

    public void Dispose() => _cli.Dispose();

    private Task<CliRun> Sell(string line) => _cli.Run("sale", "--line", line, "--pay", "cash");

    private static int Count(JsonElement report, string name) => report.GetProperty(name).GetInt32();

    private static long Minor(JsonElement report, string name) =>
        report.GetProperty(name).GetProperty("minor").GetInt64();
}
