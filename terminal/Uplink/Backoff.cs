namespace CloudPos.Terminal.Uplink;

/// <summary>
/// Full jitter: each wait is drawn from zero to a ceiling that doubles, so that a fleet which lost its line
/// in one moment does not come back in one moment. What the back office asks for (Retry-After) is a floor,
/// itself jittered.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max, Random random)
{
    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next(TimeSpan floor = default)
    {
        var doublings = Math.Min(_failures, 20);
        _failures = Math.Min(_failures + 1, 1_000);
        var ceiling = Math.Min(max.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, doublings));
        var floorMilliseconds = floor.TotalMilliseconds * (1 + random.NextDouble() / 4);
        return TimeSpan.FromMilliseconds(Math.Max(floorMilliseconds, random.NextDouble() * ceiling));
    }
}
