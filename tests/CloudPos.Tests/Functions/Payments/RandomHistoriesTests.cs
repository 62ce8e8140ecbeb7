using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Totals;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// Random histories of a few sales at once: asked live or not, accepted, refused, abandoned, voided, told
/// again, given back from two terminals; two acquirers, one of them in the packed dialect, of which each
/// answers, declines, approves a part, keeps silent, answers late or twice, drops the line, or goes away for
/// a while; a process that is killed, and started again with the schemes routed the other way round. Then
/// everything calms down, and each payment must be in one state that agrees with the acquirers' own books.
/// </summary>
public class RandomHistoriesTests
{
    private const int SalesMax = 4;

    private enum Way
    {
        Deferred,
        DeferredThenVoided,
        Live,
        LiveThenVoided,
        LiveThenAbandoned,
        AbandonedUnasked,
        VoidedBeforeKnown,
        DeferredThenRefunded,
        LiveThenRefunded,
    }

    private sealed record History(
        Way[] Ways, Mood[] North, Mood[] South, int[] Order, int KillAt, KillPoint Kill);

    [Fact]
    public async Task However_it_went_each_payment_agrees_with_the_acquirers_books() => await Gen.Select(
        Gen.Enum<Way>().Array[1, SalesMax],
        Gen.Enum<Mood>().Array[1, 12],
        Gen.Enum<Mood>().Array[1, 12],
        Gen.Int[0, 999].Array[4, 24],
        Gen.Int[0, 60],
        Gen.Enum<KillPoint>())
        .Select((ways, north, south, order, killAt, kill) =>
            new History(ways, north, south, order, killAt, kill))
        .SampleAsync(Play, iter: 30, threads: 1);

    private static async Task Play(History history)
    {
        await using var far = new FarLine();
        await using var world = await PaymentWorld.Start(lines: far.Beside, endsAtSilence: true);
        var banks = new[]
        {
            new MoodyBank(world.Acquirer, Dialect.Ascii, history.North),
            new MoodyBank(far.Acquirer, Dialect.Packed, history.South),
        };
        var sales = history.Ways.Select((way, i) => new Player(world, way, i)).ToArray();
        world.Engine.Point = history.Kill;
        world.Engine.DieAt = history.KillAt == 0 ? 0 : world.Engine.Commits + history.KillAt;

        foreach (var pick in history.Order)
            await Surviving(world, banks, () => (pick % 10) switch
            {
                < 6 => sales[pick / 10 % sales.Length].Step(),
                6 => sales[pick / 10 % sales.Length].Repeat(),
                7 => Release(banks),
                _ => Pass(world),
            });
        foreach (var sale in sales)
            while (!sale.IsOver)
                await Surviving(world, banks, sale.Step);
        foreach (var bank in banks)
            bank.CalmDown();
        await PaymentWorld.Until(() => world.Lines.All.All(link => link.IsReady));
        await Surviving(world, banks, () => Release(banks));
        await Surviving(world, banks, () => world.Settle());
        // What was refused while nothing was known is asked for again, and what was taken is not taken twice.
        foreach (var sale in sales.Where(sale => sale.IsGivenBack))
            await Surviving(world, banks, sale.GiveBackAgain);
        await Surviving(world, banks, () => world.Settle());
        await Check(world, banks, sales);
    }

    private static async Task Check(PaymentWorld world, MoodyBank[] banks, Player[] sales)
    {
        var approved = banks.ToDictionary(bank => bank, _ => 0L);
        foreach (var sale in sales)
        {
            var payment = await world.Find(sale.Sale);
            var before = PaymentState.None;
            foreach (var line in payment.History.Where(line => line.State != before))
            {
                Assert.True(PaymentStates.MayFollow(before, line.State), $"{before} to {line.State}");
                before = line.State;
            }
            Assert.Equal(before, payment.State);
            Assert.True(
                PaymentStates.IsFinal(payment.State) || payment.State == PaymentState.Approved,
                $"{sale.Way} is {payment.State}");
            var lines = banks.SelectMany(bank => bank.LinesOf(sale.Sale.Amount.Minor, isCredit: false)
                .Select(line => (Bank: bank, Line: line))).ToList();
            Assert.True(
                lines.Select(one => one.Bank).Distinct().Count() <= 1, $"{sale.Way} was asked at both");
            var known = await CaseOf(world, sale.Sale);
            var asked = 1 + (known?.Tries.Count ?? 0);
            Assert.True(lines.Count <= asked, $"{sale.Way} was asked for {lines.Count} times of {asked}");
            var charges = lines.Count(one => one.Line is { Code: "00" or "10", Reversed: false });
            var isCharged = charges > 0;
            Assert.True(charges <= 1, $"{sale.Way} was charged {charges} times");
            Assert.True(
                isCharged == (payment.State == PaymentState.Approved || known?.State == CaseState.Recovered),
                $"{sale.Way} is {payment.State}, case {known?.State}, charged: {isCharged}, {payment.Held}");
            Assert.Null(payment.Sealed);
            await CheckRefunds(world, banks, sale, isCharged ? lines[0].Bank : null);
            if (isCharged)
                approved[lines[0].Bank] += sale.Sale.Amount.Minor;
        }
        foreach (var bank in banks)
            Assert.Equal(approved[bank], bank.ChargedMinor);
        var totals = new TotalsScan(world.Tables);
        await totals.Read(PaymentWorld.Terminal, default);
        Assert.Empty(totals.Differences());
    }

    /// <summary>
    /// Each of the two asks for more than half, so one at most is given, once, and only of money that came.
    /// </summary>
    /// <param name="charged">Who has the money; null where nobody has.</param>
    private static async Task CheckRefunds(
        PaymentWorld world, MoodyBank[] banks, Player sale, MoodyBank? charged)
    {
        var credits = banks.SelectMany(bank => bank.LinesOf(sale.BackMinor, isCredit: true)).ToList();
        var rows = new List<PaymentRow>();
        foreach (var id in sale.Refunds)
            if (await world.Store.Find(PaymentWorld.Terminal, id, default) is { } row)
                rows.Add(row);
        Assert.True(rows.Count <= 1, $"{sale.Way} was given back {rows.Count} times");
        Assert.True(credits.Count <= rows.Count, $"{sale.Way} has {credits.Count} credits");
        var isGiven = credits.Any(l => l is { Code: "00" or "10", Reversed: false });
        Assert.True(!isGiven || charged is not null, $"{sale.Way} was given back and never charged");
        Assert.True(
            !isGiven || charged!.LinesOf(sale.BackMinor, isCredit: true).Count == credits.Count,
            $"{sale.Way} was given back by an acquirer that has not charged it");
        foreach (var row in rows)
        {
            Assert.True(
                row.State is PaymentState.Approved or PaymentState.Declined or PaymentState.Reversed,
                $"the refund of {sale.Way} is {row.State}");
            Assert.Equal(isGiven, row.State == PaymentState.Approved);
            Assert.Equal(!isGiven, row.Held == AnswerDecisions.RefundDeclined);
        }
    }

    private static async Task<RecoveryCase?> CaseOf(PaymentWorld world, TestSale sale) =>
        await world.Tables.Get(
            TableNames.Terminal, PaymentWorld.Terminal, RecoveryCase.KeyOf(sale.Payment)) is { } row
            ? RecoveryCase.From(row)
            : null;

    /// <summary>A killed process is followed by another one, which finds what is stored.</summary>
    private static async Task Surviving(PaymentWorld world, MoodyBank[] banks, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (KilledException)
        {
            foreach (var bank in banks)
                bank.ComeBack();
            await world.Restart();
            await step();
        }
    }

    private static async Task Pass(PaymentWorld world)
    {
        world.Time.Advance(TimeSpan.FromSeconds(20));
        await world.RunDue();
    }

    private static async Task Release(MoodyBank[] banks)
    {
        foreach (var bank in banks)
            await bank.Release();
    }

    /// <summary>One sale as a terminal goes through it; each step can be told again.</summary>
    private sealed class Player(PaymentWorld world, Way way, int index)
    {
        private readonly RefundedSale _back = new(world, index);
        private AuthoriseResult? _told;
        private int _next;

        public Way Way => way;

        /// <summary>No two sales have one amount, nor has a refund that of a sale.</summary>
        public TestSale Sale { get; } = world.Sale(
            1_000 + 10 * index, index % 2 == 0 ? TestCards.Visa : TestCards.Mastercard);

        public bool IsGivenBack => way is Way.DeferredThenRefunded or Way.LiveThenRefunded;

        public long BackMinor => RefundedSale.MinorOf(Sale);

        public IReadOnlyList<Id> Refunds => _back.Refunds;

        public bool IsOver => _next >= Steps.Length;

        private Func<Task>[] Steps => way switch
        {
            Way.Deferred => [Attempt, Accept],
            Way.DeferredThenVoided => [Attempt, Accept, Void],
            Way.Live => [Ask, Attempt, Accept],
            Way.LiveThenVoided => [Ask, Attempt, Accept, Void],
            Way.LiveThenAbandoned => [Ask, Attempt, Abandon],
            Way.AbandonedUnasked => [Attempt, Abandon],
            Way.DeferredThenRefunded => [Attempt, Accept, GiveBackHere, GiveBackThere],
            Way.LiveThenRefunded => [Ask, Attempt, Accept, GiveBackThere, GiveBackHere],
            _ => [Void, Attempt, Accept],
        };

        public async Task Step()
        {
            if (IsOver)
                return;
            await Steps[_next]();
            _next++;
        }

        public Task Repeat() => _next == 0 ? Task.CompletedTask : Steps[_next - 1]();

        private async Task Ask() => _told = (await world.Ask(Sale)).Result;

        private Task Attempt() => world.Attempt(Sale);

        private Task Abandon() => world.Abandon(Sale);

        private Task Void() => world.Void(Sale);

        private async Task Accept()
        {
            if (_told == AuthoriseResult.Declined)
            {
                await world.Fail(Sale, "05");
                return;
            }
            var approval = _told == AuthoriseResult.Approved ? Approval.Online : Approval.Deferred;
            await world.Accept(Sale, approval);
            if (IsGivenBack)
                await _back.Keep(Sale, approval);
        }

        private Task GiveBackHere() => _back.GiveBack(Sale, PaymentWorld.Terminal);

        private Task GiveBackThere() => _back.GiveBack(Sale, RefundedSale.OtherTerminal);

        public async Task GiveBackAgain()
        {
            await GiveBackHere();
            await GiveBackThere();
        }
    }
}
