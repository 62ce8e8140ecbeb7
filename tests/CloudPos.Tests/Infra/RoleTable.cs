using System.Text.Json.Nodes;

namespace CloudPos.Tests.Infra;

/// <summary>
/// The roles that the back office's identity holds, each on one kind of resource, as infra/DESIGN.md lists
/// them. A role that is not here, or that reaches further, is a finding.
/// </summary>
internal static class RoleTable
{
    private const string Account = "Microsoft.Storage/storageAccounts";
    private const string Queue = "Microsoft.ServiceBus/namespaces/queues";
    private const string Vault = "Microsoft.KeyVault/vaults";
    private const string Insights = "Microsoft.Insights/components";

    public static readonly (string Role, string Id, string On)[] Allowed =
    [
        ("Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", Account),
        ("Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", Account),
        ("Azure Service Bus Data Sender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", Queue),
        ("Azure Service Bus Data Receiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", Queue),
        ("Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6", Vault),
        ("Key Vault Secrets Officer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", Vault),
        ("Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb", Insights),
    ];

    /// <summary>
    /// Every pair of role and resource that is wanted and not there, or there and not wanted.
    /// </summary>
    public static IEnumerable<string> Differences(Deployment deployment)
    {
        var wanted = Allowed
            .SelectMany(row => deployment.OfType(row.On).Select(on => $"{row.Role} on {(string)on["id"]!}"))
            .ToHashSet(StringComparer.Ordinal);
        var given = deployment.OfType("Microsoft.Authorization/roleAssignments").Select(Describe).ToList();
        return given.Where(role => !wanted.Contains(role)).Select(role => $"not wanted: {role}")
            .Concat(wanted.Except(given).Select(role => $"missing: {role}"))
            .Concat(given.CountBy(role => role).Where(role => role.Value > 1)
                .Select(role => $"twice: {role.Key}"));
    }

    /// <summary>Who holds roles: the principal of the one identity, and nobody else.</summary>
    public static IEnumerable<string> Strangers(Deployment deployment)
    {
        var identities = deployment.OfType("Microsoft.ManagedIdentity/userAssignedIdentities").ToList();
        if (identities.Count != 1)
            return [$"{identities.Count} identities, where one is wanted"];
        var own = $"[reference('{(string)identities[0]["id"]!}', '2024-11-30').principalId]";
        return deployment.OfType("Microsoft.Authorization/roleAssignments")
            .Select(role => (string)role["properties"]!["principalId"]!).Where(who => who != own);
    }

    private static string Describe(JsonNode assignment)
    {
        var id = ((string)assignment["properties"]!["roleDefinitionId"]!).Split('/')[^1];
        // An assignment's own id begins with that of what it is on.
        var scope = ((string)assignment["id"]!).Split("/providers/Microsoft.Authorization/")[0];
        var role = Allowed.FirstOrDefault(row => row.Id == id).Role ?? id;
        return $"{role} on {scope}";
    }
}
