using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Crash;

/// <summary>
/// Power cuts, enumerated: the real terminal's writes and syncs are recorded over its sales, disks are built
/// as a cut at hundreds of points of that log may have left them, and each is opened with the real terminal.
/// Terminals that are broken on purpose must be caught by the same judgement, else it proves nothing.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    /// <summary>Each with what was not synced lost, whole, partial and torn.</summary>
    private const int Points = 450;

    /// <summary>Images in which the cashier goes on, which costs five more processes each.</summary>
    private const int GoingOnMax = 60;

    private const int BrokenPoints = 150;

    public static bool IsMissing => PublishedTerminal.IsMissing || !Recorder.HasCompiler;

    [Fact(
        Skip = "Needs gcc, and CLOUDPOS_TERMINAL set to the program that 'dotnet publish terminal' made",
        SkipWhen = nameof(IsMissing))]
    public async Task No_power_cut_loses_spoils_halves_or_repeats_a_sale()
    {
        var seed = KillTests.Seed();
        output.WriteLine($"seed {seed}");
        using var recording = await Recording.Make();
        Assert.Equal(Recording.VerbSales + Recording.ServedSales, recording.Sales.Count);
        // Each program makes a WAL, and syncs its name before its first byte.
        const string wal = TerminalStore.DatabaseName + "-wal";
        var made = recording.Log.Index().Where(at => at.Item is { Operation: 'C', Path: wal }).ToList();
        Assert.True(made.Count > Recording.VerbSales);
        Assert.All(made, at => Assert.Equal('D', recording.Log.Skip(at.Index + 1).First(
            next => next.Operation == 'D' || next is { Operation: 'W', Path: wal }).Operation));
        var goneOn = 0;
        var survived = 0;

        var verdicts = await JudgeAll(recording, recording.Log, Points, seed, async image =>
        {
            var verdict = await image.Judge();
            if (verdict != CutVerdict.Good)
                return verdict;
            if (image.Survivors.Count > 0)
            {
                Interlocked.Increment(ref survived);
                verdict |= await image.LookForSurvivors();
            }
            if (image.Survivors.Count > 0 || image.Entries % 5 == 0)
                if (Interlocked.Increment(ref goneOn) <= GoingOnMax && image.Entries < LastSale(recording))
                    verdict |= await image.GoOn(isCareless: false);
            return verdict;
        });

        output.WriteLine($"{recording.Log.Count} records, {recording.Sales.Count} sales, "
            + $"{verdicts.Count} images, {survived} with a sale that nobody saw confirmed");
        Assert.True(verdicts.Count >= 1_600, $"Only {verdicts.Count} images.");
        Assert.True(survived > 0, "No image holds a sale that was cut before it was confirmed.");
        var bad = verdicts.Where(verdict => verdict.Value != CutVerdict.Good).ToList();
        Assert.True(bad.Count == 0, $"{bad.Count} of {verdicts.Count}:\n{string.Join('\n', bad.Take(5))}");
    }

    [Fact(
        Skip = "Needs gcc, and CLOUDPOS_TERMINAL set to the program that 'dotnet publish terminal' made",
        SkipWhen = nameof(IsMissing))]
    public async Task Broken_terminals_are_caught()
    {
        using var recording = await Recording.Make();
        var (log, seed) = (recording.Log, KillTests.Seed());
        output.WriteLine($"seed {seed}");

        Assert.Contains(CutVerdict.Lost, (await JudgeAll(
            recording, RecordedLog.WithoutCommitSyncs(log, TerminalStore.DatabaseName), BrokenPoints, seed,
            image => image.Judge(), Unsynced.Lost)).Values);
        Assert.Contains(CutVerdict.Lost, (await JudgeAll(
            recording, RecordedLog.PrintedBeforeCommit(log), BrokenPoints, seed,
            image => image.Judge(), Unsynced.Lost)).Values);
        Assert.Contains(CutVerdict.Lost, (await JudgeAll(
            recording, RecordedLog.WithoutFolderSyncs(log), BrokenPoints, seed,
            image => image.Judge(), Unsynced.Lost)).Values);
        Assert.Contains(CutVerdict.ChargedAnew, (await JudgeAll(
            recording, log, BrokenPoints, seed,
            async image => await image.Judge() == CutVerdict.Good && image.Survivors.Count > 0
                ? await image.GoOn(isCareless: true)
                : CutVerdict.Good,
            Unsynced.Whole)).Values);
    }

    private static long LastSale(Recording recording) => recording.Sales.Keys.Max();

    /// <summary>
    /// Builds images at points spread over the whole log and judges them, a few at a time: each that differs
    /// once.
    /// </summary>
    private static async Task<Dictionary<string, CutVerdict>> JudgeAll(
        Recording recording, IReadOnlyList<LogRecord> log, int points, int seed,
        Func<PowerCutImage, Task<CutVerdict>> judge, params Unsynced[] modes)
    {
        if (modes.Length == 0)
            modes = Enum.GetValues<Unsynced>();
        var random = new Random(seed);
        var chosen = Choose(log.Count, points, random);
        var disk = new DiskModel(recording.Start);
        var verdicts = new Dictionary<string, CutVerdict>();
        using var free = new SemaphoreSlim(Environment.ProcessorCount);
        var judging = new Dictionary<string, Task<(CutVerdict Verdict, string Told)>>();
        var named = new List<(string Name, Task<(CutVerdict Verdict, string Told)> Judging)>();
        var printed = 0L;
        for (var at = 0; at < log.Count; at++)
        {
            disk.Apply(log[at]);
            printed = log[at].Printed ?? printed;
            if (!chosen.Contains(at))
                continue;
            foreach (var mode in modes)
            {
                var files = disk.Build(mode, random);
                var image = $"{printed} {ImageFolder.Digest(files)}";
                if (!judging.TryGetValue(image, out var verdict))
                {
                    await free.WaitAsync();
                    verdict = JudgeOne(new PowerCutImage(recording, files, printed));
                    judging.Add(image, verdict);
                }
                named.Add(($"record {at} ({log[at].Operation} {log[at].Path}), {mode}", verdict));
            }
        }
        foreach (var (name, one) in named)
        {
            var (verdict, told) = await one;
            verdicts[verdict == CutVerdict.Good ? name : $"{name}: {told}"] = verdict;
        }
        return verdicts;

        async Task<(CutVerdict Verdict, string Told)> JudgeOne(PowerCutImage image)
        {
            try
            {
                var verdict = await judge(image);
                return (verdict, image.Told);
            }
            finally
            {
                image.Dispose();
                free.Release();
            }
        }
    }

    /// <summary>One point of each stretch of equal length, so that none is left out.</summary>
    private static HashSet<int> Choose(int count, int points, Random random)
    {
        var stretch = Math.Max(1.0, (double)count / points);
        return [.. Enumerable.Range(0, Math.Min(points, count))
            .Select(point => Math.Min(count - 1, (int)((point + random.NextDouble()) * stretch)))];
    }
}
