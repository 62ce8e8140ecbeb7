using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Crypto;

/// <summary>
/// What verifying a request's token came to, in order of precedence. Only Ok lets it through.
/// </summary>
public enum RequestTokenResult
{
    None = 0,
    Ok = 1,
    Malformed = 2,

    /// <summary>Not signed by the terminal's own key, or in another terminal's name.</summary>
    WrongKey = 3,

    Expired = 4,

    /// <summary>Made in the future: the terminal's clock is ahead by more than the leeway.</summary>
    NotYet = 5,

    WrongHost = 6,
    WrongMethod = 7,
    WrongPath = 8,
    WrongBody = 9,
}

/// <summary>A request as the token binds it.</summary>
/// <param name="Method">In capitals, for example POST.</param>
/// <param name="Host">Host, with the port where one was dialled; compared without regard to case.</param>
/// <param name="PathAndQuery">As sent, for example /api/feed/T0000001?cursor=12; compared byte by
/// byte.</param>
/// <param name="BodyDigest">SHA-256 of the body, 32 bytes; of no bytes when there is none.</param>
public sealed record SignedRequest(string Method, string Host, string PathAndQuery, byte[] BodyDigest)
{
    public static SignedRequest Of(
        string method, string host, string pathAndQuery, ReadOnlySpan<byte> body) =>
        new(method, host, pathAndQuery, SHA256.HashData(body));
}

/// <summary>
/// The claims of RFC 7519 and this program's own: htm method, htu path with query, bdh body digest.
/// </summary>
/// <param name="Iat">Seconds since 1970, as is Exp.</param>
public sealed record RequestClaims(
    string Iss, string Aud, string Htm, string Htu, string Bdh, long Iat, long Exp, string Jti);

/// <summary>
/// The token that proves that a request comes from a terminal: an ES256 JWT bound to host, method, path with
/// query and body, valid five minutes. A request repeated within them changes nothing, since what it asks is
/// idempotent; the jti is there for logs.
/// </summary>
public static class RequestToken
{
    public const int LengthMax = 4096;

    private const string Type = "cloudpos-request+jwt";
    private const long LifeSeconds = 300;
    private const long LeewaySeconds = 60;

    /// <summary>
    /// Signs the request. The time is the back office's, as far as the terminal has learnt it.
    /// </summary>
    public static string Create(Es256Key key, string terminal, SignedRequest request, DateTimeOffset now)
    {
        var issued = now.ToUnixTimeSeconds();
        var claims = new RequestClaims(
            terminal,
            request.Host,
            request.Method,
            request.PathAndQuery,
            Base64UrlEncoder.Encode(request.BodyDigest),
            issued,
            issued + LifeSeconds,
            Id.New().ToString());
        return SignedDocument.Sign(
            key, Type, JsonSerializer.SerializeToUtf8Bytes(claims, RequestTokenJson.Default.RequestClaims));
    }

    /// <summary>
    /// The thumbprint that the token names, to look up the enrolment that <see cref="Verify"/> then needs.
    /// Nothing is verified yet.
    /// </summary>
    public static bool TryReadKeyId(string token, out string keyId)
    {
        keyId = "";
        return token.Length <= LengthMax && SignedDocument.TryReadKeyId(token, out keyId);
    }

    /// <summary>
    /// The terminal that the token says it comes from, to look up the enrolment that <see cref="Verify"/>
    /// then needs. Nothing is verified yet.
    /// </summary>
    public static bool TryReadTerminal(string token, out string terminal)
    {
        terminal = "";
        if (token.Length > LengthMax || !SignedDocument.TryReadPayload(token, out var payload)
            || !TryRead(payload, out var claims))
            return false;
        terminal = claims!.Iss;
        return terminal.Length > 0;
    }

    /// <summary>Compares a token with the request that carries it.</summary>
    /// <param name="key">The key of the enrolment; <paramref name="terminal"/> is the enrolment's
    /// too.</param>
    /// <param name="claims">What was signed; null unless the signature held.</param>
    public static RequestTokenResult Verify(
        string token,
        Es256PublicKey key,
        string terminal,
        SignedRequest request,
        DateTimeOffset now,
        out RequestClaims? claims)
    {
        claims = null;
        var document = SignedDocument.Verify(
            token, Type, kid => kid == key.Thumbprint ? key : null, out var payload, LengthMax);
        if (document is SignedDocumentResult.UnknownKey or SignedDocumentResult.WrongSignature)
            return RequestTokenResult.WrongKey;
        if (document != SignedDocumentResult.Verified || !TryRead(payload, out claims))
            return RequestTokenResult.Malformed;
        if (claims!.Iss != terminal)
            return RequestTokenResult.WrongKey;
        return Compare(claims, request, now.ToUnixTimeSeconds());
    }

    private static RequestTokenResult Compare(RequestClaims claims, SignedRequest request, long now)
    {
        // The life is the back office's rule; a terminal cannot grant itself a longer one.
        if (claims.Iat < 0 || claims.Exp < claims.Iat || claims.Exp - claims.Iat > LifeSeconds)
            return RequestTokenResult.Malformed;
        if (now - LeewaySeconds >= claims.Exp)
            return RequestTokenResult.Expired;
        if (now + LeewaySeconds < claims.Iat)
            return RequestTokenResult.NotYet;
        if (!string.Equals(claims.Aud, request.Host, StringComparison.OrdinalIgnoreCase))
            return RequestTokenResult.WrongHost;
        if (claims.Htm != request.Method)
            return RequestTokenResult.WrongMethod;
        if (claims.Htu != request.PathAndQuery)
            return RequestTokenResult.WrongPath;
        // Compared as text: the digest has one spelling, and what was claimed need not be base64url at all.
        var (claimed, found) = (claims.Bdh, Base64UrlEncoder.Encode(request.BodyDigest));
        return CryptographicOperations.FixedTimeEquals(
            MemoryMarshal.AsBytes(claimed.AsSpan()), MemoryMarshal.AsBytes(found.AsSpan()))
            ? RequestTokenResult.Ok
            : RequestTokenResult.WrongBody;
    }

    private static bool TryRead(byte[] payload, out RequestClaims? claims)
    {
        claims = null;
        try
        {
            claims = JsonSerializer.Deserialize(payload, RequestTokenJson.Default.RequestClaims);
        }
        catch (JsonException)
        {
            return false;
        }
        return claims is not null;
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(RequestClaims))]
internal sealed partial class RequestTokenJson : JsonSerializerContext;
