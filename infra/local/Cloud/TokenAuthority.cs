using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CloudPos.Crypto;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Local.Cloud;

/// <summary>
/// Stands for Microsoft Entra ID: makes the tokens that the other doubles ask for, and publishes its key as
/// OpenID Connect has it. Thread-safe.
/// </summary>
internal sealed class TokenAuthority(TimeProvider time) : IDisposable
{
    public const string PeopleAudience = "cloudpos";
    private const int LifeSeconds = 3600;
    private readonly Es256Key _key = Es256Key.Generate();

    /// <summary>Set once the address is known.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Where the identity endpoint of an app is, and the header that proves that the app
    /// asks.</summary>
    public string IdentityHeader { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public string Create(string audience, string subject, params IReadOnlyList<string> roles)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = Issuer, ["aud"] = audience, ["sub"] = subject, ["oid"] = subject,
            ["preferred_username"] = subject, ["iat"] = now, ["nbf"] = now, ["exp"] = now + LifeSeconds,
            ["roles"] = new JsonArray([.. roles.Select(role => JsonValue.Create(role))]),
        };
        return SignedDocument.Sign(_key, "JWT", Encoding.UTF8.GetBytes(claims.ToJsonString()));
    }

    /// <summary>Whether the header holds a token of this authority, made out to the audience.</summary>
    public bool Accepts(string? authorization, string audience)
    {
        const string scheme = "Bearer ";
        if (authorization?.StartsWith(scheme, StringComparison.Ordinal) != true)
            return false;
        var result = SignedDocument.Verify(
            authorization[scheme.Length..], "JWT", _ => _key.PublicKey, out var payload);
        if (result != SignedDocumentResult.Verified)
            return false;
        var claims = JsonNode.Parse(payload)!;
        return (string?)claims["aud"] == audience
            && (long)claims["exp"]! > time.GetUtcNow().ToUnixTimeSeconds();
    }

    public void Map(WebApplication app)
    {
        app.MapGet("/.well-known/openid-configuration", () => TypedJson(new JsonObject
        {
            ["issuer"] = Issuer, ["jwks_uri"] = Issuer + "/keys",
            ["authorization_endpoint"] = Issuer + "/authorize",
            ["token_endpoint"] = Issuer + "/token",
            ["response_types_supported"] = new JsonArray("id_token"),
            ["subject_types_supported"] = new JsonArray("pairwise"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
        }));
        app.MapGet("/keys", () => TypedJson(new JsonObject { ["keys"] = new JsonArray(Jwk()) }));
        app.MapGet("/msi/token", Identity);
    }

    public void Dispose() => _key.Dispose();

    /// <summary>The endpoint of managed identities in App Service, version 2019-08-01.</summary>
    private IResult Identity(HttpRequest request)
    {
        if (request.Headers["X-IDENTITY-HEADER"] != IdentityHeader)
            return TypedResults.Unauthorized();
        if (request.Query["resource"].ToString() is not { Length: > 0 } resource
            || request.Query["api-version"] != "2019-08-01")
            return TypedResults.BadRequest();
        var expires = time.GetUtcNow().AddSeconds(LifeSeconds).ToUnixTimeSeconds();
        return TypedJson(new JsonObject
        {
            ["access_token"] = Create(resource, "back-office"),
            ["expires_on"] = expires.ToString(CultureInfo.InvariantCulture),
            ["resource"] = resource, ["token_type"] = "Bearer",
            ["client_id"] = request.Query["client_id"].ToString(),
        });
    }

    private JsonObject Jwk()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(_key.PublicKey.Text), out _);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["use"] = "sig", ["alg"] = "ES256", ["kid"] = _key.Thumbprint,
            ["x"] = Base64UrlEncoder.Encode(point.X), ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    internal static IResult TypedJson(JsonNode json, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(json.ToJsonString(), "application/json", Encoding.UTF8, status);
}
