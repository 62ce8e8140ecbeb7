using Azure.Core;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Vault;

internal static class VaultRoom
{
    public static IServiceCollection AddVault(this IServiceCollection services, BackOfficeOptions options) =>
        services
            .AddSingleton(new KeyPeriods { ByHand = options.KeysByHand })
            .AddSingleton<IKeyStore>(provider => options.KeyVault is { } vault
                ? new VaultKeys(vault, provider.GetRequiredService<TokenCredential>())
                : new KeyFiles(Path.Combine(options.Data, "keys")))
            .AddSingleton<KeyLedger>()
            .AddSingleton<KeyRing>()
            .AddSingleton<KeyFeed>()
            .AddSingleton<KeyUse>()
            .AddSingleton<RotateKeys>();

    public static void MapVault(this FunctionTable functions) =>
        functions.Timer<RotateKeys>("rotate-keys", RotateKeys.Schedule, rotate => rotate.Run);
}
