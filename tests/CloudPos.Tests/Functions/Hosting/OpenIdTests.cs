using System.Net;
using System.Net.Http.Headers;
using CloudPos.Functions.Hosting;
using CloudPos.Local.Cloud;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Hosting;

/// <summary>People with tokens of an OpenID Connect issuer, here its double on loopback.</summary>
public class OpenIdTests
{
    [Theory]
    [InlineData("cloudpos", "manager", HttpStatusCode.OK)]
    [InlineData("cloudpos", "cashier", HttpStatusCode.Forbidden)]
    [InlineData("cloudpos", "", HttpStatusCode.Forbidden)]
    [InlineData("https://vault.azure.net", "manager", HttpStatusCode.Unauthorized)]
    public async Task A_token_opens_what_its_role_allows_and_only_here(
        string audience, string role, HttpStatusCode expected)
    {
        await using var world = await World.Start();
        Assert.Equal(expected, await world.Ask(world.Cloud.Authority.Create(audience, "petra", role)));
    }

    [Fact]
    public async Task A_token_of_another_issuer_or_of_the_development_issuer_is_refused()
    {
        await using var world = await World.Start();
        using var other = new TokenAuthority(TimeProvider.System) { Issuer = world.Cloud.Authority.Issuer };
        using var local = CloudPos.Crypto.Es256Key.Generate();

        Assert.Equal(HttpStatusCode.Unauthorized, await world.Ask(other.Create("cloudpos", "eve", "admin")));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await world.Ask(CloudPos.Crypto.PersonToken.Create(
                local, "eve", ["admin"], TimeProvider.System.GetUtcNow())));
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly TestFolder _folder = new();
        private Microsoft.AspNetCore.Builder.WebApplication _app = null!;

        public CloudDoubles Cloud { get; private init; } = null!;

        public static async Task<World> Start()
        {
            var world = new World { Cloud = await CloudDoubles.Start([], TimeProvider.System) };
            var options = new BackOfficeOptions
            {
                Data = world._folder.File("data"), Authority = new Uri(world.Cloud.Authority.Issuer),
                Audience = TokenAuthority.PeopleAudience,
            };
            world._app = await BackOffice.Create(options, TimeProvider.System);
            await world._app.StartAsync();
            return world;
        }

        public async Task<HttpStatusCode> Ask(string token)
        {
            using var http = new HttpClient { BaseAddress = new Uri(BackOffice.AddressOf(_app)) };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.GetAsync("/api/backoffice/terminals");
            return answer.StatusCode;
        }

        public async ValueTask DisposeAsync()
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            await Cloud.DisposeAsync();
            _folder.Dispose();
        }
    }
}
