using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CloudPos.Crypto;

/// <summary>What verifying a signed document came to, in order of precedence.</summary>
public enum SignedDocumentResult
{
    None = 0,
    Verified = 1,
    TooLong = 2,

    /// <summary>
    /// Not three parts of base64url with a JSON object each in the first two, or with critical headers.
    /// </summary>
    Malformed = 3,

    /// <summary>Signed otherwise than with ES256, or not at all.</summary>
    WrongAlgorithm = 4,

    /// <summary>Made for another use: its typ is not the one asked for.</summary>
    WrongType = 5,

    /// <summary>The key that it names is not known.</summary>
    UnknownKey = 6,

    WrongSignature = 7,
}

/// <summary>
/// A JSON object signed with ES256 as a compact JWS (RFC 7515): acknowledgements, key lists, request tokens.
/// The header names the use (typ), so that a document made for one is refused for another, and the key (kid,
/// its thumbprint). The payload's bytes are kept as they were handed in.
/// </summary>
public static class SignedDocument
{
    /// <summary>Longest document in characters unless the caller says otherwise.</summary>
    public const int LengthMax = 256 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>Signs one JSON object, in UTF-8.</summary>
    public static string Sign(Es256Key key, string type, ReadOnlySpan<byte> payload)
    {
        var text = Encoding.UTF8.GetString(payload);
        return key.Use(signer => Handler.CreateToken(
            text,
            new SigningCredentials(signer, SecurityAlgorithms.EcdsaSha256),
            new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type }));
    }

    /// <summary>
    /// The thumbprint of the key that the document says it is signed with. Nothing is verified yet: it serves
    /// to look the key up, no more.
    /// </summary>
    public static bool TryReadKeyId(string document, out string keyId)
    {
        var jws = Parse(document);
        keyId = jws?.Kid ?? "";
        return keyId.Length > 0;
    }

    /// <summary>The payload's bytes, as whoever sent it says. Nothing is verified yet.</summary>
    internal static bool TryReadPayload(string document, out byte[] payload)
    {
        var jws = Parse(document);
        payload = jws is null ? [] : Base64UrlEncoder.DecodeBytes(jws.EncodedPayload);
        return jws is not null;
    }

    /// <summary>Verifies a document of any content.</summary>
    /// <param name="keys">Finds the key of a thumbprint, or null when it is not (or no longer)
    /// trusted.</param>
    /// <param name="payload">The signed bytes; empty unless the result is Verified.</param>
    public static SignedDocumentResult Verify(
        string document,
        string type,
        Func<string, Es256PublicKey?> keys,
        out byte[] payload,
        int lengthMax = LengthMax)
    {
        payload = [];
        if (document.Length > lengthMax)
            return SignedDocumentResult.TooLong;
        var jws = Parse(document);
        if (jws is null || jws.TryGetHeaderValue<object>("crit", out _))
            return SignedDocumentResult.Malformed;
        if (jws.Alg != SecurityAlgorithms.EcdsaSha256)
            return SignedDocumentResult.WrongAlgorithm;
        if (jws.Typ != type)
            return SignedDocumentResult.WrongType;
        if (keys(jws.Kid ?? "") is not { } key)
            return SignedDocumentResult.UnknownKey;
        if (!key.Use(verifier => IsSigned(jws, verifier)))
            return SignedDocumentResult.WrongSignature;
        payload = Base64UrlEncoder.DecodeBytes(jws.EncodedPayload);
        return SignedDocumentResult.Verified;
    }

    /// <summary>
    /// Only the signature is asked of the library: times, hosts and types are compared by the caller.
    /// </summary>
    private static bool IsSigned(JsonWebToken jws, SecurityKey key)
    {
        var validation = Handler.ValidateTokenAsync(jws, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
            ValidateLifetime = false,
        });
        // Without a configuration manager nothing is fetched, so the answer is there already.
        return validation.GetAwaiter().GetResult().IsValid;
    }

    private static JsonWebToken? Parse(string document)
    {
        try
        {
            return new JsonWebToken(document);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or JsonException
            or SecurityTokenException or InvalidOperationException)
        {
            return null;
        }
    }
}
