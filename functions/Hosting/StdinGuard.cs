namespace CloudPos.Functions.Hosting;

/// <summary>
/// Ends the program when its standard input closes, which happens however the process that started it ends.
/// </summary>
internal static class StdinGuard
{
    public static void Watch(IHostApplicationLifetime lifetime) => Task.Factory.StartNew(
        () =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> discarded = stackalloc byte[256];
            while (input.Read(discarded) > 0)
            {
                // Whatever is typed means nothing; only the end does.
            }
            lifetime.StopApplication();
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
