namespace CloudPos.Tests.Shared;

public sealed class PaymentStatesTests
{
    private static readonly PaymentState[] All = Enum.GetValues<PaymentState>();

    [Fact]
    public void No_state_can_ever_come_back()
    {
        foreach (var start in All)
        {
            var reached = new HashSet<PaymentState>();
            var open = new Queue<PaymentState>(All.Where(next => PaymentStates.MayFollow(start, next)));
            while (open.TryDequeue(out var state))
                if (reached.Add(state))
                    foreach (var next in All.Where(next => PaymentStates.MayFollow(state, next)))
                        open.Enqueue(next);
            Assert.DoesNotContain(start, reached);
        }
    }

    [Fact]
    public void A_final_state_has_no_successor_and_an_open_one_has_some()
    {
        foreach (var state in All)
        {
            var successors = All.Count(next => PaymentStates.MayFollow(state, next));
            if (PaymentStates.IsFinal(state))
                Assert.Equal(0, successors);
            if (PaymentStates.IsOpen(state))
                Assert.NotEqual(0, successors);
        }
    }

    [Theory]
    [InlineData(PaymentState.Declined, PaymentState.Approved)]
    [InlineData(PaymentState.Asked, PaymentState.Voided)]
    [InlineData(PaymentState.Asked, PaymentState.Pending)]
    [InlineData(PaymentState.Settled, PaymentState.Batched)]
    [InlineData(PaymentState.Voided, PaymentState.Asked)]
    public void What_must_not_follow_does_not(PaymentState from, PaymentState to) =>
        Assert.False(PaymentStates.MayFollow(from, to));
}
