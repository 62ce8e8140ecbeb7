using System.Globalization;
using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Finds out which terminal calls: by a token that is signed with its key and bound to host, method, path
/// with query and body (design: identity and access). A request repeated within the token's life changes
/// nothing, as whatever a terminal may ask is idempotent.
/// </summary>
internal sealed class TerminalAuthentication(
    Terminals terminals, TerminalContacts contacts, TimeProvider time)
{
    public async Task<(TerminalCaller? Caller, Problem? Refused)> Authenticate(
        HttpContext context, ReadOnlyMemory<byte> body, Access.ATerminal access, CancellationToken cancel)
    {
        var header = context.Request.Headers.Authorization.ToString();
        const string prefix = WireContract.TerminalScheme + " ";
        if (!header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            return (null, Problems.NotSigned(
                null, $"The request wants an authorization '{WireContract.TerminalScheme}'."));
        var token = header[prefix.Length..];
        if (!RequestToken.TryReadTerminal(token, out var name)
            || !RequestToken.TryReadKeyId(token, out var keyId)
            || !Names.IsTerminal(name))
            return (null, Problems.Of(RequestTokenResult.Malformed));

        if (await terminals.Find(name, cancel) is not { Epoch: > 0 } identity)
            return (null, new Problem(ProblemCode.NotEnrolled, "iss", "This terminal is not enrolled here."));
        if (await terminals.FindKey(identity, keyId, cancel) is not { } key)
            return (null, Problems.Of(RequestTokenResult.WrongKey));
        var result = RequestToken.Verify(
            token, key.PublicKey, name, Describe(context, body.Span), time.GetUtcNow(), out var claims);
        if (Problems.Of(result) is { } refused)
            return (null, refused);

        var caller = new TerminalCaller(identity, key.Epoch);
        if (!access.AppendOnly && (identity.Standing == TerminalStanding.Revoked || !caller.KeyIsCurrent))
            return (null, new Problem(
                ProblemCode.Forbidden, null,
                "This key is withdrawn: with it entries may be handed in, and no more."));
        var signedAt = DateTimeOffset.FromUnixTimeSeconds(claims!.Iat);
        await contacts.Note(name, signedAt, OldestUnsent(context.Request), cancel);
        return (caller with { SignedAt = signedAt }, null);
    }

    private static long? OldestUnsent(HttpRequest request) => long.TryParse(
        request.Query[WireContract.OldestUnsent], NumberStyles.None, CultureInfo.InvariantCulture,
        out var told)
        ? told
        : null;

    /// <summary>
    /// The request as it was sent; the path is compared byte by byte, so it is not normalised first.
    /// </summary>
    private static SignedRequest Describe(HttpContext context, ReadOnlySpan<byte> body) => SignedRequest.Of(
        context.Request.Method, context.Request.Host.Value ?? "",
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, body);
}
