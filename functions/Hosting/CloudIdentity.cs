using System.Collections;
using Azure.Core;
using Azure.Identity;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// As whom the back office calls Azure. There it is the managed identity and nothing else, so that a wrong
/// setting fails instead of falling back to something weaker; elsewhere it is the person who is logged in to
/// Azure's command line. One credential for all services: it keeps their tokens.
/// </summary>
internal static class CloudIdentity
{
    public static TokenCredential Of(IDictionary environment)
    {
        // Set by Azure wherever a managed identity is to be had.
        if (!environment.Contains("IDENTITY_ENDPOINT")) return new AzureCliCredential();
        return new ManagedIdentityCredential(
            environment["AZURE_CLIENT_ID"] is string { Length: > 0 } client
                ? ManagedIdentityId.FromUserAssignedClientId(client)
                : ManagedIdentityId.SystemAssigned);
    }
}
