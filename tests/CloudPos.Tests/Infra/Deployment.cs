using System.Text.Json.Nodes;

namespace CloudPos.Tests.Infra;

/// <summary>
/// What would be deployed: the compiled template, modules inside it, and the resources that it makes with the
/// parameters of one environment, loops and conditions worked out by the compiler.
/// </summary>
public sealed record Deployment(JsonNode Template, JsonArray Resources)
{
    private static readonly Lazy<Task<(Deployment Dev, Deployment Prod)>> Both = new(CompileAsync);

    public static async Task<Deployment> OfAsync(string environment)
    {
        var (dev, prod) = await Both.Value;
        return environment == "prod" ? prod : dev;
    }

    /// <summary>A copy that a test may spoil.</summary>
    public Deployment Copy() => new(Template.DeepClone(), Resources.DeepClone().AsArray());

    public IEnumerable<JsonNode> OfType(string type) =>
        Resources.OfType<JsonNode>().Where(resource => Type(resource) == type);

    public JsonNode First(string type) => OfType(type).First();

    /// <summary>The template and the templates of its modules.</summary>
    public IEnumerable<JsonNode> Templates() => WithModules(Template);

    /// <summary>All texts in the template and in the resources, with where they stand.</summary>
    public IEnumerable<(string Where, string Text)> Texts() => Texts(Template).Concat(Texts(Resources));

    public static string Type(JsonNode resource) => (string)resource["type"]!;

    public static string Name(JsonNode resource) => (string)resource["name"]!;

    public static IEnumerable<(string Where, string Text)> Texts(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(member => Texts(member.Value)),
        JsonArray a => a.SelectMany(Texts),
        JsonValue v when v.TryGetValue(out string? text) => [(v.GetPath(), text)],
        _ => [],
    };

    private static IEnumerable<JsonNode> WithModules(JsonNode template)
    {
        yield return template;
        var resources = template["resources"] is JsonObject named
            ? named.Select(resource => resource.Value)
            : template["resources"]!.AsArray();
        foreach (var module in resources.Select(resource => resource!["properties"]?["template"]))
            if (module is not null)
                foreach (var inner in WithModules(module))
                    yield return inner;
    }

    private static async Task<(Deployment Dev, Deployment Prod)> CompileAsync()
    {
        var folder = BicepCompiler.CopySources();
        try
        {
            var built = await BicepCompiler.RunAsync(folder.FullName, "build", "main.bicep", "--stdout");
            Assert.True(built.ExitCode == 0, built.Errors);
            var template = JsonNode.Parse(built.Output)!;
            return (new Deployment(template, await PredictAsync(folder.FullName, "dev")),
                new Deployment(template, await PredictAsync(folder.FullName, "prod")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<JsonArray> PredictAsync(string folder, string environment)
    {
        var predicted = await BicepCompiler.RunAsync(
            folder, "snapshot", $"{environment}.bicepparam", "--mode", "overwrite",
            "--location", "westeurope",
            "--tenant-id", "00000000-0000-0000-0000-000000000001",
            "--subscription-id", "00000000-0000-0000-0000-000000000002", "--resource-group", "cloudpos");
        Assert.True(predicted.ExitCode == 0, predicted.Errors);
        var text = await File.ReadAllTextAsync(Path.Combine(folder, $"{environment}.snapshot.json"));
        return JsonNode.Parse(text)!["predictedResources"]!.DeepClone().AsArray();
    }
}
