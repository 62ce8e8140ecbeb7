using System.Text;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;

namespace CloudPos.Tests.Functions.Recovery;

/// <summary>The process that takes a payment by link is killed at each commit, and the customer posts
/// again, as one does when a page does not answer.</summary>
public class PayByLinkKillTests
{
    [Theory]
    [InlineData(KillPoint.Before)]
    [InlineData(KillPoint.After)]
    public async Task Killed_at_any_commit_and_posted_again_it_is_one_payment(KillPoint point)
    {
        for (var commit = 1; ; commit++)
        {
            await using var world = await PaymentWorld.Start();
            world.Acquirer.Ledger.Decide = message => LinkWorld.IsTyped(message) ? "00" : "57";
            var sale = world.Sale();
            await world.Attempt(sale);
            await world.Accept(sale);
            await world.RunDue();
            var token = await Linked(world, sale);

            world.Engine.Point = point;
            world.Engine.DieAt = world.Engine.Commits + commit;
            var killed = await Killed(async () =>
            {
                await Post(world, token);
                await world.RunDue();
            });
            world.Engine.Revive();
            if (killed)
                await world.Restart();
            await Post(world, token);
            await world.Settle();
            await Post(world, token);
            await world.Settle();

            var known = await Find(world, sale);
            Assert.Equal((CaseState.Recovered, 1), (known.State, known.Tries.Count));
            Assert.Equal(sale.Amount.Minor, world.Acquirer.Ledger.ChargedMinor);
            Assert.Single(world.Acquirer.Ledger.Lines, line => line.Code == "00");
            if (!killed)
                return;
            Assert.True(commit < 40, "It never ran to its end.");
        }
    }

    private static async Task<bool> Killed(Func<Task> run)
    {
        try
        {
            await run();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    private static Task<Answer> Post(PaymentWorld world, string token) => world.Paying.Post(
        new Call(
            new Dictionary<string, string> { ["token"] = token }, new Dictionary<string, string>(),
            Encoding.ASCII.GetBytes($"try=1&number={TestCards.Mastercard}&expiry=12%2F30"))
        { Address = "192.0.2.1" },
        default);

    /// <summary>A link as the mail's handler leaves it.</summary>
    private static async Task<string> Linked(PaymentWorld world, TestSale sale)
    {
        var row = await world.Tables.Get(
            TableNames.Terminal, PaymentWorld.Terminal, RecoveryCase.KeyOf(sale.Payment));
        var (token, digest) = LinkToken.New(PaymentWorld.Terminal);
        var now = world.Time.GetUtcNow();
        var known = RecoveryCase.From(row!).Offer("ada@example.com", "test", now, TimeSpan.FromDays(14));
        known = known with { Link = known.Link!.Sending(digest, now) with { State = LinkState.Sent } };
        Assert.Null(await world.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal,
            [Change.Replace(known.ToRow(row!.ETag)), Change.Insert(LinkToken.RowOf(known, digest))]));
        return token;
    }

    private static async Task<RecoveryCase> Find(PaymentWorld world, TestSale sale) =>
        RecoveryCase.From((await world.Tables.Get(
            TableNames.Terminal, PaymentWorld.Terminal, RecoveryCase.KeyOf(sale.Payment)))!);
}
