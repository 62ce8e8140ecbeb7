namespace CloudPos.Local.Story;

/// <summary>Waiting for something to become true, with a bound.</summary>
internal static class Wait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);

    /// <returns>False when it did not become true in time.</returns>
    public static async Task<bool> Until(Func<Task<bool>> isTrue, TimeSpan within, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (!await isTrue())
        {
            if (time.GetElapsedTime(started) > within)
                return false;
            await Task.Delay(Step, time);
        }
        return true;
    }
}
