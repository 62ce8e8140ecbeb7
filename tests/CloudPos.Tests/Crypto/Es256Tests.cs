using System.Buffers.Text;
using System.Security.Cryptography;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class Es256Tests
{
    [Fact]
    public void The_thumbprint_of_the_key_of_RFC_9449_is_the_published_one()
    {
        // RFC 9449 (DPoP), 4.1 and 6.1.
        var key = PublicKey(
            "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");

        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", key.Thumbprint);
    }

    [Fact]
    public void The_signature_of_RFC_7515_verifies()
    {
        // RFC 7515, A.3.
        var key = PublicKey(
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        var signed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"u8
            .ToArray()
            .Concat("cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"u8.ToArray())
            .ToArray();
        var signature = Base64Url.DecodeFromChars(
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

        Assert.True(key.Verify(signed, signature));
        signed[^1] ^= 1;
        Assert.False(key.Verify(signed, signature));
    }

    [Fact]
    public void What_a_key_signs_its_public_half_verifies_and_no_other_does()
    {
        using var key = Es256Key.Generate();
        using var other = Es256Key.Generate();

        Gen.Byte.Array.Sample(
            data =>
            {
                var signature = key.Sign(data);
                Assert.Equal(Es256PublicKey.SignatureSize, signature.Length);
                Assert.True(key.PublicKey.Verify(data, signature));
                Assert.False(other.PublicKey.Verify(data, signature));
                Assert.False(key.PublicKey.Verify([.. data, 0], signature));
            },
            iter: 50);
    }

    [Fact]
    public void A_signature_with_a_bit_flipped_or_of_another_length_does_not_verify()
    {
        using var key = Es256Key.Generate();
        var signature = key.Sign("data"u8);

        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var flipped = (byte[])signature.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(key.PublicKey.Verify("data"u8, flipped));
        }
        Assert.False(key.PublicKey.Verify("data"u8, signature.AsSpan(0, 63)));
        Assert.False(key.PublicKey.Verify("data"u8, [.. signature, 0]));
        Assert.False(key.PublicKey.Verify("data"u8, []));
        Assert.False(key.PublicKey.Verify("data"u8, new byte[64]));
    }

    [Fact]
    public void A_private_key_comes_back_from_its_PKCS_8()
    {
        using var key = Es256Key.Generate();

        Assert.True(Es256Key.TryImportPkcs8(key.RevealPkcs8(), out var back));

        Assert.Equal(key.PublicKey, back.PublicKey);
        Assert.True(key.PublicKey.Verify("data"u8, back.Sign("data"u8)));
        back.Dispose();
    }

    [Fact]
    public void A_public_key_comes_back_from_its_text()
    {
        using var key = Es256Key.Generate();

        Assert.True(Es256PublicKey.TryParse(key.PublicKey.Text, out var back));

        Assert.Equal(key.PublicKey, back);
        Assert.Equal(key.Thumbprint, back.Thumbprint);
        Assert.Equal(key.PublicKey.GetHashCode(), back.GetHashCode());
    }

    [Fact]
    public void Keys_of_other_curves_and_kinds_are_refused()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);

        Assert.False(Es256Key.TryImportPkcs8(p384.ExportPkcs8PrivateKey(), out _));
        Assert.False(Es256Key.TryImportPkcs8(rsa.ExportPkcs8PrivateKey(), out _));
        Assert.False(Parses(p384.ExportSubjectPublicKeyInfo()));
        Assert.False(Parses(rsa.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        using var key = Es256Key.Generate();
        var bytes = Convert.FromBase64String(key.PublicKey.Text);
        bytes[^1] ^= 1;

        Assert.False(Parses(bytes));
    }

    [Fact]
    public void Trailing_bytes_are_refused()
    {
        using var key = Es256Key.Generate();

        Assert.False(Parses([.. Convert.FromBase64String(key.PublicKey.Text), 0]));
        Assert.False(Es256Key.TryImportPkcs8([.. key.RevealPkcs8(), 0], out _));
    }

    [Fact]
    public void Any_text_and_any_bytes_give_a_result_and_no_exception()
    {
        Gen.String.Sample(text => Assert.False(Es256PublicKey.TryParse(text, out _)));
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.False(Parses(bytes)));
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.False(Es256Key.TryImportPkcs8(bytes, out _)));
        Assert.False(Es256PublicKey.TryParse(null, out _));
        Assert.False(Es256PublicKey.TryParse(new string('A', 100_000), out _));
    }

    [Fact]
    public void A_private_keys_text_tells_nothing_but_its_thumbprint()
    {
        using var key = Es256Key.Generate();

        Assert.Equal($"ES256 key {key.Thumbprint}", key.ToString());
    }

    private static bool Parses(byte[] subjectPublicKeyInfo) =>
        Es256PublicKey.TryParse(Convert.ToBase64String(subjectPublicKeyInfo), out _);

    private static Es256PublicKey PublicKey(string x, string y)
    {
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        });
        var text = Convert.ToBase64String(ecdsa.ExportSubjectPublicKeyInfo());
        Assert.True(Es256PublicKey.TryParse(text, out var key));
        return key;
    }
}
