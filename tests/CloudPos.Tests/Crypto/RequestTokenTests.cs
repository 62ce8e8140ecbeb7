using System.Text;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class RequestTokenTests : IDisposable
{
    private const string Terminal = "T0000001";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"amount":1234}""");

    private static readonly SignedRequest Request =
        SignedRequest.Of("POST", "backoffice.example:8443", "/api/payments/1/authorise?x=1", Body);

    private readonly Es256Key _key = Es256Key.Generate();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_terminal_that_a_token_names_can_be_read_before_it_is_verified()
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);

        Assert.True(RequestToken.TryReadTerminal(token, out var terminal));
        Assert.Equal(Terminal, terminal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("not a token")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.W10.AAAA")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.!!!!.AAAA")]
    public void No_terminal_is_read_from_what_is_no_token(string token) =>
        Assert.False(RequestToken.TryReadTerminal(token, out _));

    [Fact]
    public void A_token_verifies_for_the_request_it_was_made_for()
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);

        Assert.True(RequestToken.TryReadKeyId(token, out var keyId));
        Assert.Equal(_key.Thumbprint, keyId);
        Assert.True(token.Length <= RequestToken.LengthMax);
        Assert.Equal(RequestTokenResult.Ok, Verify(token, Request, Now, out var claims));
        Assert.Equal(
            new RequestClaims(
                Terminal,
                Request.Host,
                Request.Method,
                Request.PathAndQuery,
                claims!.Bdh,
                Now.ToUnixTimeSeconds(),
                Now.ToUnixTimeSeconds() + 300,
                claims.Jti),
            claims);
        Assert.True(Id.TryParse(claims.Jti, out _));
    }

    [Fact]
    public void Two_tokens_for_one_request_have_two_ids()
    {
        Verify(RequestToken.Create(_key, Terminal, Request, Now), Request, Now, out var first);
        Verify(RequestToken.Create(_key, Terminal, Request, Now), Request, Now, out var second);

        Assert.NotEqual(first!.Jti, second!.Jti);
    }

    public static TheoryData<string, SignedRequest, RequestTokenResult> OtherRequests => new()
    {
        { "the same", Request, RequestTokenResult.Ok },
        { "host in capitals", Request with { Host = "BackOffice.example:8443" }, RequestTokenResult.Ok },
        { "another host", Request with { Host = "evil.example:8443" }, RequestTokenResult.WrongHost },
        { "another port", Request with { Host = "backoffice.example" }, RequestTokenResult.WrongHost },
        { "another method", Request with { Method = "GET" }, RequestTokenResult.WrongMethod },
        {
            "replayed to another path",
            Request with { PathAndQuery = "/api/payments/2/authorise?x=1" },
            RequestTokenResult.WrongPath
        },
        {
            "path in capitals",
            Request with { PathAndQuery = "/API/payments/1/authorise?x=1" },
            RequestTokenResult.WrongPath
        },
        {
            "another query",
            Request with { PathAndQuery = "/api/payments/1/authorise?x=2" },
            RequestTokenResult.WrongPath
        },
        {
            "without the query",
            Request with { PathAndQuery = "/api/payments/1/authorise" },
            RequestTokenResult.WrongPath
        },
        {
            "another body",
            SignedRequest.Of(Request.Method, Request.Host, Request.PathAndQuery, "{}"u8),
            RequestTokenResult.WrongBody
        },
        {
            "no body",
            SignedRequest.Of(Request.Method, Request.Host, Request.PathAndQuery, []),
            RequestTokenResult.WrongBody
        },
    };

    [Theory, MemberData(nameof(OtherRequests))]
    public void Each_difference_of_the_request_has_its_own_reason(
        string name, SignedRequest request, RequestTokenResult expected)
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);

        Assert.True(expected == Verify(token, request, Now, out _), name);
    }

    [Theory]
    [InlineData(-61, RequestTokenResult.NotYet)]
    [InlineData(-60, RequestTokenResult.Ok)]
    [InlineData(0, RequestTokenResult.Ok)]
    [InlineData(359, RequestTokenResult.Ok)]
    [InlineData(360, RequestTokenResult.Expired)]
    [InlineData(86_400, RequestTokenResult.Expired)]
    public void A_token_lives_five_minutes_with_a_minute_of_leeway(int seconds, RequestTokenResult expected)
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);

        Assert.Equal(expected, Verify(token, Request, Now.AddSeconds(seconds), out _));
    }

    [Fact]
    public void A_token_of_another_key_or_in_another_terminals_name_is_refused()
    {
        using var other = Es256Key.Generate();
        var ofOther = RequestToken.Create(other, Terminal, Request, Now);
        var inOtherName = RequestToken.Create(_key, "T0000002", Request, Now);

        Assert.Equal(RequestTokenResult.WrongKey, Verify(ofOther, Request, Now, out var claims));
        Assert.Null(claims);
        Assert.Equal(RequestTokenResult.WrongKey, Verify(inOtherName, Request, Now, out _));
    }

    public static TheoryData<string, string> ClaimsOutOfTheRules => new()
    {
        { "a longer life", Claims(""" "iat":0,"exp":301 """) },
        { "ends before it begins", Claims(""" "iat":2,"exp":1 """) },
        { "ends never", Claims(""" "iat":0,"exp":9223372036854775807 """) },
        { "begins before all time", Claims(""" "iat":-9223372036854775808,"exp":9 """) },
        { "times as text", Claims(""" "iat":"0","exp":"300" """) },
        { "no time", Claims(""" "iat":0 """) },
        { "no issuer", Claims(""" "iat":0,"exp":300 """).Replace("\"iss\"", "\"isx\"") },
        { "no body digest", Claims(""" "iat":0,"exp":300 """).Replace("\"bdh\"", "\"bdx\"") },
        { "no host", Claims(""" "iat":0,"exp":300 """).Replace("\"H\"", "null") },
        { "nothing", "{}" },
    };

    [Theory, MemberData(nameof(ClaimsOutOfTheRules))]
    public void A_well_signed_token_with_claims_out_of_the_rules_is_malformed(string name, string payload)
    {
        var token = SignedDocument.Sign(_key, "cloudpos-request+jwt", Encoding.UTF8.GetBytes(payload));
        var request = SignedRequest.Of("GET", "H", "/", []);

        Assert.True(
            RequestTokenResult.Malformed == Verify(token, request, DateTimeOffset.UnixEpoch, out _), name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64url: é")]
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")]
    public void A_body_digest_of_any_spelling_but_the_one_is_wrong(string digest)
    {
        var payload = Claims(""" "iat":0,"exp":300 """).Replace("\"bdh\":\"\"", $"\"bdh\":\"{digest}\"");
        var token = SignedDocument.Sign(_key, "cloudpos-request+jwt", Encoding.UTF8.GetBytes(payload));
        var request = SignedRequest.Of("GET", "H", "/", []);

        Assert.Equal(RequestTokenResult.WrongBody, Verify(token, request, DateTimeOffset.UnixEpoch, out _));
    }

    [Fact]
    public void A_document_of_another_use_is_no_token()
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);
        SignedDocument.Verify(token, "cloudpos-request+jwt", _ => _key.PublicKey, out var payload);
        var acknowledgement = SignedDocument.Sign(_key, "cloudpos-ack+jws", payload);

        Assert.NotEmpty(payload);
        Assert.Equal(RequestTokenResult.Malformed, Verify(acknowledgement, Request, Now, out _));
    }

    [Fact]
    public void A_token_longer_than_the_limit_is_malformed()
    {
        var request = Request with { PathAndQuery = "/" + new string('a', RequestToken.LengthMax) };
        var token = RequestToken.Create(_key, Terminal, request, Now);

        Assert.False(RequestToken.TryReadKeyId(token, out _));
        Assert.Equal(RequestTokenResult.Malformed, Verify(token, request, Now, out _));
    }

    [Fact]
    public void A_token_with_any_character_changed_is_refused()
    {
        var token = RequestToken.Create(_key, Terminal, Request, Now);

        Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char[' ', '~']).Sample((at, to) =>
        {
            if (token[at] == to)
                return;
            var changed = token[..at] + to + token[(at + 1)..];
            // The last character of the signature carries two bits that base64url does not use.
            if (at < token.Length - 1)
                Assert.NotEqual(RequestTokenResult.Ok, Verify(changed, Request, Now, out _));
        }, iter: 500);
    }

    private static string Claims(string times) =>
        $$"""{"iss":"T0000001","aud":"H","htm":"GET","htu":"/","bdh":"","jti":"1",{{times}}}""";

    private RequestTokenResult Verify(
        string token, SignedRequest request, DateTimeOffset now, out RequestClaims? claims) =>
        RequestToken.Verify(token, _key.PublicKey, Terminal, request, now, out claims);
}
