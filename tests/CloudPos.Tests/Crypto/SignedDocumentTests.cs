using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class SignedDocumentTests : IDisposable
{
    private const string Type = "cloudpos-test+jws";
    private static readonly byte[] Payload =
        Encoding.UTF8.GetBytes("""{ "b":1,  "a":"é€", "list":[1,{"x":null}] }""");

    private readonly Es256Key _key = Es256Key.Generate();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_payload_comes_back_byte_for_byte()
    {
        var document = SignedDocument.Sign(_key, Type, Payload);

        Assert.Equal(SignedDocumentResult.Verified, Verify(document, out var payload));
        Assert.Equal(Payload, payload);
        Assert.True(SignedDocument.TryReadKeyId(document, out var keyId));
        Assert.Equal(_key.Thumbprint, keyId);
    }

    [Fact]
    public void Any_object_of_text_comes_back() => Gen.String.Dictionary(Gen.String)[0, 20].Sample(
        values =>
        {
            var payload = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(values);
            var result = Verify(SignedDocument.Sign(_key, Type, payload), out var back);
            Assert.Equal(SignedDocumentResult.Verified, result);
            Assert.Equal(payload, back);
        },
        iter: 50);

    [Fact]
    public void A_document_without_a_signature_is_refused()
    {
        var none = $"{Part(Header("none"))}.{Part("{}")}.";
        var stripped = SignedDocument.Sign(_key, Type, Payload);
        stripped = stripped[..(stripped.LastIndexOf('.') + 1)];

        Assert.Equal(SignedDocumentResult.WrongAlgorithm, Verify(none, out _));
        Assert.Equal(SignedDocumentResult.WrongSignature, Verify(stripped, out _));
    }

    [Fact]
    public void A_document_signed_with_the_public_key_as_a_shared_secret_is_refused()
    {
        var signed = $"{Part(Header("HS256"))}.{Part("{}")}";
        var secret = Encoding.ASCII.GetBytes(_key.PublicKey.Text);
        var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
        var document = $"{signed}.{Base64Url.EncodeToString(mac)}";

        Assert.Equal(SignedDocumentResult.WrongAlgorithm, Verify(document, out _));
    }

    [Fact]
    public void A_document_for_another_use_is_refused()
    {
        var document = SignedDocument.Sign(_key, "cloudpos-other+jws", Payload);

        Assert.Equal(SignedDocumentResult.WrongType, Verify(document, out var payload));
        Assert.Empty(payload);
    }

    [Fact]
    public void A_document_without_a_type_is_refused() => Assert.Equal(
        SignedDocumentResult.WrongType,
        Verify(SignByHand($$"""{"alg":"ES256","kid":"{{_key.Thumbprint}}"}""", "{}"), out _));

    [Fact]
    public void A_document_with_critical_headers_is_refused() => Assert.Equal(
        SignedDocumentResult.Malformed,
        Verify(SignByHand(Header("ES256", ""","b64":false,"crit":["b64"]"""), "{}"), out _));

    [Fact]
    public void A_document_signed_elsewhere_by_the_standard_is_accepted()
    {
        var document = SignByHand(Header("ES256"), """{"a":1}""");

        Assert.Equal(SignedDocumentResult.Verified, Verify(document, out var payload));
        Assert.Equal("""{"a":1}"""u8.ToArray(), payload);
    }

    [Fact]
    public void A_document_of_an_unknown_or_another_key_is_refused()
    {
        using var other = Es256Key.Generate();
        var document = SignedDocument.Sign(_key, Type, Payload);

        Assert.Equal(
            SignedDocumentResult.UnknownKey, SignedDocument.Verify(document, Type, _ => null, out _));
        Assert.Equal(
            SignedDocumentResult.WrongSignature,
            SignedDocument.Verify(document, Type, _ => other.PublicKey, out _));
    }

    [Fact]
    public void A_key_in_the_header_is_not_trusted()
    {
        using var other = Es256Key.Generate();
        var header = Header("ES256", ""","jwk":{"kty":"EC","crv":"P-256"}""");
        var signed = $"{Part(header)}.{Part("{}")}";
        var document = $"{signed}.{Base64Url.EncodeToString(other.Sign(Encoding.ASCII.GetBytes(signed)))}";

        Assert.Equal(SignedDocumentResult.WrongSignature, Verify(document, out _));
    }

    [Fact]
    public void A_document_longer_than_the_limit_is_not_read()
    {
        var document = SignedDocument.Sign(_key, Type, Payload);

        Assert.Equal(
            SignedDocumentResult.TooLong,
            SignedDocument.Verify(document, Type, _ => _key.PublicKey, out _, document.Length - 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("....")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30")]
    [InlineData("W10.W10.")]
    [InlineData("bnVsbA.bnVsbA.AA")]
    [InlineData("eyJhbGciOjF9.e30.AA")]
    [InlineData("eyJhbGciOiJFUzI1NiIs.e30.AA")]
    [InlineData("é.é.é")]
    [InlineData("\0.\0.\0")]
    public void Text_that_is_no_document_is_refused_without_an_exception(string text)
    {
        Assert.NotEqual(SignedDocumentResult.Verified, Verify(text, out var payload));
        Assert.Empty(payload);
        SignedDocument.TryReadKeyId(text, out _);
    }

    [Fact]
    public void A_deeply_nested_payload_is_refused_without_an_exception()
    {
        var deep = $$"""{"a":{{new string('[', 5000)}}{{new string(']', 5000)}}}""";
        var document = SignByHand(Header("ES256"), deep);

        Assert.Equal(SignedDocumentResult.Malformed, Verify(document, out _));
    }

    [Fact]
    public void Any_text_gives_a_result_and_no_exception()
    {
        var part = Gen.OneOf(Gen.String, Gen.Byte.Array.Select(b => Base64Url.EncodeToString(b)), Json);
        var three = Gen.Select(part, part, part, (a, b, c) => $"{a}.{b}.{c}");
        var five = Gen.Select(three, part, part, (abc, d, e) => $"{abc}.{d}.{e}");
        Gen.OneOf(three, five).Sample(text =>
        {
            Assert.NotEqual(SignedDocumentResult.Verified, Verify(text, out _));
            SignedDocument.TryReadKeyId(text, out _);
            SignedDocument.TryReadPayload(text, out _);
        }, iter: 3000);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"cloudpos-test+jws","kid":{}}""")]
    [InlineData("""{"alg":"ES256","typ":"cloudpos-test+jws","kid":1}""")]
    [InlineData("""{"alg":"ES256","typ":"cloudpos-test+jws","kid":null}""")]
    [InlineData("""{"alg":"ES256","typ":["cloudpos-test+jws"],"kid":"a"}""")]
    [InlineData("""{"alg":{"a":1},"typ":"cloudpos-test+jws","kid":"a"}""")]
    [InlineData("""{"alg":null,"typ":"cloudpos-test+jws","kid":"a"}""")]
    [InlineData("""{"typ":"cloudpos-test+jws"}""")]
    [InlineData("""{"alg":"dir","enc":"A256GCM","typ":"cloudpos-test+jws","zip":"DEF"}""")]
    public void A_header_of_other_kinds_of_values_is_refused_without_an_exception(string header)
    {
        var first = Part(header);
        foreach (var text in new[] { $"{first}.{Part("{}")}.AAAA", $"{first}.AAAA.AAAA.AAAA.AAAA" })
        {
            Assert.NotEqual(SignedDocumentResult.Verified, Verify(text, out _));
            SignedDocument.TryReadKeyId(text, out _);
            SignedDocument.TryReadPayload(text, out _);
        }
    }

    private Gen<string> Json => Gen.OneOf(
            Gen.Const(Header("ES256")),
            Gen.OneOf("{}", "[]", "1", "\"\"", "null", """{"alg":[]}""", """{"typ":{}}""", """{"kid":{}}"""),
            Gen.OneOf("""{"iat":"x"}""", """{"exp":1e400}""", """{"aud":[1,{}]}""", """{"iss":[]}"""))
        .Select(Part);

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private string Header(string algorithm, string more = "") =>
        $$"""{"alg":"{{algorithm}}","typ":"{{Type}}","kid":"{{_key.Thumbprint}}"{{more}}}""";

    private string SignByHand(string header, string payload)
    {
        var signed = $"{Part(header)}.{Part(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private SignedDocumentResult Verify(string document, out byte[] payload) => SignedDocument.Verify(
        document, Type, kid => kid == _key.Thumbprint ? _key.PublicKey : null, out payload);
}
