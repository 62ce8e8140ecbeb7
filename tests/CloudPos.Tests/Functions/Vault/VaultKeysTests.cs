using Azure.Core.Pipeline;
using Azure.Core;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Local.Cloud;
using CloudPos.Tests.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Vault;

/// <summary>Both stores of keys keep the same promises; Key Vault here is its double, over https.</summary>
public class VaultKeysTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_key_is_listed_with_its_period_read_whole_and_gone_once_deleted(bool vault)
    {
        await using var world = await World.Start(vault);
        var keys = Enumerable.Range(0, 7).Select(i => new KeptKey(
            $"sealing-{i:x16}", KeyKind.Sealing, Day.AddDays(i), Day.AddDays(400 + i))).ToList();
        foreach (var key in keys)
            await world.Store.Add(key, Enumerable.Repeat((byte)key.NotBefore.Day, 32).ToArray(), default);

        Assert.Equal(keys, (await world.Store.List(default)).OrderBy(key => key.Name));
        Assert.Equal(Enumerable.Repeat((byte)Day.Day, 32), await world.Store.Read(keys[0], default));

        await world.Store.Delete(keys[0], default);
        await world.Store.Delete(keys[0], default);
        Assert.Equal(keys[1..], (await world.Store.List(default)).OrderBy(key => key.Name));
    }

    [Fact]
    public async Task A_ring_over_the_vault_goes_on_with_what_it_has_when_the_vault_is_away()
    {
        await using var world = await World.Start(vault: true);
        using var folder = new TestFolder();
        await using var tables = new TablePort(
            SqliteTableEngine.Open(folder.File("tables.db")), TimeProvider.System);
        using var ring = await TestKeys.Ring(world.Store, tables, new FakeTimeProvider(Day));
        var list = ring.SignedKeyList;
        world.Cloud!.Vault.IsAway = true;

        await Assert.ThrowsAsync<KeysUnavailableException>(() => ring.Read());

        Assert.Equal(list, ring.SignedKeyList);
    }

    [Theory]
    [InlineData("https://cloudpos-dev.vault.azure.net/", true)]
    [InlineData("https://127.0.0.1:4433/", true)]
    [InlineData("http://127.0.0.1:4433/", false)]
    [InlineData("https://vault.example/", false)]
    [InlineData("https://cloudpos.vault.azure.net.example/", false)]
    public void Only_a_vault_of_Azure_or_a_double_on_loopback_is_an_address(string text, bool expected) =>
        Assert.Equal(expected, VaultAddress.Parse(text) is not null);

    private sealed class World : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();

        public CloudDoubles? Cloud { get; private init; }

        public IKeyStore Store { get; private set; } = null!;

        public static async Task<World> Start(bool vault)
        {
            var world = new World
            {
                Cloud = vault ? await CloudDoubles.Start([], TimeProvider.System) : null,
            };
            world.Store = world.Cloud is { } cloud
                ? new VaultKeys(
                    VaultAddress.Parse(cloud.VaultAddress.ToString())!, new Credential(cloud.Authority),
                    Trusting(cloud))
                : new KeyFiles(world._folder.File("keys"));
            return world;
        }

        public async ValueTask DisposeAsync()
        {
            if (Cloud is not null)
                await Cloud.DisposeAsync();
            _folder.Dispose();
        }

        private static HttpClientTransport Trusting(CloudDoubles cloud)
        {
            var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                    certificate?.ExportCertificatePem() == cloud.CertificatePem,
            };
            return new HttpClientTransport(handler);
        }
    }

    private sealed class Credential(TokenAuthority authority) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext context, CancellationToken cancel) => new(
            authority.Create(context.Scopes[0].Replace("/.default", "", StringComparison.Ordinal), "test"),
            TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext context, CancellationToken cancel) => new(GetToken(context, cancel));
    }
}
