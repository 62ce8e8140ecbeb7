using System.Text.Json.Nodes;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Hosting;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Functions.CustomHandler;

/// <summary>What is shipped to the Functions host: the table of functions, by the host's rules.</summary>
public class PackageFilesTests
{
    private static readonly string Shipped = Path.Combine(SourceTree.Top, "functions", "Package");

    [Fact]
    public void The_shipped_files_are_those_of_the_table()
    {
        var made = PackageFiles.Of(BackOffice.Functions());
        var found = Directory.EnumerateFiles(Shipped, "*.json", SearchOption.AllDirectories).ToDictionary(
            file => Path.GetRelativePath(Shipped, file).Replace('\\', '/'), File.ReadAllText);

        var differing = made.Keys.Union(found.Keys)
            .Where(path => made.GetValueOrDefault(path) != found.GetValueOrDefault(path)).Order();

        Assert.True(
            !differing.Any(),
            $"These differ from the functions: {string.Join(", ", differing)}.\nWrite them anew with:\n  "
            + PackageFiles.Command);
    }

    [Fact]
    public void Writing_anew_takes_a_function_away_that_is_no_more()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.File("gone"));
        File.WriteAllText(folder.File("gone/function.json"), "{}");

        PackageFiles.Write(folder.Path, BackOffice.Functions());

        Assert.False(Directory.Exists(folder.File("gone")));
        Assert.True(File.Exists(folder.File("sweep/function.json")));
    }

    [Fact]
    public void Queues_come_one_message_at_a_time_as_bytes_and_no_function_has_an_output_but_HTTP()
    {
        foreach (var (path, text) in PackageFiles.Of(BackOffice.Functions()))
            foreach (var binding in JsonNode.Parse(text)!["bindings"]?.AsArray() ?? [])
            {
                if ((string)binding!["type"]! == "serviceBusTrigger")
                    Assert.Equal(
                        ("binary", "one"), ((string)binding["dataType"]!, (string)binding["cardinality"]!));
                Assert.True(
                    (string)binding["direction"]! == "in" || (string)binding["type"]! == "http", path);
            }
    }

    [Fact]
    public void Calls_are_proxied_below_a_prefix_that_no_trigger_shares_and_no_route_catches_all()
    {
        var files = PackageFiles.Of(BackOffice.Functions());
        var host = JsonNode.Parse(files["host.json"])!;
        Assert.True((bool)host["customHandler"]!["enableProxyingHttpRequest"]!);
        Assert.Equal("api", (string)host["extensions"]!["http"]!["routePrefix"]!);
        foreach (var route in files.Values.SelectMany(
            text => JsonNode.Parse(text)!["bindings"]?.AsArray() ?? []).Select(b => (string?)b!["route"]))
        {
            Assert.DoesNotContain("*", route ?? "", StringComparison.Ordinal);
            // The host refuses both.
            Assert.False(route?.StartsWith("admin", StringComparison.OrdinalIgnoreCase) ?? false);
            Assert.False(route?.StartsWith("runtime", StringComparison.OrdinalIgnoreCase) ?? false);
        }
        Assert.DoesNotContain(BackOffice.Functions().All, function => function.Name == "api");
    }

    [Fact]
    public void The_deadline_of_a_call_lies_well_below_the_hosts()
    {
        var limits = new TriggerLimits();
        Assert.True(2 * (limits.Deadline + limits.Grace) < PackageFiles.FunctionTimeout);
    }
}
