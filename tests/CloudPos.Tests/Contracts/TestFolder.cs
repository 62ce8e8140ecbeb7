namespace CloudPos.Tests.Contracts;

/// <summary>A new folder for one test, gone afterwards.</summary>
internal sealed class TestFolder : IDisposable
{
    private const int TriesMax = 600;

    public string Path { get; } = Directory.CreateTempSubdirectory("cloudpos-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// What has just ended may still have a last file to close or to make; that is no failure of the test.
    /// </summary>
    public void Dispose()
    {
        for (var tried = 1; ; tried++)
            try
            {
                Directory.Delete(Path, recursive: true);
                return;
            }
            catch (IOException) when (tried < TriesMax)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(50));
            }
    }
}
