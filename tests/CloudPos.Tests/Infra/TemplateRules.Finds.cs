using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static CloudPos.Tests.Infra.Deployment;

namespace CloudPos.Tests.Infra;

/// <summary>How the rules look.</summary>
internal static partial class TemplateRules
{
    private static readonly string[] Alerts =
    [
        "dead-letters", "throttled", "unsent-entries", "dark-terminals", "unknown-payments",
        "days-out-of-balance", "owed-work", "function-failures", "no-figures",
    ];

    private static readonly string[] Logged =
    [
        "Microsoft.Storage/storageAccounts/tableServices", "Microsoft.Storage/storageAccounts/blobServices",
        Bus, Vault, Site,
    ];

    [GeneratedRegex("password|secret|token|credential|connectionstring|accesskey|accountkey|sharedkey|apikey",
        RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(
        @"\blist[A-Z]\w*\(|\bgetSecret\(|\b(primary|secondary)(Key|ConnectionString|MasterKey)\b")]
    private static partial Regex ReadsKey();

    [GeneratedRegex(
        @"(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|ClientSecret)\s*=|[?&]sig=",
        RegexOptions.IgnoreCase)]
    private static partial Regex KeyInText();

    // The setting's value is an address; the key in it opens nothing while local authentication is off.
    private const string InsightsSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    private static IEnumerable<string> SecretParameters(Deployment deployment) =>
        deployment.Templates()
            .SelectMany(template => new[] { template["parameters"], template["definitions"] })
            .OfType<JsonObject>()
            .SelectMany(all => all)
            .Where(one => SecretName().IsMatch(one.Key)
                || Texts(one.Value).Any(
                    text => text.Text.StartsWith("secure", StringComparison.OrdinalIgnoreCase)))
            .Select(one => one.Key);

    private static IEnumerable<string> HeldSecrets(Deployment deployment)
    {
        foreach (var (where, _) in deployment.Texts().Where(text => KeyInText().IsMatch(text.Text)))
            yield return where;
        var keyless = deployment.OfType(Insights).All(
            insights => (bool?)insights["properties"]?["DisableLocalAuth"] == true);
        foreach (var site in deployment.OfType(Site))
        {
            if (site["properties"]?["siteConfig"]?["connectionStrings"] is not null)
                yield return "connection strings of the app";
            foreach (var setting in Settings(site).Select(Name))
            {
                // Without a double underscore these two are connection strings.
                var bare = setting is "AzureWebJobsStorage" or "ServiceBus";
                var named = SecretName().IsMatch(setting.Replace("_", "", StringComparison.Ordinal))
                    && !setting.EndsWith("__credential", StringComparison.Ordinal);
                if (setting == InsightsSetting ? !keyless : bare || named)
                    yield return setting;
            }
        }
        foreach (var output in deployment.Template["outputs"]!.AsObject())
            if (SecretName().IsMatch(output.Key)
                || Texts(output.Value).Any(
                    text => text.Text.Contains("insightsConnection", StringComparison.Ordinal)))
                yield return $"output {output.Key}";
    }

    private static IEnumerable<string> SharedKeys(Deployment deployment) =>
        Each(deployment, Account, ("allowSharedKeyAccess", "false"))
            .Concat(Each(deployment, Bus, ("disableLocalAuth", "true")))
            .Concat(Each(deployment, Insights, ("DisableLocalAuth", "true")))
            .Concat(Each(deployment, Workspace, ("features.disableLocalAuth", "true")))
            .Concat(Each(deployment, Vault, ("enableRbacAuthorization", "true"), ("accessPolicies", null)))
            .Concat(Each(deployment, Publishing, ("allow", "false")))
            .Concat(Each(deployment, Site,
                ("functionAppConfig.deployment.storage.authentication.type", "UserAssignedIdentity")))
            .Concat(deployment.OfType(Publishing).Count() == 2 * deployment.OfType(Site).Count()
                ? [] : ["publishing with a password is not ruled out for both ways"])
            .Concat(deployment.Resources.Select(resource => Type(resource!))
                .Where(type => type.EndsWith("/authorizationRules", StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> Unlogged(Deployment deployment)
    {
        var logs = deployment.OfType("Microsoft.Insights/diagnosticSettings")
            .Where(log => log["properties"]!["workspaceId"] is not null)
            .Where(log => log["properties"]!["logs"]!.AsArray().Any(
                category => (bool?)category!["enabled"] == true))
            .Select(log => (string)log["id"]!).ToList();
        return Logged.Where(type => !logs.Exists(id => IsOn(id, type)));
    }

    /// <summary>Whether an extension's id says that it is on a resource of this type.</summary>
    private static bool IsOn(string id, string type)
    {
        var parts = type.Split('/');
        var pattern = $"/providers/{Regex.Escape(parts[0])}"
            + string.Concat(parts.Skip(1).Select(part => $"/{Regex.Escape(part)}/[^/]+"))
            + "/providers/Microsoft.Insights/diagnosticSettings/";
        return Regex.IsMatch(id, pattern);
    }

    private static IEnumerable<string> SilentAlerts(Deployment deployment)
    {
        var metric = deployment.OfType("Microsoft.Insights/metricAlerts").ToList();
        var query = deployment.OfType("Microsoft.Insights/scheduledQueryRules").ToList();
        var told = metric.Where(alert => alert["properties"]!["actions"] is JsonArray { Count: > 0 })
            .Concat(query.Where(
                alert => alert["properties"]!["actions"]?["actionGroups"] is JsonArray { Count: > 0 }))
            .Where(alert => (bool?)alert["properties"]!["enabled"] == true)
            .Select(Name).ToList();
        return Alerts.Where(alert => !told.Exists(
                name => name.StartsWith($"cloudpos-{alert}-", StringComparison.Ordinal)))
            .Concat(metric.Concat(query).Select(Name).Where(name => !told.Contains(name)));
    }

    private static IEnumerable<string> Each(
        Deployment deployment, string type, params (string Path, string? Value)[] wanted)
    {
        var all = deployment.OfType(type).ToList();
        return all.Count == 0 ? [$"no {type}"] : all.SelectMany(resource => Wanted(resource, wanted));
    }

    private static IEnumerable<string> Wanted(
        JsonNode resource, params (string Path, string? Value)[] wanted) =>
        wanted.Where(want => At(resource["properties"], want.Path)?.ToString() != want.Value)
            .Select(want => $"{Name(resource)}: {want.Path} is not {want.Value ?? "absent"}");

    private static JsonNode? At(JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (at, part) => at?[part]);

    private static JsonNode Deployed(Deployment deployment) =>
        deployment.First(Site)["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!;

    private static IEnumerable<JsonNode> Settings(JsonNode site) =>
        site["properties"]!["siteConfig"]!["appSettings"]!.AsArray().OfType<JsonNode>();

    private static void Setting(Deployment deployment, string name, string value) =>
        deployment.First(Site)["properties"]!["siteConfig"]!["appSettings"]!.AsArray().Add(
            new JsonObject { ["name"] = name, ["value"] = value });

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
