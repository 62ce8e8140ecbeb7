using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPos.Tests.Terminal.Cli;

public sealed class SaleVerbTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task A_cash_sale_prints_its_receipt_and_ends_with_zero()
    {
        var run = await _cli.Run("sale", "--line", "TEAx3", "4006381333948", "--pay", "cash:50.00");

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Contains("SALE                     TERM0001-1-000001", run.Output);
        Assert.Contains("  3 x 3.49                         10.47 B", run.Output);
        Assert.Contains("Change                               19.54", run.Output);
        Assert.Empty(_cli.Peek(store => store.SalesNotPrinted));
    }

    [Fact]
    public async Task Its_document_has_what_a_script_needs()
    {
        var run = await _cli.Run("sale", "--line", "MUG", "--pay", "cash:20.00", "--json");

        var json = run.Json;
        Assert.Equal("TERM0001-1-000001", json.GetProperty("receiptNumber").GetString());
        Assert.Equal(19_99, json.GetProperty("total").GetProperty("minor").GetInt64());
        Assert.Equal(1, json.GetProperty("change").GetProperty("minor").GetInt64());
        Assert.Equal("Cash", json.GetProperty("tenders")[0].GetProperty("kind").GetString());
        Assert.False(json.TryGetProperty("decision", out _));
        var entry = _cli.Peek(store => store.FindEntry(json.GetProperty("entry").GetInt64()))!.Entry!;
        Assert.Equal(json.GetProperty("sale").GetString(), ((SaleCompleted)entry.Body).Sale.ToString());
    }

    [Fact]
    public async Task A_card_accepted_offline_says_so_on_paper_and_in_the_document()
    {
        var file = _cli.CardFile(TestShop.VisaStripe);

        var paper = await _cli.Run("sale", "--line", "MUG", "--pay", $"card:{file}");
        var json = (await _cli.Run("sale", "--line", "MUG", "--pay", $"card:{file}", "--json")).Json;

        Assert.Equal(0, paper.Code);
        Assert.Contains("OFFLINE - subject to authorisation", paper.Output);
        Assert.Contains("Visa **** 4242", paper.Output);
        var tender = json.GetProperty("tenders")[0];
        Assert.Equal("Deferred", tender.GetProperty("approval").GetString());
        Assert.Equal("4242", tender.GetProperty("lastFour").GetString());
        Assert.False(tender.TryGetProperty("authorisationCode", out _));
        Assert.Equal("Accepted", json.GetProperty("decision").GetProperty("reason").GetString());
        Assert.Equal(1, json.GetProperty("decision").GetProperty("exposureCountBefore").GetInt32());
    }

    [Fact]
    public async Task A_refusal_ends_with_four_and_its_numbered_reason()
    {
        string[] sale = ["sale", "--line", "LAMP", "--pay", "card", "--track2", TestShop.VisaStripe];

        var text = await _cli.Run(sale);
        var json = await _cli.Run([.. sale, "--json"]);

        Assert.Equal((4, ""), (text.Code, text.Output));
        Assert.Contains("The amount is too high", text.Errors);
        Assert.Contains("AtOrOverFloorLimit (60)", text.Errors);
        Assert.Equal(4, json.Code);
        var refused = json.Json.GetProperty("refused");
        Assert.Equal("AtOrOverFloorLimit", refused.GetProperty("reason").GetString());
        Assert.Equal(60, refused.GetProperty("number").GetInt32());
        Assert.Equal(50_00, refused.GetProperty("limit").GetInt64());
        Assert.Equal(32, refused.GetProperty("payment").GetString()!.Length);
    }

    [Fact]
    public async Task A_chip_on_the_command_line_pays_what_the_cash_leaves()
    {
        const string chip = "4F07A0000000031010500A56495341204445424954"
            + "5F24032912315A084242424242424242" + "9F2608AABBCCDDEEFF00119F270180";

        var json = (await _cli.Run(
            "sale", "--line", "LAMP", "--pay", "cash:40.00", "--pay", "card", "--tlv", chip, "--json")).Json;

        Assert.Equal([40_00, 20_00], Amounts(json.GetProperty("tenders")));
        Assert.Equal(0, json.GetProperty("change").GetProperty("minor").GetInt64());
    }

    [Theory]
    [InlineData("an unknown product", "--line PEAS --pay cash", "No product has the SKU or barcode 'PEAS'")]
    [InlineData("too little cash", "--line TEA --pay cash:1.00", "2.49 EUR too little")]
    [InlineData("no amount", "--line TEA --pay cash:lots", "is no amount")]
    [InlineData("no tender", "--line TEA --pay cheque", "is no tender")]
    [InlineData("an empty tender", "--line TEA --pay card:", "is no tender")]
    [InlineData("no card", "--line TEA --pay card", "Say which card pays")]
    [InlineData("a card too many", "--line TEA --pay cash --track2 x", "nothing is paid by card")]
    [InlineData("two cards", "--line TEA --pay card:a --track2 x", "One card pays")]
    [InlineData("no such file", "--line TEA --pay card:nowhere.json", "cannot be read as a card file")]
    [InlineData("no such mode", "--line TEA --pay card --tlv 00 --mode wave", "is no way to read a chip")]
    [InlineData("no product at all", "--pay cash", "Option '--line' is required")]
    [InlineData("no payment", "--line TEA", "with --pay")]
    [InlineData("a quantity of none", "--line TEAx0 --pay cash", "must be 1 to 9999")]
    [InlineData("a strange option", "--pay cash --free --line TEA", "'--free'")]
    [InlineData("a bad address", "--line TEA --pay cash --email nobody", "e-mail address")]
    public async Task Bad_input_ends_with_two_and_says_what_to_change(
        string name, string arguments, string sentence)
    {
        string[] sale = ["sale", .. arguments.Split(' ')];

        var text = await _cli.Run(sale);
        var json = await _cli.Run([.. sale, "--json"]);

        Assert.True(text.Code == 2 && json.Code == 2, name);
        Assert.Contains(sentence, text.Errors);
        var error = json.Json.GetProperty("error");
        Assert.Equal("BadInput", error.GetProperty("name").GetString());
        Assert.Contains(
            error.GetProperty("sentences").EnumerateArray(), told => told.GetString()!.Contains(sentence));
        Assert.Equal(0, _cli.Peek(store => store.Sales().Count));
    }

    [Theory]
    [InlineData("as a product", "sale --line 4242424242424242 --pay cash")]
    [InlineData("as a tender", "sale --line TEA --pay 4242424242424242")]
    [InlineData("as an argument too many", "sale --pay cash 4242424242424242 --line TEA")]
    [InlineData("as a reason", "void --receipt 1 --reason 4242424242424242")]
    [InlineData("as a receipt", "void --receipt 4242424242424242 --reason x")]
    [InlineData("as a verb", "4242424242424242")]
    public async Task A_card_number_typed_in_the_wrong_place_is_never_repeated(string name, string arguments)
    {
        // The runner of these tests looks for card numbers in all that is printed.
        var run = await _cli.Run(arguments.Split(' '));

        Assert.True(run.Code == 2, name);
    }

    [Fact]
    public async Task An_issuer_that_says_yes_or_no_is_printed_with_its_code()
    {
        await using var office = await Office(request => request.Amount.Minor == 19_99
            ? new(request.Payment, AuthoriseResult.Approved, "00", "A1B2C3", "632620000001", "Approved.")
            : new(request.Payment, AuthoriseResult.Declined, "51", null, null, "Not enough money."));
        using var cli = new TestCli(new Uri(office.Urls.First()));
        string[] card = ["--pay", "card", "--track2", TestShop.VisaStripe];

        var approved = await cli.Run(["sale", "--line", "MUG", .. card]);
        var declined = await cli.Run(["sale", "--line", "LAMP", .. card, "--json"]);

        Assert.Equal(0, approved.Code);
        Assert.Contains("Authorisation code A1B2C3", approved.Output);
        Assert.DoesNotContain("OFFLINE", approved.Output);
        Assert.Equal(5, declined.Code);
        Assert.Equal("51", declined.Json.GetProperty("declined").GetProperty("responseCode").GetString());
    }

    public void Dispose() => _cli.Dispose();

    private static long[] Amounts(JsonElement tenders) =>
        [.. tenders.EnumerateArray().Select(t => t.GetProperty("amount").GetProperty("minor").GetInt64())];

    private static async Task<WebApplication> Office(Func<AuthoriseRequest, AuthoriseAnswer> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/api/payments/{payment}/authorise", async (HttpContext context) =>
        {
            var request = await JsonSerializer.DeserializeAsync(
                context.Request.Body, WireJson.Default.AuthoriseRequest);
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(
                answer(request!), WireJson.Default.AuthoriseAnswer));
        });
        await app.StartAsync();
        return app;
    }
}
