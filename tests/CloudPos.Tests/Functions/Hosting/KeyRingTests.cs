using CloudPos.Crypto;
using CloudPos.Functions.Hosting;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Hosting;

public class KeyRingTests
{
    [Fact]
    public void Keys_are_made_once_and_read_ever_after()
    {
        using var folder = new TestFolder();
        string root, list, acknowledgement, reference;
        using (var ring = KeyRing.Open(folder.File("keys"), TimeProvider.System))
            (root, list, acknowledgement, reference) = Of(ring);

        using var again = KeyRing.Open(folder.File("keys"), TimeProvider.System);

        var (_, listAgain, _, _) = Of(again);
        Assert.Equal(
            (root, acknowledgement, reference), (Of(again).Root, Of(again).Ack, Of(again).Reference));
        Assert.Equal(PayloadOf(list, root), PayloadOf(listAgain, root));
    }

    [Fact]
    public void Only_the_owner_may_read_a_key()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TestFolder();
        KeyRing.Open(folder.File("keys"), TimeProvider.System).Dispose();

        var files = Directory.GetFiles(folder.File("keys"));
        Assert.Equal(5, files.Length);
        Assert.All(
            files,
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));

        File.SetUnixFileMode(files[0], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var refused = Assert.Throws<InvalidOperationException>(
            () => KeyRing.Open(folder.File("keys"), TimeProvider.System));
        Assert.Contains("mode 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_published_key_that_is_gone_or_damaged_stops_the_start()
    {
        using var folder = new TestFolder();
        KeyRing.Open(folder.File("keys"), TimeProvider.System).Dispose();
        var sealing = Directory.GetFiles(folder.File("keys"), "sealing-*").Single();
        var bytes = File.ReadAllBytes(sealing);

        File.WriteAllBytes(sealing, bytes[..31]);
        Assert.Throws<InvalidOperationException>(
            () => KeyRing.Open(folder.File("keys"), TimeProvider.System));
        File.Delete(sealing);
        Assert.Throws<InvalidOperationException>(
            () => KeyRing.Open(folder.File("keys"), TimeProvider.System));
    }

    private static (string Root, string List, string Ack, string Reference) Of(KeyRing ring) => (
        ring.Root.PublicKey.Text, ring.SignedKeyList, ring.Acknowledgement.Thumbprint, ring.Reference.KeyId);

    private static string PayloadOf(string jws, string root)
    {
        Assert.True(Es256PublicKey.TryParse(root, out var key));
        var result = SignedDocument.Verify(jws, Wire.KeyList.Typ, _ => key, out var payload);
        Assert.Equal(SignedDocumentResult.Verified, result);
        return System.Text.Encoding.UTF8.GetString(payload);
    }
}
