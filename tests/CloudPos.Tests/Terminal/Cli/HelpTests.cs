using CloudPos.Terminal.Cli;

namespace CloudPos.Tests.Terminal.Cli;

public class HelpTests
{
    public static TheoryData<string> Verbs =>
    [
        "enrol", "serve", "sale", "void", "stock receive", "stock count", "stock show", "status", "forward",
        "journal verify", "journal list", "report z", "receipt", "attempts", "attempts abandon", "decode",
        "stock waste", "stock send",
        "stock arrive", "stock transfers", "product edit", "product conflicts", "customer add",
        "customer find", "customer erase", "customer points", "shift open", "shift cash", "shift close",
        "shift show", "report x", "report sales", "people list", "people check",
        "policy show", "policy explain", "policy try",
    ];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_says_what_a_verb_does_shows_examples_and_the_exit_codes(string verb)
    {
        var (code, output) = await Run([.. verb.Split(' '), "--help"]);

        Assert.Equal(0, code);
        Assert.Contains("--json", output);
        Assert.Contains($"Examples:\n  cloudpos-terminal {verb}", output);
        Assert.Contains("   4  the card is refused by the offline policy", output);
    }

    [Fact]
    public async Task The_help_of_the_program_lists_every_verb_and_every_exit_code()
    {
        var (_, output) = await Run(["--help"]);

        Assert.All(Verbs, verb => Assert.Contains($"  {verb.Data.Split(' ')[0]} ", output));
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Contains($"\n  {(int)code,2}  ", output));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stock")]
    [InlineData("journal")]
    [InlineData("refund")]
    public async Task A_verb_that_is_missing_or_unknown_is_bad_input(string arguments)
    {
        var (code, _) = await Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((int)ExitCode.BadInput, code);
    }

    private static async Task<(int Code, string Output)> Run(string[] arguments)
    {
        using var output = new StringWriter();
        var code = await VerbRunner.Run(arguments, ".", output, TextWriter.Null, TimeProvider.System);
        return (code, output.ToString());
    }
}
