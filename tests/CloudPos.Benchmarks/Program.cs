using CloudPos.Benchmarks;

// Measures one subject, or lists them. Run by hand on a machine that does nothing else; no test asserts a
// time.
if (!BenchmarkRun.TryRead(args, out var run, out var subject, out var fault))
{
    Console.Error.WriteLine(fault);
    Console.Error.WriteLine(
        "usage: dotnet run -c Release --project tests/CloudPos.Benchmarks -- <subject> "
        + "[--rounds N] [--seconds N] [--scale X] [--folder PATH]");
    foreach (var known in Subjects.All)
        Console.Error.WriteLine($"  {known.Name,-14} {known.Measures}");
    return 2;
}

if (subject.IsOfBackOffice && !BackOfficeProcess.IsThis)
{
    run.Dispose();
    return await BackOfficeProcess.Run(args);
}

using (run)
{
    Console.WriteLine($"{subject.Name}: {subject.Measures}");
    Console.WriteLine($"on {Machine.Describe()}");
    await subject.Run(run);
}
return 0;
