using System.Security.Claims;
using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Wire;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Finds out which person calls, by a bearer token (OpenID Connect), and whether they have the role.
/// </summary>
internal sealed class PeopleAuthentication(BackOfficeOptions options)
{
    private const int NameLengthMax = 200;

    public async Task<(Person? Person, Problem? Refused)> Authenticate(
        HttpContext context, Access.APerson access)
    {
        if (options.DevelopmentIssuer is null && options.Authority is null)
            return (null, Problems.NotSigned(null, "No issuer of people's tokens is configured."));
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        if (!result.Succeeded)
            return (null, Problems.NotSigned(null, "The request wants a valid bearer token of a person."));
        var roles = result.Principal.FindAll("roles").Select(
            claim => RoleOf(claim.Value)).OfType<Role>().ToList();
        if (!roles.Contains(Role.Admin) && !access.Roles.Any(roles.Contains))
            return (null, new Problem(
                ProblemCode.Forbidden, "roles",
                $"This needs one of the roles: {string.Join(", ", access.Roles.Append(Role.Admin))}."));
        var name = NameOf(result.Principal);
        return (new Person(name.Length <= NameLengthMax ? name : name[..NameLengthMax], roles), null);
    }

    /// <summary>
    /// Accepts tokens of the configured issuer. Only the bearer handler is taken in: the usual registration
    /// would bring data protection with it, whose keys end up in files that nothing here needs.
    /// </summary>
    public static void Register(IServiceCollection services, BackOfficeOptions options, TimeProvider time)
    {
        if (options.DevelopmentIssuer is null && options.Authority is null)
            return;
        services.AddAuthenticationCore(
            schemes => schemes.AddScheme<JwtBearerHandler>(JwtBearerDefaults.AuthenticationScheme, null));
        services.AddWebEncoders();
        services.AddTransient<JwtBearerHandler>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        services.Configure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = new TokenValidationParameters
            {
                RequireExpirationTime = true,
                NameClaimType = "sub",
                RoleClaimType = "roles",
                LifetimeValidator = (notBefore, expires, _, parameters) => IsWithin(
                    time.GetUtcNow().UtcDateTime, notBefore, expires, parameters.ClockSkew),
            };
            if (options.DevelopmentIssuer is { } issuer)
                AcceptLocal(bearer.TokenValidationParameters, issuer);
            else
                AcceptOpenId(bearer, options.Authority!, options.Audience!);
        });
    }

    /// <summary>ES256 under the one key that was configured.</summary>
    private static void AcceptLocal(TokenValidationParameters parameters, Es256PublicKey issuer)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(issuer.Text), out _);
        parameters.ValidIssuer = PersonToken.Issuer;
        parameters.ValidAudience = PersonToken.Audience;
        parameters.IssuerSigningKey = new ECDsaSecurityKey(key);
        parameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
    }

    /// <summary>
    /// Keys and issuer come from the authority's published document, which is fetched anew when a token names
    /// a key that is not in it. Symmetric algorithms are not among those accepted.
    /// </summary>
    private static void AcceptOpenId(JwtBearerOptions bearer, Uri authority, string audience)
    {
        bearer.Authority = authority.ToString();
        bearer.RequireHttpsMetadata = !authority.IsLoopback;
        bearer.TokenValidationParameters.ValidAudience = audience;
        bearer.TokenValidationParameters.ValidAlgorithms =
            [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];
    }

    /// <summary>The name a person is known by, with the id that is never given to another.</summary>
    private static string NameOf(ClaimsPrincipal person)
    {
        var id = person.FindFirstValue("oid") ?? person.FindFirstValue("sub") ?? "";
        return person.FindFirstValue("preferred_username") is { Length: > 0 } name ? $"{name} ({id})" : id;
    }

    private static bool IsWithin(DateTime now, DateTime? notBefore, DateTime? expires, TimeSpan skew) =>
        expires is { } end && now < end + skew && (notBefore is not { } start || now >= start - skew);

    private static Role? RoleOf(string text) => text switch
    {
        "admin" => Role.Admin,
        "manager" => Role.Manager,
        "finance" => Role.Finance,
        "support" => Role.Support,
        _ => null,
    };
}
