using System.Runtime.InteropServices;
using CloudPos.Local.Children;

namespace CloudPos.Local.FunctionsHost;

/// <summary>Publishes the function app as it is deployed, for this machine.</summary>
internal static class PackageBuild
{
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    /// <returns>The folder that was published into.</returns>
    public static async Task<string> Publish(
        string top, string into, string logFile, CancellationToken cancel)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var start = new ChildStart(
            "dotnet publish", "dotnet",
            [
                "publish", Path.Combine(top, "functions", "CloudPos.Functions.csproj"), "-c", "Release",
                "-r", $"linux-{architecture}", "-v", "q", "-nologo", "-o", into,
            ],
            logFile);
        var result = await ChildRun.ToEndAsync(start, Within, cancel);
        return result.ExitCode == 0
            ? into
            : throw new InvalidOperationException($"The function app could not be published; see {logFile}.");
    }
}
