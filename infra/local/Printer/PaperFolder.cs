using System.Globalization;

namespace CloudPos.Local.Printer;

/// <summary>Keeps each sheet as a picture, in the order in which they were cut.</summary>
internal sealed class PaperFolder(string folder)
{
    private int _count;

    /// <returns>The picture's file.</returns>
    public string Keep(Sheet sheet)
    {
        Directory.CreateDirectory(folder);
        var number = Interlocked.Increment(ref _count).ToString("0000", CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{number}.svg");
        File.WriteAllText(path, PaperPicture.Of(sheet));
        return path;
    }
}
