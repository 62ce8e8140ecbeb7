using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// The process dies at its first commit, before it or just after it; then, in a new world, at its second, and
/// so on until a run needs no more commits than that. Whoever was at work starts again from what is stored,
/// as the terminal, the journal's applying and the sweep do. However it went, the acquirer's own book holds
/// the payment once.
/// </summary>
public class KilledProcessTests
{
    private const int CommitsMax = 60;

    [Theory]
    [InlineData(KillPoint.Before)]
    [InlineData(KillPoint.After)]
    public Task A_deferred_payment_ends_approved_and_charged_once(KillPoint point) => KillEverywhere(
        point,
        async (world, sale) =>
        {
            await world.Attempt(sale);
            await world.Accept(sale);
            await world.Settle();
        },
        PaymentState.Approved, 1234);

    [Theory]
    [InlineData(KillPoint.Before)]
    [InlineData(KillPoint.After)]
    public Task A_live_payment_whose_terminal_asks_again_ends_approved_and_charged_once(KillPoint point) =>
        KillEverywhere(
            point,
            async (world, sale) =>
            {
                var answer = await world.Ask(sale);
                await world.Attempt(sale);
                await world.Accept(
                    sale, answer.Result == AuthoriseResult.Approved ? Approval.Online : Approval.Deferred);
                await world.Settle();
            },
            PaymentState.Approved, 1234);

    [Theory]
    [InlineData(KillPoint.Before)]
    [InlineData(KillPoint.After)]
    public Task A_sale_voided_after_its_approval_ends_reversed_and_charged_nothing(KillPoint point) =>
        KillEverywhere(
            point,
            async (world, sale) =>
            {
                await world.Ask(sale);
                await world.Attempt(sale);
                await world.Void(sale);
                await world.Settle();
            },
            PaymentState.Reversed, 0);

    [Theory]
    [InlineData(KillPoint.Before)]
    [InlineData(KillPoint.After)]
    public Task A_stolen_card_ends_declined_and_on_the_deny_list_once(KillPoint point) => KillEverywhere(
        point,
        async (world, sale) =>
        {
            await world.Attempt(sale);
            await world.Accept(sale);
            await world.Settle();
        },
        PaymentState.Declined, 0,
        world => world.Acquirer.Ledger.Decide = _ => "43",
        async world => Assert.Single((await world.Denied()).Tags));

    private static async Task KillEverywhere(
        KillPoint point, Func<PaymentWorld, TestSale, Task> story, PaymentState state, long chargedMinor,
        Action<PaymentWorld>? arrange = null, Func<PaymentWorld, Task>? check = null)
    {
        for (var at = 1; at < CommitsMax; at++)
        {
            await using var world = await PaymentWorld.Start();
            arrange?.Invoke(world);
            var sale = world.Sale();
            world.Engine.Point = point;
            world.Engine.DieAt = world.Engine.Commits + at;
            try
            {
                await story(world, sale);
            }
            catch (KilledException)
            {
                await world.Restart();
                // The minutes that pass before the next process is up.
                world.Time.Advance(TimeSpan.FromMinutes(2));
                await story(world, sale);
            }
            if (!world.Engine.HasDied)
            {
                Assert.True(at > 5, "The story made fewer commits than it must.");
                return;
            }
            var payment = await world.Find(sale);
            var where = $"killed at commit {at}, {point}";
            Assert.True(state == payment.State, $"{where}: {payment.State}");
            Assert.True(chargedMinor == world.Acquirer.Ledger.ChargedMinor, where);
            Assert.True(world.Acquirer.Ledger.Lines.Count <= 1, where);
            Assert.Single(await world.Outcomes());
            Assert.DoesNotContain(await world.Rows(), row => row.Has("sealed"));
            if (check is not null)
                await check(world);
        }
        Assert.Fail("The story never ran to its end.");
    }
}
