using System.Text.Json;
using CloudPos.Crypto;

namespace CloudPos.Tests.Crypto;

/// <summary>
/// The vectors of RFC 9180, Appendix A: every sequence number and every export of each. The appendix has none
/// for X25519 with AES-256-GCM, which sealed cards use; those were made with another implementation (its name
/// is in the file).
/// </summary>
public sealed class HpkeRfc9180Tests
{
    private static readonly JsonElement[] Vectors =
        [.. Load("hpke-rfc9180-a1.json"), .. Load("hpke-aes256gcm-crosscheck.json")];

    public static TheoryData<string> Names => new(Vectors.Select(v => v.GetProperty("name").GetString()!));

    public static TheoryData<string> NamesWithSchedule => new(
        Vectors.Where(v => v.TryGetProperty("key", out _)).Select(v => v.GetProperty("name").GetString()!));

    [Theory, MemberData(nameof(Names))]
    public void The_encapsulated_key_and_the_shared_secret_are_the_published_ones(string name)
    {
        var v = Find(name);
        var (encapsulated, secret, opened) = (new byte[32], new byte[32], new byte[32]);

        Assert.True(HpkeKem.TryEncapsulate(
            Hex(v, "ephemeralPrivateKey"), Hex(v, "recipientPublicKey"), encapsulated, secret));
        Assert.True(HpkeKem.TryDecapsulate(
            encapsulated, Hex(v, "recipientPrivateKey"), Hex(v, "recipientPublicKey"), opened));

        Assert.Equal(Hex(v, "encapsulatedKey"), encapsulated);
        Assert.Equal(Hex(v, "sharedSecret"), secret);
        Assert.Equal(secret, opened);
    }

    [Theory, MemberData(nameof(NamesWithSchedule))]
    public void The_key_schedule_is_the_published_one(string name)
    {
        var v = Find(name);

        var secrets = Hpke.Schedule(Aead(v), Hex(v, "sharedSecret"), Hex(v, "info"));

        Assert.Equal(Hex(v, "key"), secrets.Key);
        Assert.Equal(Hex(v, "baseNonce"), secrets.BaseNonce);
        Assert.Equal(Hex(v, "exporterSecret"), secrets.ExporterSecret);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_published_ciphertext_is_sealed_and_opened(string name)
    {
        var v = Find(name);
        var published = v.GetProperty("encryptions").EnumerateArray()
            .ToDictionary(e => e.GetProperty("sequence").GetInt32());
        using var sender = Sender(v);
        using var receiver = Receiver(v);
        var proved = 0;

        for (var sequence = 0; sequence <= published.Keys.Max(); sequence++)
        {
            var associated = System.Text.Encoding.ASCII.GetBytes($"Count-{sequence}");
            var plaintext = Hex(v.GetProperty("encryptions")[0], "plaintext");
            var ciphertext = sender.Seal(associated, plaintext);
            Assert.True(receiver.TryOpen(associated, ciphertext, out var opened));
            Assert.Equal(plaintext, opened);
            if (!published.TryGetValue(sequence, out var expected))
                continue;
            Assert.Equal(Hex(expected, "associatedData"), associated);
            Assert.Equal(Hex(expected, "plaintext"), plaintext);
            Assert.Equal(Hex(expected, "ciphertext"), ciphertext);
            proved++;
        }

        Assert.Equal(published.Count, proved);
        Assert.True(proved >= 6);
    }

    [Theory, MemberData(nameof(Names))]
    public void Both_ends_export_the_published_values(string name)
    {
        var v = Find(name);
        using var sender = Sender(v);
        using var receiver = Receiver(v);
        var exports = v.GetProperty("exports").EnumerateArray().ToArray();

        Assert.NotEmpty(exports);
        foreach (var export in exports)
        {
            var length = export.GetProperty("length").GetInt32();
            Assert.Equal(Hex(export, "value"), sender.Export(Hex(export, "context"), length));
            Assert.Equal(Hex(export, "value"), receiver.Export(Hex(export, "context"), length));
        }
    }

    private static HpkeSender Sender(JsonElement v)
    {
        var encapsulated = new byte[Hpke.KeySize];
        var sender = Hpke.SetupSender(
            Aead(v),
            Hex(v, "recipientPublicKey"),
            Hex(v, "info"),
            Hex(v, "ephemeralPrivateKey"),
            encapsulated);
        Assert.Equal(Hex(v, "encapsulatedKey"), encapsulated);
        return sender;
    }

    private static HpkeReceiver Receiver(JsonElement v)
    {
        Assert.True(Hpke.TrySetupReceiver(
            Aead(v),
            Hex(v, "encapsulatedKey"),
            Hex(v, "recipientPrivateKey"),
            Hex(v, "info"),
            out var receiver));
        return receiver;
    }

    private static HpkeAead Aead(JsonElement v) => (HpkeAead)v.GetProperty("aeadId").GetInt32();

    private static byte[] Hex(JsonElement v, string property) =>
        Convert.FromHexString(v.GetProperty(property).GetString()!);

    private static JsonElement Find(string name) =>
        Vectors.Single(v => v.GetProperty("name").GetString() == name);

    private static JsonElement[] Load(string file)
    {
        using var stream = typeof(HpkeRfc9180Tests).Assembly
            .GetManifestResourceStream($"CloudPos.Tests.Vectors.{file}")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.GetProperty("vectors").EnumerateArray().Select(v => v.Clone())];
    }
}
