using System.Diagnostics;

namespace CloudPos.Benchmarks;

/// <summary>
/// The back office is shipped with another collector and another compiler's setting than this program has
/// (functions/CloudPos.Functions.csproj and its SDK), and both are chosen when a process starts. Its subjects
/// run in a process of their own that is set as it is.
/// </summary>
internal static class BackOfficeProcess
{
    private static readonly (string Name, string Value)[] settings =
        [("DOTNET_gcServer", "1"), ("DOTNET_TieredPGO", "0")];

    public static bool IsThis =>
        settings.All(setting => Environment.GetEnvironmentVariable(setting.Name) == setting.Value);

    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, args);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
