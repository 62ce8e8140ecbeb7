using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Crypto;

/// <summary>The claims of RFC 7519, and roles as Microsoft Entra ID writes them.</summary>
/// <param name="Exp">Seconds since 1970, as is Iat.</param>
public sealed record PersonClaims(
    string Iss, string Aud, string Sub, IReadOnlyList<string> Roles, long Iat, long Exp);

/// <summary>
/// Bearer tokens of people from a local issuer, for development and tests: an ES256 JWT whose key the back
/// office was told by --development-issuer. In Azure people come with tokens of Microsoft Entra ID and no
/// such key is set.
/// </summary>
public static class PersonToken
{
    public const string Issuer = "cloudpos-development";
    public const string Audience = "cloudpos-backoffice";
    private const long LifeSeconds = 3600;

    /// <param name="person">A name for the records of who did what.</param>
    /// <param name="roles">admin, manager, finance, support.</param>
    public static string Create(Es256Key key, string person, IReadOnlyList<string> roles, DateTimeOffset now)
    {
        var issued = now.ToUnixTimeSeconds();
        var claims = new PersonClaims(Issuer, Audience, person, roles, issued, issued + LifeSeconds);
        return SignedDocument.Sign(
            key, "JWT", JsonSerializer.SerializeToUtf8Bytes(claims, PersonTokenJson.Default.PersonClaims));
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PersonClaims))]
internal sealed partial class PersonTokenJson : JsonSerializerContext;
