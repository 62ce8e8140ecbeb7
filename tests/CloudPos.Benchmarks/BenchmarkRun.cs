using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CloudPos.Benchmarks;

/// <summary>How much is measured, and where it may write. Disposing deletes what was written.</summary>
/// <param name="Rounds">All peers are measured once in each round, one after the other, so that a slow spell
/// of the machine meets them alike; the median of the rounds counts.</param>
/// <param name="Seconds">Of one measurement.</param>
/// <param name="Scale">Times the usual number of records; below 1 to try a subject out.</param>
/// <param name="Folder">On the disk that is to be measured.</param>
internal sealed record BenchmarkRun(int Rounds, double Seconds, double Scale, string Folder) : IDisposable
{
    private const int RoundsMax = 100;

    public int Scaled(int usual) => Math.Max(1, (int)(usual * Scale));

    /// <summary>A new empty folder of its own for one measurement.</summary>
    public string NewFolder(string name)
    {
        var folder = Path.Combine(Folder, $"{name}-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static bool TryRead(
        string[] args,
        [NotNullWhen(true)] out BenchmarkRun? run,
        [NotNullWhen(true)] out Subject? subject,
        out string fault)
    {
        (run, subject, fault) = (null, null, "Say what to measure.");
        if (args.Length == 0)
            return false;
        subject = Subjects.All.FirstOrDefault(known => known.Name == args[0]);
        if (subject is null)
        {
            fault = $"There is no subject '{args[0]}'.";
            return false;
        }
        var read = new BenchmarkRun(5, 3, 1, "");
        var parent = Path.GetTempPath();
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--folder" && value.Length > 0)
                parent = Path.GetFullPath(value);
            else if (!read.TrySet(args[i], value, out read))
            {
                fault = $"'{args[i]} {value}' is not understood.";
                return false;
            }
        }
        run = read with { Folder = Directory.CreateDirectory(
            Path.Combine(parent, $"cloudpos-benchmarks-{Environment.ProcessId}")).FullName };
        return true;
    }

    private bool TrySet(string name, string value, out BenchmarkRun run)
    {
        run = this;
        if (!double.TryParse(value, CultureInfo.InvariantCulture, out var number) || number <= 0)
            return false;
        switch (name)
        {
            case "--rounds" when number <= RoundsMax:
                run = this with { Rounds = (int)number };
                return true;
            case "--seconds":
                run = this with { Seconds = number };
                return true;
            case "--scale":
                run = this with { Scale = number };
                return true;
            default:
                return false;
        }
    }
}
