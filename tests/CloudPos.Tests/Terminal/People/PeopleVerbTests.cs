using CloudPos.Crypto;
using CloudPos.Terminal.Cli;
using CloudPos.Tests.Terminal.Cli;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.People;

public sealed class PeopleVerbTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task The_list_names_who_works_there_and_no_hash()
    {
        Hire();

        var text = await _cli.Run("people", "list");
        var json = (await _cli.Run("people", "list", "--json")).Json;

        Assert.Equal("anna              Cashier   Anna\n", text.Output);
        Assert.Equal("Cashier", json.GetProperty("people")[0].GetProperty("role").GetString());
        Assert.DoesNotContain("argon2", json.ToString());
    }

    [Fact]
    public async Task A_pin_comes_from_a_line_of_standard_input()
    {
        Hire();
        string[] check = ["people", "check", "--person", "anna", "--pin", "-", "--data", _cli.Data];

        Assert.Equal(0, await WithInput(check, "2580\n"));
        Assert.Equal(11, await WithInput(check, "2581\n"));
        Assert.Equal(11, await WithInput(check, ""));
        Assert.Equal(0, await WithInput([.. check[..4], "--pin=-", .. check[6..]], "2580\n"));
    }

    [Fact]
    public async Task A_wrong_pin_is_counted_from_one_process_to_the_next()
    {
        Hire();
        var runs = new List<CliRun>();
        for (var run = 0; run < 4; run++)
            runs.Add(await _cli.Run(
                "people", "check", "--person", "anna", "--pin", run < 3 ? "0000" : "2580"));

        Assert.All(runs, run => Assert.Equal(11, run.Code));
        Assert.Contains("try again in 30 seconds", runs[3].Errors);
    }

    /// <summary>What the screen lets a manager do alone, the command line does too.</summary>
    [Theory]
    [InlineData("product edit --sku TEA --price 1.00")]
    [InlineData("customer points --customer 0123456789abcdef0123456789abcdef --points 5 --reason x")]
    [InlineData("customer erase --customer 0123456789abcdef0123456789abcdef")]
    [InlineData("invoice forget --invoice TERM0001-1-R000001")]
    public async Task Where_there_is_staff_a_managers_pin_is_needed_as_on_the_screen(string verb)
    {
        Hire();
        var before = _cli.Peek(store => store.LastNumber);

        var nobody = await _cli.Run(verb.Split(' '));
        var cashier = await _cli.Run([.. verb.Split(' '), "--manager", "anna", "--manager-pin", "2580"]);

        Assert.Equal((11, 11), (nobody.Code, cashier.Code));
        Assert.Contains("This takes a manager", nobody.Errors);
        Assert.Equal(before, _cli.Peek(store => store.LastNumber));
        Assert.Equal(3_49, _cli.Peek(store => store.FindProduct("TEA")!.Price.Minor));
    }

    [Fact]
    public async Task With_a_managers_pin_a_price_is_changed_from_the_command_line()
    {
        _cli.Peek(_ =>
        {
            _cli.Shop.Apply(new FeedRow(Staff: new StaffMember(
                "mia", "Mia", StaffRole.Manager, PinHash.Of("3690").RevealText())));
            return 0;
        });

        var run = await _cli.Run(
            "product", "edit", "--sku", "TEA", "--price", "1.00", "--manager", "mia", "--manager-pin",
            "3690");

        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Equal(1_00, _cli.Peek(store => store.FindProduct("TEA")!.Price.Minor));
    }

    [Fact]
    public async Task A_refund_says_how_its_manager_is_named()
    {
        Assert.Equal(0, (await _cli.Run("sale", "--line", "TEA", "--pay", "cash:10.00")).Code);
        Hire();

        var run = await _cli.Run("refund", "--receipt", "1", "--reason", "damaged");

        Assert.Equal(11, run.Code);
        Assert.Contains("--manager and --manager-pin", run.Errors);
    }

    public void Dispose() => _cli.Dispose();

    private void Hire() => _cli.Peek(_ =>
    {
        _cli.Shop.Apply(new FeedRow(Staff: new StaffMember(
            "anna", "Anna", StaffRole.Cashier, PinHash.Of("2580").RevealText())));
        return 0;
    });

    private async Task<int> WithInput(string[] arguments, string input)
    {
        using var reader = new StringReader(input);
        return await VerbRunner.Run(
            arguments, _cli.Data, TextWriter.Null, TextWriter.Null, _cli.Shop.Till.Clock, input: reader);
    }
}
