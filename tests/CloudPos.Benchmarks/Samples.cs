using System.Diagnostics;

namespace CloudPos.Benchmarks;

/// <summary>How long each of many repetitions took, and all of them together.</summary>
internal sealed class Samples(List<double> seconds, TimeSpan elapsed)
{
    private readonly double[] _sorted = [.. seconds.Order()];

    public int Count => _sorted.Length;

    public double PerSecond => Count / elapsed.TotalSeconds;

    /// <param name="quantile">0.5 for the median, 0.99 for what one in a hundred exceeds.</param>
    public double Microseconds(double quantile) =>
        Count == 0 ? double.NaN : _sorted[(int)Math.Ceiling(quantile * Count) - 1] * 1e6;

    public double Milliseconds(double quantile) => Microseconds(quantile) / 1e3;

    /// <summary>Repeats the work for so many seconds, one after the other.</summary>
    public static Samples Collect(double seconds, Action work)
    {
        var taken = new List<double>();
        var all = Stopwatch.StartNew();
        while (all.Elapsed.TotalSeconds < seconds)
        {
            var began = Stopwatch.GetTimestamp();
            work();
            taken.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return new Samples(taken, all.Elapsed);
    }

    public static async Task<Samples> Collect(double seconds, Func<Task> work)
    {
        var taken = new List<double>();
        var all = Stopwatch.StartNew();
        while (all.Elapsed.TotalSeconds < seconds)
        {
            var began = Stopwatch.GetTimestamp();
            await work();
            taken.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        return new Samples(taken, all.Elapsed);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(sorted.Length - 1) / 2];
    }
}
