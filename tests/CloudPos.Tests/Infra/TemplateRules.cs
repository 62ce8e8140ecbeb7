using System.Text.Json.Nodes;
using static CloudPos.Tests.Infra.Deployment;

namespace CloudPos.Tests.Infra;

/// <summary>
/// A rule over what would be deployed. Each way to spoil a deployment must make the rule find something, so
/// that a rule which has stopped looking is noticed.
/// </summary>
public sealed record TemplateRule
{
    public required string Name { get; init; }

    public required Func<Deployment, IEnumerable<string>> Find { get; init; }

    public required Action<Deployment>[] Spoilt { get; init; }

    public override string ToString() => Name;
}

/// <summary>The rules; a new one is one more row of All.</summary>
internal static partial class TemplateRules
{
    private const string Account = "Microsoft.Storage/storageAccounts";
    private const string Container = "Microsoft.Storage/storageAccounts/blobServices/containers";
    private const string Bus = "Microsoft.ServiceBus/namespaces";
    private const string Queue = "Microsoft.ServiceBus/namespaces/queues";
    private const string Vault = "Microsoft.KeyVault/vaults";
    private const string Insights = "Microsoft.Insights/components";
    private const string Workspace = "Microsoft.OperationalInsights/workspaces";
    private const string Site = "Microsoft.Web/sites";
    private const string Plan = "Microsoft.Web/serverfarms";
    private const string Publishing = "Microsoft.Web/sites/basicPublishingCredentialsPolicies";
    private const string Role = "Microsoft.Authorization/roleAssignments";

    public static readonly TemplateRule[] All =
    [
        new()
        {
            Name = "no parameter takes a secret",
            Find = SecretParameters,
            Spoilt =
            [
                d => d.Template["parameters"]!["x"] = Json("""{"type":"securestring"}"""),
                d => d.Templates().Last()["parameters"]!["x"] = Json("""{"type":"secureObject"}"""),
                d => d.Template["parameters"]!["smtpPassword"] = Json("""{"type":"string"}"""),
            ],
        },
        new()
        {
            Name = "no key is read from a service",
            Find = d => d.Texts().Where(text => ReadsKey().IsMatch(text.Text)).Select(text => text.Where),
            Spoilt =
            [
                d => Setting(d, "X", "[listKeys('x', '2023-01-01').keys[0].value]"),
                d => Setting(d, "X", "[x.listAccountSas('2023-01-01', y).accountSasToken]"),
                d => Setting(d, "X", "[kv.getSecret('x')]"),
                d => Setting(d, "X", "[reference('x').primaryConnectionString]"),
            ],
        },
        new()
        {
            Name = "no setting, property or output holds a key or a connection string",
            Find = HeldSecrets,
            Spoilt =
            [
                d => Setting(d, "X", "AccountName=a;AccountKey=b"),
                d => Setting(d, "X", "Endpoint=sb://x/;SharedAccessKeyName=a;SharedAccessKey=b"),
                d => Setting(d, "X", "https://a.blob.core.windows.net/x?sv=1&sig=b"),
                d => Setting(d, "AzureWebJobsStorage", "anything"),
                d => Setting(d, "SMTP_PASSWORD", "anything"),
                d => d.First(Site)["properties"]!["siteConfig"]!["connectionStrings"] = Json("[{}]"),
                d => d.First(Insights)["properties"]!["DisableLocalAuth"] = false,
                d => d.Template["outputs"]!["x"] =
                    Json("""{"type":"string","value":"[reference('i').outputs.insightsConnection.value]"}"""),
            ],
        },
        new()
        {
            Name = "every service refuses shared keys",
            Find = SharedKeys,
            Spoilt =
            [
                d => d.First(Account)["properties"]!["allowSharedKeyAccess"] = true,
                d => d.First(Account)["properties"]!.AsObject().Remove("allowSharedKeyAccess"),
                d => d.First(Bus)["properties"]!["disableLocalAuth"] = false,
                d => d.First(Insights)["properties"]!["DisableLocalAuth"] = false,
                d => d.First(Workspace)["properties"]!["features"]!["disableLocalAuth"] = false,
                d => d.First(Vault)["properties"]!["enableRbacAuthorization"] = false,
                d => d.First(Vault)["properties"]!["accessPolicies"] = Json("[{}]"),
                d => d.First(Publishing)["properties"]!["allow"] = true,
                d => d.Resources.Remove(d.First(Publishing)),
                d => Deployed(d)["authentication"]!["type"] = "StorageAccountConnectionString",
                d => d.Resources.Add(Json(
                    """{"type":"Microsoft.ServiceBus/namespaces/AuthorizationRules","name":"a/b"}""")),
            ],
        },
        new()
        {
            Name = "every role is one of the named ones, on the resource it is named for",
            Find = RoleTable.Differences,
            Spoilt =
            [
                d => d.First(Role)["properties"]!["roleDefinitionId"] =
                    "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
                d => d.First(Role)["id"] =
                    "/subscriptions/1/resourceGroups/x/providers/Microsoft.Authorization/roleAssignments/y",
                d => d.First(Role)["id"] =
                    "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments/y",
                d => d.Resources.Remove(d.First(Role)),
                d => d.Resources.Add(d.First(Role).DeepClone()),
            ],
        },
        new()
        {
            Name = "only the back office's identity holds roles",
            Find = RoleTable.Strangers,
            Spoilt =
            [
                d => d.First(Role)["properties"]!["principalId"] = "00000000-0000-0000-0000-000000000009",
                d => d.Resources.Add(d.First("Microsoft.ManagedIdentity/userAssignedIdentities").DeepClone()),
            ],
        },
        new()
        {
            Name = "queues keep dead letters and never drop a second ring",
            Find = d => d.OfType(Queue).SelectMany(queue => Wanted(
                queue, ("requiresDuplicateDetection", "false"), ("deadLetteringOnMessageExpiration", "true"),
                ("maxDeliveryCount", "10"), ("lockDuration", "PT5M"), ("defaultMessageTimeToLive", "P7D"))),
            Spoilt =
            [
                d => d.First(Queue)["properties"]!["requiresDuplicateDetection"] = true,
                d => d.First(Queue)["properties"]!["deadLetteringOnMessageExpiration"] = false,
                d => d.First(Queue)["properties"]!.AsObject().Remove("maxDeliveryCount"),
            ],
        },
        new()
        {
            Name = "nothing is spoken below TLS 1.2 or in clear",
            Find = d => Each(
                    d, Account, ("minimumTlsVersion", "TLS1_2"), ("supportsHttpsTrafficOnly", "true"))
                .Concat(Each(d, Bus, ("minimumTlsVersion", "1.2")))
                .Concat(Each(d, Site, ("httpsOnly", "true"), ("siteConfig.minTlsVersion", "1.2"),
                    ("siteConfig.scmMinTlsVersion", "1.2"), ("siteConfig.ftpsState", "Disabled"))),
            Spoilt =
            [
                d => d.First(Account)["properties"]!["minimumTlsVersion"] = "TLS1_0",
                d => d.First(Account)["properties"]!["supportsHttpsTrafficOnly"] = false,
                d => d.First(Bus)["properties"]!["minimumTlsVersion"] = "1.0",
                d => d.First(Site)["properties"]!["httpsOnly"] = false,
                d => d.First(Site)["properties"]!["siteConfig"]!["ftpsState"] = "AllAllowed",
            ],
        },
        new()
        {
            Name = "no blob is public",
            Find = d => Each(d, Account, ("allowBlobPublicAccess", "false"))
                .Concat(Each(d, Container, ("publicAccess", "None"))),
            Spoilt =
            [
                d => d.First(Account)["properties"]!["allowBlobPublicAccess"] = true,
                d => d.First(Container)["properties"]!["publicAccess"] = "Blob",
            ],
        },
        new()
        {
            Name = "no key is gone at once",
            Find = d => Each(d, Vault, ("enablePurgeProtection", "true"), ("enableSoftDelete", "true")),
            Spoilt = [d => d.First(Vault)["properties"]!.AsObject().Remove("enablePurgeProtection")],
        },
        new()
        {
            Name = "the app is a custom handler on Flex Consumption",
            Find = d => Each(d, Site, ("functionAppConfig.runtime.name", "custom"),
                    ("functionAppConfig.runtime.version", "1.0"),
                    ("functionAppConfig.deployment.storage.type", "blobContainer"))
                .Concat(d.OfType(Plan).Where(plan => (string?)plan["sku"]?["name"] != "FC1").Select(Name)),
            Spoilt =
            [
                d => d.First(Site)["properties"]!["functionAppConfig"]!["runtime"]!["name"] = "node",
                d => d.First(Plan)["sku"]!["name"] = "Y1",
            ],
        },
        new()
        {
            Name = "whoever holds state, keys or messages writes a log",
            Find = Unlogged,
            Spoilt = [d => d.Resources.Remove(d.First("Microsoft.Insights/diagnosticSettings"))],
        },
        new()
        {
            Name = "every alert is on and tells the operators",
            Find = SilentAlerts,
            Spoilt =
            [
                d => d.First("Microsoft.Insights/metricAlerts")["properties"]!["enabled"] = false,
                d => d.First("Microsoft.Insights/scheduledQueryRules")["properties"]!["actions"] = Json("{}"),
                d => d.Resources.Remove(d.First("Microsoft.Insights/metricAlerts")),
                d => d.Resources.Remove(d.First("Microsoft.Insights/scheduledQueryRules")),
            ],
        },
    ];
}
