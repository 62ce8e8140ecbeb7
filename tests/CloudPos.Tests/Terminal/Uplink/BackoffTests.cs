using CloudPos.Terminal.Uplink;

namespace CloudPos.Tests.Terminal.Uplink;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    [Fact]
    public void Waits_are_spread_over_the_whole_ceiling_which_doubles_up_to_its_bound()
    {
        var waits = Enumerable.Range(0, 2_000).Select(seed =>
        {
            var backoff = new Backoff(First, Max, new Random(seed));
            return Enumerable.Range(0, 9).Select(_ => backoff.Next().TotalSeconds).ToArray();
        }).ToArray();
        double[] ceilings = [1, 2, 4, 8, 16, 30, 30, 30, 30];
        for (var turn = 0; turn < ceilings.Length; turn++)
        {
            Assert.All(waits, run => Assert.InRange(run[turn], 0, ceilings[turn]));
            // Full jitter: as many in the lower half as in the upper one, near enough for 2,000 draws.
            Assert.InRange(waits.Count(run => run[turn] < ceilings[turn] / 2), 850, 1_150);
        }
    }

    [Fact]
    public void What_the_back_office_asks_for_is_a_floor_and_is_jittered_too()
    {
        var waits = Enumerable.Range(0, 100)
            .Select(seed => new Backoff(First, Max, new Random(seed)))
            .Select(backoff => backoff.Next(TimeSpan.FromSeconds(60)).TotalSeconds)
            .ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, 60, 75));
        Assert.True(waits.Distinct().Count() > 90);
    }

    [Fact]
    public void After_a_success_it_begins_anew()
    {
        var backoff = new Backoff(First, Max, new Random(1));
        for (var turn = 0; turn < 10; turn++)
            backoff.Next();
        backoff.Reset();
        Assert.InRange(backoff.Next().TotalSeconds, 0, 1);
    }
}
