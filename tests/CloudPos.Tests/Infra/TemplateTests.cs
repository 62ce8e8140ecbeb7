using CloudPos.Functions.Hosting;

namespace CloudPos.Tests.Infra;

/// <summary>Reads what would be deployed to Azure, as the Bicep compiler works it out.</summary>
public class TemplateTests
{
    public static TheoryData<TemplateRule> Rules => [.. TemplateRules.All];

    public static bool NoCompiler => BicepCompiler.IsMissing;

    [Theory(Skip = BicepCompiler.MissingBecause, SkipWhen = nameof(NoCompiler))]
    [MemberData(nameof(Rules))]
    public async Task Both_environments_keep_the_rule(TemplateRule rule)
    {
        Assert.Empty(rule.Find(await Deployment.OfAsync("dev")));
        Assert.Empty(rule.Find(await Deployment.OfAsync("prod")));
    }

    [Theory(Skip = BicepCompiler.MissingBecause, SkipWhen = nameof(NoCompiler))]
    [MemberData(nameof(Rules))]
    public async Task The_rule_notices_each_way_to_break_it(TemplateRule rule)
    {
        var whole = await Deployment.OfAsync("prod");
        Assert.NotEmpty(rule.Spoilt);
        Assert.All(rule.Spoilt, spoil =>
        {
            var spoilt = whole.Copy();
            spoil(spoilt);
            Assert.NotEmpty(rule.Find(spoilt));
        });
    }

    [Fact(Skip = BicepCompiler.MissingBecause, SkipWhen = nameof(NoCompiler))]
    public async Task State_and_keys_are_locked_in_production_only()
    {
        const string locks = "Microsoft.Authorization/locks";
        var prod = await Deployment.OfAsync("prod");
        Assert.Equal(["keys", "state"], prod.OfType(locks).Select(Deployment.Name).Order());
        Assert.Empty((await Deployment.OfAsync("dev")).OfType(locks));
    }

    [Fact(Skip = BicepCompiler.MissingBecause, SkipWhen = nameof(NoCompiler))]
    public async Task Each_queue_function_has_its_queue()
    {
        var queues = (await Deployment.OfAsync("prod")).OfType("Microsoft.ServiceBus/namespaces/queues")
            .Select(queue => Deployment.Name(queue).Split('/')[^1]).ToHashSet();
        Assert.All(
            BackOffice.Functions().All.OfType<QueueFunction>(),
            function => Assert.Contains(function.Queue, queues));
    }

    [Theory(Skip = BicepCompiler.MissingBecause, SkipWhen = nameof(NoCompiler))]
    [InlineData("param x string", "no-unused-params")]
    [InlineData("output x string = account.listKeys().keys[0].value", "outputs-should-not-contain-secrets")]
    public async Task A_lint_warning_fails_the_build(string line, string expected)
    {
        var folder = BicepCompiler.CopySources();
        try
        {
            await File.AppendAllTextAsync(
                Path.Combine(folder.FullName, "main.bicep"), $$"""

                resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: 'x' }
                {{line}}
                """);
            var (code, _, errors) = await BicepCompiler.RunAsync(folder.FullName, "lint", "main.bicep");
            Assert.NotEqual(0, code);
            Assert.Contains($"Error {expected}", errors, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
