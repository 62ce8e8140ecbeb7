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
        if (options.DevelopmentIssuer is null)
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
        var name = result.Principal.FindFirstValue("sub") ?? "";
        return (new Person(name.Length <= NameLengthMax ? name : name[..NameLengthMax], roles), null);
    }

    /// <summary>
    /// Accepts tokens of the local issuer. Only the bearer handler is taken in: the usual registration would
    /// bring data protection with it, whose keys end up in files that nothing here needs.
    /// </summary>
    public static void Register(IServiceCollection services, Es256PublicKey issuer, TimeProvider time)
    {
        services.AddAuthenticationCore(
            schemes => schemes.AddScheme<JwtBearerHandler>(JwtBearerDefaults.AuthenticationScheme, null));
        services.AddWebEncoders();
        services.AddTransient<JwtBearerHandler>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, JwtBearerPostConfigureOptions>();
        services.Configure<JwtBearerOptions>(
            JwtBearerDefaults.AuthenticationScheme, bearer => Configure(bearer, issuer, time));
    }

    /// <summary>ES256 under the one key that was configured.</summary>
    private static void Configure(JwtBearerOptions bearer, Es256PublicKey issuer, TimeProvider time)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(issuer.Text), out _);
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = PersonToken.Issuer,
            ValidAudience = PersonToken.Audience,
            IssuerSigningKey = new ECDsaSecurityKey(key),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireExpirationTime = true,
            NameClaimType = "sub",
            RoleClaimType = "roles",
            LifetimeValidator = (notBefore, expires, _, parameters) => IsWithin(
                time.GetUtcNow().UtcDateTime, notBefore, expires, parameters.ClockSkew),
        };
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
