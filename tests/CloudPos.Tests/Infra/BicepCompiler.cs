using System.Diagnostics;
using System.Text.RegularExpressions;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Infra;

/// <summary>The Bicep compiler from its package, where a build of infra/bicep has restored it.</summary>
internal static partial class BicepCompiler
{
    public const string MissingBecause =
        "No Bicep compiler: dotnet build infra/bicep/CloudPos.Bicep.csproj (Linux, x64) restores it.";

    private static readonly string Path = FindPath();

    /// <summary>True where the tests of the template have to be skipped.</summary>
    public static bool IsMissing => !File.Exists(Path);

    /// <summary>Runs the compiler in a folder; fails the test when it is not done within minutes.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A copy of infra's Bicep files: a snapshot is written beside its parameters.</summary>
    public static DirectoryInfo CopySources()
    {
        var copy = Directory.CreateTempSubdirectory("cloudpos-bicep-");
        copy.CreateSubdirectory("modules");
        var sources = System.IO.Path.Combine(SourceTree.Top, "infra");
        foreach (var file in Directory.EnumerateFiles(sources, "*.bicep*")
            .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(sources, "modules")))
            .Append(System.IO.Path.Combine(sources, "bicepconfig.json")))
            File.Copy(file, System.IO.Path.Combine(
                copy.FullName, System.IO.Path.GetRelativePath(sources, file)), overwrite: true);
        return copy;
    }

    [GeneratedRegex("Include=\"(Azure\\.Bicep\\.CommandLine\\.[^\"]+)\" Version=\"([^\"]+)\"")]
    private static partial Regex PackageVersion();

    private static string FindPath()
    {
        var versions = File.ReadAllText(System.IO.Path.Combine(SourceTree.Top, "Directory.Packages.props"));
        var package = PackageVersion().Match(versions);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? System.IO.Path.Combine(home, ".nuget", "packages");
        return System.IO.Path.Combine(
            packages, package.Groups[1].Value.ToLowerInvariant(), package.Groups[2].Value, "tools", "bicep");
    }
}
