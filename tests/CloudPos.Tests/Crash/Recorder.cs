using System.Diagnostics;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Crash;

/// <summary>recorder.c, compiled, and the log that it writes of one folder.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpos-cut-").FullName;

    public Recorder(string watched)
    {
        var library = Path.Combine(_folder, "recorder.so");
        var source = Path.Combine(SourceTree.Top, "tests", "CloudPos.Tests", "Crash", "recorder.c");
        using var gcc = Process.Start(
            "gcc",
            ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, source, "-ldl", "-lpthread"]);
        gcc.WaitForExit();
        Assert.Equal(0, gcc.ExitCode);
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library, ["CLOUDPOS_CUT_FOLDER"] = watched, ["CLOUDPOS_CUT_LOG"] = Log,
        };
        Printing = new Dictionary<string, string>(Environment) { ["CLOUDPOS_CUT_PRINTS"] = "1" };
    }

    public static bool HasCompiler { get; } = System.Environment.GetEnvironmentVariable("PATH")!.Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "gcc")));

    public string Log => Path.Combine(_folder, "log");

    /// <summary>Given to a process, has it recorded.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The same, and what the process prints.</summary>
    public IReadOnlyDictionary<string, string> Printing { get; }

    public List<LogRecord> Read() => RecordedLog.Read(Log);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
