using CloudPos.Cards;

namespace CloudPos.Local.Story;

/// <summary>
/// Reads every byte of every file under a folder for known card numbers, in each form in which one could lie
/// there: digits as ASCII or UTF-16, hexadecimal text, packed BCD. Names the file and the form, never the
/// number.
/// </summary>
internal static class CardNumberScan
{
    private const long FileBytesMax = 512 * 1024 * 1024;

    public static IEnumerable<string> Find(string folder, IReadOnlyList<string> numbers)
    {
        var search = new CardSearch(numbers);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var info = new FileInfo(file);
            // Nothing lies in an empty file, nor in a socket, which has no length and cannot be opened.
            if (info.Length == 0)
                continue;
            if (info.Length > FileBytesMax)
            {
                yield return $"{Path.GetRelativePath(folder, file)} is too large to be read";
                continue;
            }
            foreach (var found in search.Find(Read(file)))
                yield return $"{Path.GetRelativePath(folder, file)} at {found}";
        }
    }

    /// <summary>Files that a running program holds open are read as they are now.</summary>
    private static byte[] Read(string file)
    {
        using var stream = new FileStream(
            file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
