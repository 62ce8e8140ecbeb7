using System.Text;
using CloudPos.Terminal.Journal.Keys;

namespace CloudPos.Tests.Terminal.Keys;

public sealed class FileKeyStoreTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static bool IsWindows => OperatingSystem.IsWindows();

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), "cloudpos-keys-" + Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_secret_is_the_same_after_a_restart()
    {
        var created = new FileKeyStore(_folder).CreateSecret("journal");

        var store = new FileKeyStore(_folder);
        Assert.True(store.HasSecret("journal"));
        Assert.Equal(FileKeyStore.SecretSize, created.Length);
        Assert.Equal(created, store.OpenSecret("journal"));
    }

    [Fact]
    public void Two_secrets_differ()
    {
        var store = new FileKeyStore(_folder);

        Assert.NotEqual(store.CreateSecret("velocity-1"), store.CreateSecret("velocity-2"));
    }

    [Fact]
    public void A_signing_key_is_the_same_after_a_restart()
    {
        using var created = new FileKeyStore(_folder).CreateSigningKey("terminal");

        var store = new FileKeyStore(_folder);
        using var opened = store.OpenSigningKey("terminal");

        Assert.True(store.HasSigningKey("terminal"));
        Assert.Equal(created.Thumbprint, opened.Thumbprint);
        Assert.True(created.PublicKey.Verify("data"u8, opened.Sign("data"u8)));
    }

    [Fact(SkipWhen = nameof(IsWindows), Skip = "Windows has no file modes.")]
    public void Files_are_the_owners_alone_and_so_is_the_folder()
    {
        var store = new FileKeyStore(_folder);
        store.CreateSecret("journal");
        store.CreateSigningKey("terminal").Dispose();

        Assert.Equal(
            ["journal.key", "terminal.p8"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_folder), path => Assert.Equal(OwnerOnly, GetMode(path)));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, GetMode(_folder));
    }

    [Theory(SkipWhen = nameof(IsWindows), Skip = "Windows has no file modes.")]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_file_that_others_may_use_is_refused_with_the_remedy(UnixFileMode others)
    {
        var store = new FileKeyStore(_folder);
        store.CreateSecret("journal");
        var path = Path.Combine(_folder, "journal.key");
        SetMode(path, OwnerOnly | others);

        var refused = Assert.Throws<KeyStoreException>(() => store.OpenSecret("journal"));

        Assert.Contains($"chmod 600 '{path}'", refused.Message);
        SetMode(path, OwnerOnly);
        Assert.NotEmpty(store.OpenSecret("journal"));
    }

    [Fact(SkipWhen = nameof(IsWindows), Skip = "Windows has no file modes.")]
    public void A_signing_key_that_others_may_read_is_refused()
    {
        var store = new FileKeyStore(_folder);
        store.CreateSigningKey("terminal").Dispose();
        SetMode(Path.Combine(_folder, "terminal.p8"), OwnerOnly | UnixFileMode.GroupRead);

        Assert.Throws<KeyStoreException>(() => store.OpenSigningKey("terminal"));
    }

    [Fact(SkipWhen = nameof(IsWindows), Skip = "Windows has no file modes.")]
    public void A_folder_that_others_may_write_to_is_refused_with_the_remedy()
    {
        Directory.CreateDirectory(_folder);
        SetMode(_folder, OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);

        var refused = Assert.Throws<KeyStoreException>(() => new FileKeyStore(_folder));

        Assert.Contains("chmod 700", refused.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(4096)]
    public void A_file_of_another_size_is_refused_and_left_as_it_is(int size)
    {
        var store = new FileKeyStore(_folder);
        var path = PutFile("journal.key", new byte[size]);

        var refused = Assert.Throws<KeyStoreException>(() => store.OpenSecret("journal"));

        Assert.Contains($"{size} bytes", refused.Message);
        Assert.Equal(size, new FileInfo(path).Length);
    }

    [Fact]
    public void A_file_that_holds_no_signing_key_is_refused()
    {
        var store = new FileKeyStore(_folder);
        PutFile("terminal.p8", Encoding.ASCII.GetBytes("no key"));

        Assert.Contains(
            "PKCS #8", Assert.Throws<KeyStoreException>(() => store.OpenSigningKey("terminal")).Message);
    }

    [Fact]
    public void A_missing_key_is_refused_and_not_made_anew()
    {
        var store = new FileKeyStore(_folder);

        var secret = Assert.Throws<KeyStoreException>(() => store.OpenSecret("journal"));
        var signing = Assert.Throws<KeyStoreException>(() => store.OpenSigningKey("terminal"));

        Assert.Contains("missing", secret.Message);
        Assert.Contains("missing", signing.Message);
        Assert.False(store.HasSecret("journal"));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_key_is_never_overwritten()
    {
        var store = new FileKeyStore(_folder);
        var first = store.CreateSecret("journal");
        using var key = store.CreateSigningKey("terminal");

        Assert.Throws<KeyStoreException>(() => store.CreateSecret("journal"));
        Assert.Throws<KeyStoreException>(() => store.CreateSigningKey("terminal"));

        Assert.Equal(first, store.OpenSecret("journal"));
        using var opened = store.OpenSigningKey("terminal");
        Assert.Equal(key.Thumbprint, opened.Thumbprint);
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void What_an_interrupted_creation_left_is_no_key_and_does_not_stop_the_next()
    {
        var store = new FileKeyStore(_folder);
        PutFile("journal.key.new", new byte[7]);

        Assert.False(store.HasSecret("journal"));
        var secret = store.CreateSecret("journal");

        Assert.Equal(secret, store.OpenSecret("journal"));
        Assert.False(File.Exists(Path.Combine(_folder, "journal.key.new")));
    }

    [Fact]
    public void A_deleted_secret_is_gone_and_may_be_deleted_again()
    {
        var store = new FileKeyStore(_folder);
        store.CreateSecret("velocity-1");

        store.DeleteSecret("velocity-1");
        store.DeleteSecret("velocity-1");

        Assert.False(store.HasSecret("velocity-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../journal")]
    [InlineData("Journal")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    public void A_name_is_a_plain_word(string name) =>
        Assert.Throws<ArgumentException>(() => new FileKeyStore(_folder).CreateSecret(name));

    private string PutFile(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        if (!OperatingSystem.IsWindows())
            SetMode(path, OwnerOnly);
        return path;
    }

    private static UnixFileMode GetMode(string path) => OperatingSystem.IsWindows()
        ? throw new PlatformNotSupportedException()
        : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        File.SetUnixFileMode(path, mode);
    }
}
