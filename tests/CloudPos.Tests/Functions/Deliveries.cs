using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions;

/// <summary>
/// What the host does for a handler: one that others kept coming between, or that the store did not answer,
/// is called again after a growing pause, as often as a queue delivers one message.
/// </summary>
internal static class Deliveries
{
    /// <summary>Of a queue, as it is set up.</summary>
    private const int Max = 10;

    public static Task UntilDone(Func<Task> handle) => UntilDone(async () =>
    {
        await handle();
        return true;
    });

    /// <summary>The same for a caller who is told to come back later.</summary>
    public static async Task<T> UntilDone<T>(Func<Task<T>> ask)
    {
        for (var delivery = 1; ; delivery++)
            try
            {
                return await ask();
            }
            catch (TablesUnavailableException) when (delivery < Max)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10 << delivery));
            }
    }
}
