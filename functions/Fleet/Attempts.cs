using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>Reads, decides and commits again while somebody else's commit comes between.</summary>
internal static class Attempts
{
    private const int Max = 20;

    /// <param name="once">One attempt: the result, or null when its commit met a conflict.</param>
    /// <exception cref="TablesUnavailableException">Others kept coming between; nothing is known to be
    /// wrong.</exception>
    public static async Task<T> UntilCommitted<T>(Func<Task<T?>> once) where T : class
    {
        for (var attempt = 0; attempt < Max; attempt++)
            if (await once() is { } result)
                return result;
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <param name="once">One attempt: false when its commit met a conflict.</param>
    /// <exception cref="TablesUnavailableException">Others kept coming between.</exception>
    public static async Task UntilCommitted(Func<Task<bool>> once)
    {
        for (var attempt = 0; attempt < Max; attempt++)
            if (await once())
                return;
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }
}
