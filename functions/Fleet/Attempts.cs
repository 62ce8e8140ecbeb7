using System.Security.Cryptography;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Reads, decides and commits again while somebody else's commit comes between. From the third attempt on it
/// steps back for a few random milliseconds, so that of many who change the same row each gets its turn.
/// </summary>
internal static class Attempts
{
    private const int Max = 30;
    private const int AtOnce = 2;
    private const int StepBackMillisecondsMax = 100;

    /// <param name="once">One attempt: the result, or null when its commit met a conflict.</param>
    /// <exception cref="TablesUnavailableException">Others kept coming between; nothing is known to be wrong.
    /// </exception>
    public static async Task<T> UntilCommitted<T>(Func<Task<T?>> once) where T : class
    {
        T? result = null;
        await UntilCommitted(async () => (result = await once()) is not null);
        return result!;
    }

    /// <param name="once">One attempt: false when its commit met a conflict.</param>
    /// <exception cref="TablesUnavailableException">Others kept coming between.</exception>
    public static async Task UntilCommitted(Func<Task<bool>> once)
    {
        for (var attempt = 1; attempt <= Max; attempt++)
        {
            if (await once())
                return;
            await StepBack(attempt);
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// For those who count their attempts themselves: the wait after one that somebody came between. Full
    /// jitter over a doubling bound. Nothing is decided by it, so it needs no clock of its own.
    /// </summary>
    /// <param name="attempt">From 1; after the first ones there is no wait.</param>
    public static Task StepBack(int attempt)
    {
        if (attempt <= AtOnce)
            return Task.CompletedTask;
        var bound = Math.Min(StepBackMillisecondsMax, 2 << Math.Min(attempt - AtOnce, 16));
        return Task.Delay(RandomNumberGenerator.GetInt32(bound) + 1);
    }
}
