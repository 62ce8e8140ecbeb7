using CloudPos.Local.Finance;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions;

namespace CloudPos.Tests.Local;

/// <summary>A finance clerk's files by command, against a back office over loopback.</summary>
public sealed class FinanceCommandTests : IAsyncLifetime
{
    private const string Bank = $"bank/{TestBackOffice.Merchant}";

    private readonly TestFolder _folder = new();
    private TestBackOffice _office = null!;

    public async ValueTask InitializeAsync() => _office = await TestBackOffice.WithStore();

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_statement_is_entered_and_each_line_that_needs_a_person_is_named()
    {
        const string statement = $"""
            Buchung;Betrag;Text
            22.11.2026;45,00;{TestBackOffice.Merchant} 20261120
            23.11.2026;12,00;somebody else
            24.11.2026;much;nobody
            """;

        var (code, text) = await Upload(statement, Bank, "format=csv", "date=Buchung", "amount=Betrag",
            "text=Text", "currency=EUR", "separator=;", "decimal=,", "dateFormat=dd.MM.yyyy");

        Assert.Equal(1, code);
        Assert.Contains(
            "0 matched, 0 known already, 1 not ours, 1 unmatched, 1 not readable.", text,
            StringComparison.Ordinal);
        Assert.Contains("line 2  Unmatched  2026-11-22  45.00 EUR", text, StringComparison.Ordinal);
        Assert.Contains("line 4  Faulty", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_refused_enters_nothing_and_the_command_says_why()
    {
        Assert.Equal(
            (2, "Nothing was entered. format A format is camt053 or csv."),
            await Upload("x", Bank, "format=pdf"));
        var (code, text) = await Upload("<Document", Bank, "format=camt053");
        Assert.Equal(2, code);
        Assert.Contains("line 1", text, StringComparison.Ordinal);
        (code, text) = await Upload("x", $"cycles/{TestBackOffice.Merchant}/EUR/2026-11-20/listing");
        Assert.Equal(2, code);
        Assert.Contains("such settlement cycle", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "CLOUDPOS_TOKEN is not set")]
    [InlineData("nonsense", "The request wants a valid bearer token")]
    public async Task Without_a_persons_token_nothing_is_entered(string? token, string sentence)
    {
        var (code, text) = await UploadAs(token, "x", Bank);

        Assert.Equal(2, code);
        Assert.Contains(sentence, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bank --url http://example.com --merchant M --file .", "http only on this machine")]
    [InlineData("bank --url https://example.com --merchant M --file /nowhere", "does not exist")]
    [InlineData("bank --url https://example.com --merchant M --file . --csv date", "write NAME=VALUE")]
    [InlineData("listing --url https://example.com --merchant M --currency EUR --date x --file .",
        "--date is yyyy-MM-dd")]
    public void What_is_missing_on_the_command_line_is_said(string line, string sentence) =>
        Assert.Contains(
            CloudPos.Local.LocalCommandLine.Build().Parse(line).Errors,
            error => error.Message.Contains(sentence, StringComparison.Ordinal));

    private Task<(int Code, string Text)> Upload(string file, string path, params string[] query) =>
        UploadAs(_office.TokenOf("finance"), file, path, query);

    private async Task<(int Code, string Text)> UploadAs(
        string? token, string file, string path, params string[] query)
    {
        await File.WriteAllTextAsync(_folder.File("statement"), file);
        using var output = new StringWriter();
        var code = await FileUpload.Run(
            new FileUpload(
                _office.Http.BaseAddress!, _folder.File("statement"), path,
                [.. query.Select(pair => KeyValuePair.Create(pair.Split('=', 2)[0], pair.Split('=', 2)[1]))],
                path.StartsWith("bank", StringComparison.Ordinal)
                    ? FinanceCommands.Statement : FinanceCommands.Comparison),
            token, output, TestContext.Current.CancellationToken);
        return (code, output.ToString().Trim());
    }
}
