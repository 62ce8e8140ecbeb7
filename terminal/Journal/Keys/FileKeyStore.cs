using System.Security.Cryptography;
using CloudPos.Crypto;

namespace CloudPos.Terminal.Journal.Keys;

/// <summary>
/// The terminal's own keys, each in a file that only its owner may read: 32 random bytes (name.key), or an
/// ES256 key as PKCS #8 (name.p8). Nobody else names a key's file, so a store in a TPM can take this one's
/// place. A file appears whole or not at all: it is written and synchronised under another name first, then
/// linked. Not safe for use by two processes at once; the data folder's lock sees to that.
/// </summary>
internal sealed class FileKeyStore
{
    public const int SecretSize = 32;

    private const int FileLengthMax = 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const UnixFileMode OthersAny = OthersWrite | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder;

    /// <summary>Makes the folder, for the owner alone, unless it is there.</summary>
    /// <exception cref="KeyStoreException">Others may write to the folder.</exception>
    public FileKeyStore(string folder)
    {
        _folder = Path.GetFullPath(folder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
            return;
        }
        Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
        var mode = File.GetUnixFileMode(_folder);
        if ((mode & OthersWrite) != 0)
            throw new KeyStoreException(
                $"Others than its owner may write to the key folder {_folder} (mode {Octal(mode)}), and so "
                + $"replace its keys. Correct it with: chmod 700 '{_folder}'");
    }

    public bool HasSecret(string name) => File.Exists(SecretPath(name));

    public bool HasSigningKey(string name) => File.Exists(SigningKeyPath(name));

    /// <summary>Draws a secret and stores it before it returns it. The caller zeroes the array.</summary>
    /// <exception cref="KeyStoreException">There is one of this name already; it is never
    /// overwritten.</exception>
    public byte[] CreateSecret(string name)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretSize);
        Write(SecretPath(name), secret);
        return secret;
    }

    /// <summary>Reads a secret of <see cref="SecretSize"/> bytes. The caller zeroes the array.</summary>
    /// <exception cref="KeyStoreException">It is missing, damaged, or others may read it.</exception>
    public byte[] OpenSecret(string name)
    {
        var path = SecretPath(name);
        var secret = Read(path);
        if (secret.Length == SecretSize)
            return secret;
        CryptographicOperations.ZeroMemory(secret);
        throw new KeyStoreException(
            $"The key file {path} has {secret.Length} bytes where {SecretSize} belong. Restore it; what is "
            + "encrypted under it cannot be read without it.");
    }

    /// <summary>Makes an ES256 key and stores it before it returns it.</summary>
    /// <exception cref="KeyStoreException">There is one of this name already; it is never
    /// overwritten.</exception>
    public Es256Key CreateSigningKey(string name)
    {
        var key = Es256Key.Generate();
        var pkcs8 = key.RevealPkcs8();
        try
        {
            Write(SigningKeyPath(name), pkcs8);
            return key;
        }
        catch (KeyStoreException)
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <exception cref="KeyStoreException">It is missing, damaged, or others may read it.</exception>
    public Es256Key OpenSigningKey(string name)
    {
        var path = SigningKeyPath(name);
        var pkcs8 = Read(path);
        try
        {
            return Es256Key.TryImportPkcs8(pkcs8, out var key)
                ? key
                : throw new KeyStoreException(
                    $"The key file {path} holds no P-256 key in PKCS #8. Restore it, or enrol this terminal "
                    + "anew.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>
    /// Removes a secret that is no longer needed; what was made under it is lost. Done when it is not there.
    /// </summary>
    public void DeleteSecret(string name)
    {
        File.Delete(SecretPath(name));
        FolderSync.Flush(_folder);
    }

    private string SecretPath(string name) => Path.Combine(_folder, Checked(name) + ".key");

    private string SigningKeyPath(string name) => Path.Combine(_folder, Checked(name) + ".p8");

    private static string Checked(string name) =>
        name.Length is > 0 and <= 64
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? name
            : throw new ArgumentException("A key's name is lower-case letters, digits and hyphens.");

    private void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".new";
        // What an interrupted start has left was never used: the key is in use only under its own name.
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException e)
        {
            File.Delete(unfinished);
            throw new KeyStoreException(
                File.Exists(path)
                    ? $"There is a key file {path} already; it is not overwritten."
                    : $"The key file {path} cannot be written: {e.Message}",
                e);
        }
        FolderSync.Flush(_folder);
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            // Asked of the open file, so that nobody exchanges it between the question and the reading.
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle) is var mode
                && (mode & OthersAny) != 0)
                throw new KeyStoreException(
                    $"Others than its owner may use the key file {path} (mode {Octal(mode)}). Find out who "
                    + $"has read it, then correct it with: chmod 600 '{path}'");
            if (file.Length > FileLengthMax)
                throw new KeyStoreException($"The key file {path} has {file.Length} bytes: that is no key.");
            var content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (FileNotFoundException e)
        {
            throw new KeyStoreException(
                $"The key file {path} is missing. Restore it, or enrol this terminal anew in a new folder.",
                e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new KeyStoreException($"The key file {path} cannot be read: {e.Message}", e);
        }
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}

/// <summary>
/// The keys cannot be used as they are. The message is for whoever keeps the machine: it names the file and
/// what to do.
/// </summary>
internal sealed class KeyStoreException : Exception
{
    public KeyStoreException(string message)
        : base(message)
    {
    }

    public KeyStoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
