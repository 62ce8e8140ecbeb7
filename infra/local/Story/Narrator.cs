using System.Globalization;

namespace CloudPos.Local.Story;

/// <summary>Tells the story on standard output as it happens, with the seconds since its beginning.</summary>
internal sealed class Narrator(TextWriter output, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public double Seconds => time.GetElapsedTime(_started).TotalSeconds;

    public void Chapter(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    public void Say(string sentence) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"  {Seconds,5:F1} s  {sentence}"));
}
