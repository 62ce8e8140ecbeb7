using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;

// The back office as one process. Ends with 2 when a setting is wrong or an acquirer is missing that owes
// answers, and with 0 only when it was asked to end; under the Functions host never with 0. "describe
// FOLDER" writes the files that describe the functions to that host, and nothing else.
if (args is ["describe", var folder])
{
    PackageFiles.Write(folder, BackOffice.Functions());
    return 0;
}

if (!BackOfficeOptions.TryRead(args, Environment.GetEnvironmentVariables(), out var options, out var faults))
{
    foreach (var fault in faults)
        Console.Error.WriteLine(fault);
    return 2;
}

WebApplication app;
try
{
    app = await BackOffice.Create(options, TimeProvider.System);
}
catch (StartRefusedException refused)
{
    Console.Error.WriteLine(refused.Message);
    return 2;
}
await using var running = app;
await app.StartAsync();
Console.WriteLine($"listening on {BackOffice.AddressOf(app)}");
await app.WaitForShutdownAsync();
return options.FunctionsHostPort is null ? 0 : FunctionsHost.RestartExitCode;
