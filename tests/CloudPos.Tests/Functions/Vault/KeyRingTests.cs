using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;
using CloudPos.Tests.Contracts;
using CloudPos.Wire;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Vault;

public class KeyRingTests
{
    [Fact]
    public async Task Keys_are_made_once_and_read_ever_after()
    {
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        string root, list, acknowledgement, reference;
        using (var ring = await Ring(folder, tables))
            (root, list, acknowledgement, reference) = Of(ring);

        using var again = await Ring(folder, tables);

        var (_, listAgain, _, _) = Of(again);
        Assert.Equal(
            (root, acknowledgement, reference), (Of(again).Root, Of(again).Ack, Of(again).Reference));
        Assert.Equal(PayloadOf(list, root), PayloadOf(listAgain, root));
    }

    [Fact]
    public async Task Only_the_owner_may_read_a_key()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        (await Ring(folder, tables)).Dispose();

        var files = Directory.GetFiles(folder.File("keys"));
        Assert.Equal(4, files.Length);
        Assert.All(
            files,
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));

        File.SetUnixFileMode(files[0], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var refused = await Assert.ThrowsAsync<KeysUnavailableException>(() => Ring(folder, tables));
        Assert.Contains("mode 600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root-*")]
    [InlineData("sealing-*")]
    [InlineData("acknowledgement-*")]
    public async Task A_published_key_that_is_gone_or_damaged_stops_the_start(string pattern)
    {
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        (await Ring(folder, tables)).Dispose();
        var file = Directory.GetFiles(folder.File("keys"), pattern).Single();
        var bytes = File.ReadAllBytes(file);

        File.WriteAllBytes(file, bytes[..^1]);
        await Assert.ThrowsAsync<KeysUnavailableException>(() => Ring(folder, tables));
        File.Delete(file);
        await Assert.ThrowsAsync<KeysUnavailableException>(() => Ring(folder, tables));
    }

    [Fact]
    public async Task By_hand_the_first_start_creates_nothing_and_says_which_secrets_to_make()
    {
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        await tables.EnsureTable(TableNames.Register);
        var (time, store) = (TimeProvider.System, new KeyFiles(folder.File("keys")));
        using var ring = new KeyRing(
            store, new KeyLedger(tables, time), new KeyPeriods { ByHand = true }, time);

        var refused = await Assert.ThrowsAsync<KeysUnavailableException>(() => ring.Read());

        Assert.Empty(await store.List(default));
        Assert.All(
            (string[])["root", "acknowledgement", "sealing", "reference"],
            kind => Assert.Contains($"cloudpos-{kind}-ID", refused.Message, StringComparison.Ordinal));

        foreach (var kind in Enum.GetValues<KeyKind>())
            await store.Add(
                new KeptKey(
                    $"{kind.ToString().ToLowerInvariant()}-byhand1", kind, time.GetUtcNow().AddDays(-1),
                    time.GetUtcNow().AddDays(400)),
                Convert.FromBase64String(await PrintedBy(CommandFor(kind, refused.Message))), default);

        await ring.Read();

        Assert.Equal(4, (await store.List(default)).Count);
        using var again = await TestKeys.Ring(store, tables, time);
        Assert.Equal(Of(ring).Root, Of(again).Root);
    }

    [Fact]
    public async Task Two_instances_that_start_at_once_end_with_one_root_and_open_what_either_published()
    {
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        var rings = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Ring(folder, tables)));
        foreach (var ring in rings)
            await ring.Read();

        Assert.Single(rings.Select(ring => ring.Root.Thumbprint).Distinct());
        var lists = rings.Select(ring => PayloadOf(ring.SignedKeyList, ring.Root.PublicKey.Text)).Distinct();
        var list = JsonSerializer.Deserialize(Assert.Single(lists), WireJson.Default.KeyList)!;
        foreach (var ring in rings)
        {
            Assert.All(list.SealingKeys, key => Assert.NotNull(ring.FindSealing(key.KeyId)));
            Assert.Contains(list.AcknowledgementKeys, key => key.KeyId == ring.Acknowledgement.Thumbprint);
            ring.Dispose();
        }
    }

    [Fact]
    public async Task A_key_that_another_instance_made_is_asked_for_anew_before_it_counts_as_unknown()
    {
        using var folder = new TestFolder();
        await using var tables = Tables(folder);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        using var ring = await TestKeys.Ring(new KeyFiles(folder.File("keys")), tables, time);
        using var other = await TestKeys.Ring(new KeyFiles(folder.File("keys")), tables, time);
        await other.Make(KeyKind.Sealing, time.GetUtcNow(), default);
        var made = (await other.Read()).Keys.Where(key => key.Kept.Kind == KeyKind.Sealing)
            .OrderBy(key => key.Kept.NotBefore).Last();
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Throws<TablesUnavailableException>(() => ring.FindSealing(made.KeyId));
        await ring.Freshen(default);

        Assert.NotNull(ring.FindSealing(made.KeyId));
        Assert.Null(ring.FindSealing("0000000000000000"));
    }

    /// <summary>The command that the sentence gives for this kind, in brackets after its name.</summary>
    private static string CommandFor(KeyKind kind, string sentence) => Regex.Match(
        sentence, $@"cloudpos-{kind.ToString().ToLowerInvariant()}-ID, [^(]*\((openssl [^)]+)\)")
        .Groups[1].Value;

    private static async Task<string> PrintedBy(string command)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true };
        using var run = Process.Start(start)!;
        var printed = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.Equal(0, run.ExitCode);
        return printed.Trim();
    }

    private static TablePort Tables(TestFolder folder) =>
        new(SqliteTableEngine.Open(folder.File("tables.db")), TimeProvider.System);

    private static Task<KeyRing> Ring(TestFolder folder, TablePort tables) =>
        TestKeys.Ring(new KeyFiles(folder.File("keys")), tables, TimeProvider.System);

    private static (string Root, string List, string Ack, string Reference) Of(KeyRing ring) => (
        ring.Root.PublicKey.Text, ring.SignedKeyList, ring.Acknowledgement.Thumbprint, ring.Reference.KeyId);

    private static string PayloadOf(string jws, string root)
    {
        Assert.True(Es256PublicKey.TryParse(root, out var key));
        var result = SignedDocument.Verify(jws, KeyList.Typ, _ => key, out var payload);
        Assert.Equal(SignedDocumentResult.Verified, result);
        return System.Text.Encoding.UTF8.GetString(payload);
    }
}
