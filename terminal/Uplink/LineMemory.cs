using System.Globalization;
using System.Text;

namespace CloudPos.Terminal.Uplink;

/// <summary>
/// What a verb in a process of its own found out for the next one: that the back office is silent, so that
/// not each of them waits for it. A hint and nothing more: it is not synced, and one that cannot be read, is
/// too old, comes from the future (a clock was set back) or is of another back office is none. A way that
/// is missed at once costs no time, and is not remembered.
/// </summary>
internal sealed class LineMemory(string folder, TimeProvider time)
{
    public const string Name = "line.silent";

    /// <summary>Then a sale asks again, whatever became of the looking beside the sales since.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    private const int LengthMax = 4_096;
    private readonly string _path = Path.Combine(folder, Name);

    /// <summary>When the back office of this address was found silent; null when that is not known.</summary>
    public DateTimeOffset? SilentSince(Uri backOffice)
    {
        if (Read() is not [var moment, var address] || address != backOffice.AbsoluteUri
            || !long.TryParse(moment, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
            return null;
        var since = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        var age = time.GetUtcNow() - since;
        return age >= TimeSpan.Zero && age <= AgeMax ? since : null;
    }

    /// <summary>
    /// Keeps what a request found out; false where nothing was, or where the disk takes no hint, which is no
    /// reason to fail: the next sale waits for itself.
    /// </summary>
    public bool TryKeep(LineState.Snapshot found, Uri backOffice)
    {
        if (!found.IsAsked)
            return false;
        try
        {
            if (found.IsSilent)
                File.WriteAllText(_path, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{found.Since.ToUnixTimeMilliseconds()} {backOffice.AbsoluteUri}"));
            else if (File.Exists(_path))
                File.Delete(_path);
            return true;
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string[] Read()
    {
        try
        {
            using var file = File.OpenHandle(_path);
            var bytes = new byte[Math.Min(LengthMax, RandomAccess.GetLength(file))];
            return Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0)).Split(' ');
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
