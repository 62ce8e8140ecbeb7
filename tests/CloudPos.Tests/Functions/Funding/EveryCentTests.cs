using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>
/// Random trading over three days in two currencies: refunds, voids at once and after the closing, answers
/// that come after it, chargebacks with fees for them, terminals that are dark over the first closing,
/// closings that are run twice, in parallel and killed, stragglers, and payouts in part. Each payment is in
/// one batch or one named place, and every view tells the same sum as an independent one over the payments.
/// </summary>
public sealed class EveryCentTests
{
    private static readonly Currency[] Currencies = [MoneyWorld.Eur, MoneyWorld.Chf];

    private static readonly PaymentState[] States =
    [
        PaymentState.Pending, PaymentState.Approved, PaymentState.Approved, PaymentState.Approved,
        PaymentState.Declined, PaymentState.Expired, PaymentState.Voided, PaymentState.Reversed,
    ];

    /// <summary>What becomes of a part that is given back; beyond them nothing is.</summary>
    private static readonly PaymentState[] GivenBack =
        [PaymentState.Approved, PaymentState.Pending, PaymentState.Declined, PaymentState.Reversed];

    /// <summary>In the place of a refund: the sale is voided at once, or after the first closing.</summary>
    private const int VoidedAtOnce = 5;
    private const int VoidedLater = 6;

    /// <summary>In euro it is agreed; in francs no table says it, and a person does.</summary>
    private const int CaseFee = 157;

    [Fact]
    public async Task Every_cent_is_in_one_named_place_and_the_sum_of_the_places_proves_it() => await Gen
        .Select(
            Gen.Select(
                Gen.Int[0, 3], Gen.Int[0, States.Length + 1], Gen.Int[2, 99_999], Gen.Int[0, 2],
                Gen.Int[0, 7], Gen.Int[0, 1]).Array[2, 24],
            Gen.Int[0, 20], Gen.Int[0, 100])
        .SampleAsync(async (sales, killAt, percentPaid) =>
        {
            await using var world = await MoneyWorld.Create();
            await FeeTest.Put(world, new FeeTable(
                [new FeeLine(Scheme.Visa, "EUR", MoneyWorld.Date.AddDays(-9), 12_345, 7)])
            {
                Chargebacks = [new CaseFeeLine("EUR", MoneyWorld.Date, CaseFee)],
            });
            var book = new Book(world);
            foreach (var sale in sales.Take(sales.Length / 2))
                await book.Sell(sale);
            await Clear(world, killAt);
            Assert.Equal(
                book.Dark.Select(payment => payment.Payment).Order(),
                (await world.Get<ClearingOwed>().WithoutSale(MoneyWorld.Merchant, default))
                    .Select(payment => payment.Payment).Order());
            foreach (var sale in sales.Skip(sales.Length / 2))
                await book.Sell(sale);
            await book.Arrive();
            await book.Answer();
            await book.VoidLater();
            await Clear(world, killAt / 2);
            await book.Promise();
            await book.ChargeBack();
            await book.GiveOutWhatWasPromised();
            await book.VoidWhatWasChargedBack();
            foreach (var currency in Currencies)
            {
                await book.Pay(currency, percentPaid);
                await book.Check(currency);
            }
        }, iter: 8, threads: 1);

    /// <summary>What was really sold and given back, kept apart from the rows.</summary>
    private sealed class Book(MoneyWorld world)
    {
        private readonly List<PaymentRow> _sold = [];
        private readonly List<PaymentRow> _back = [];
        private readonly List<Money> _chargedBack = [];
        private readonly List<PaymentRow> _disputed = [];
        private readonly List<(PaymentRow Paid, SaleRefunded Refund)> _promised = [];
        private readonly List<PaymentRow> _voidedLater = [];
        private readonly HashSet<Id> _voided = [];

        private readonly List<Money> _tips = [];
        private readonly List<Money> _bank = [];

        public List<PaymentRow> Dark { get; } = [];

        public async Task Sell((int Terminal, int State, int Minor, int Day, int Back, int Currency) sale)
        {
            var terminal = MoneyWorld.TerminalIds[sale.Terminal];
            var date = MoneyWorld.Date.AddDays(sale.Day);
            if (sale.State == States.Length)
            {
                await world.CashSale(terminal, sale.Minor, date, TipOf(sale.Minor, MoneyWorld.Eur));
                return;
            }
            if (sale.State > States.Length)
            {
                Dark.Add(world.PaymentOf(
                    terminal, Id.New(), Id.New(), sale.Minor, PaymentState.Approved, Approval.Online, date,
                    saleSeen: false));
                await world.Put(Dark[^1]);
                return;
            }
            var paid = await world.CardSale(
                terminal, sale.Minor, States[sale.State], date: date, currency: Currencies[sale.Currency],
                tip: TipOf(sale.Minor, Currencies[sale.Currency]));
            _sold.Add(paid);
            if (sale.Back == VoidedAtOnce)
                await Void(paid);
            if (sale.Back == VoidedLater)
                _voidedLater.Add(paid);
            if (sale.Back >= GivenBack.Length || paid.State != PaymentState.Approved)
                return;
            var (id, part) = (Id.New(), new Money(sale.Minor / 2, Currencies[sale.Currency]));
            await world.Refund(
                paid.Facts!.Sale, terminal, date.AddDays(1),
                new RefundTender(TenderKind.Card, part, paid.Payment, id));
            _back.Add(await world.CardRefund(
                paid, part.Minor, GivenBack[sale.Back], date.AddDays(1), id));
        }

        /// <summary>Every second customer leaves a tenth; it is part of what is paid.</summary>
        private long TipOf(int minor, Currency currency)
        {
            _tips.Add(new Money(TipOf(minor), currency));
            return TipOf(minor);
        }

        private static long TipOf(int minor) => minor % 2 == 0 ? minor / 10 : 0;

        /// <summary>Dark terminals come back, and their sales make a later version of their day.</summary>
        public async Task Arrive()
        {
            foreach (var payment in Dark)
                _sold.Add(await world.Arrive(payment, payment.Answer!.SettlementDate!.Value));
        }

        /// <summary>Answers that the first closing did not wait for, one in three a decline.</summary>
        public async Task Answer()
        {
            foreach (var (place, paid) in (await Now(_sold)).Index())
                if (paid.State == PaymentState.Pending && paid.Accepted is { } sale)
                    await world.Answer(
                        paid, place % 3 == 0 ? PaymentState.Declined : PaymentState.Approved,
                        sale.BusinessDate.AddDays(1));
        }

        public async Task VoidLater()
        {
            foreach (var paid in _voidedLater)
                await Void(paid);
        }

        private async Task Void(PaymentRow paid)
        {
            await world.Void(paid, paid.Accepted!.BusinessDate.AddDays(1));
            _voided.Add(paid.Payment);
            var amount = paid.Amount!.Value;
            _tips.Add(new Money(-TipOf((int)amount.Minor), amount.Currency));
        }

        /// <summary>Of every second payment in a batch that nothing was given back of, a part.</summary>
        public async Task Promise()
        {
            foreach (var paid in (await Now(_sold)).Where((paid, place) => paid.Batch is not null
                && place % 2 == 0 && paid.Amount!.Value.Minor > 1 && !_voided.Contains(paid.Payment)
                && !_back.Exists(one => one.Origin!.Payment == paid.Payment)))
            {
                var refund = MoneyWorld.Refunded(paid, paid.Amount!.Value.Minor / 2);
                if (await world.Promise(paid, refund))
                    _promised.Add((paid, refund));
            }
        }

        /// <summary>What was promised before a case is paid back twice, and each such is named.</summary>
        public async Task GiveOutWhatWasPromised()
        {
            foreach (var (paid, refund) in _promised)
            {
                Assert.Null(await world.Apply(paid, refund, MoneyWorld.Date.AddDays(3)));
                _back.Add((await world.Get<PaymentStore>().Find(
                    paid.Terminal, refund.Tenders[0].Refund!.Value, default))!);
            }
            var named = new List<Id>();
            foreach (var currency in Currencies)
                named.AddRange((await world.Get<FourWay>().Of(
                    MoneyWorld.Merchant, currency, MoneyWorld.Date, MoneyWorld.Date.AddDays(3), default))
                    .PaidTwice.Select(both => both.Payment));
            Assert.Equal(
                from one in _promised
                let place = _disputed.FindIndex(paid => paid.Payment == one.Paid.Payment)
                where place >= 0
                    && _chargedBack[place].Minor + one.Refund.Total.Minor > one.Paid.Amount!.Value.Minor
                orderby one.Paid.Payment
                select one.Paid.Payment,
                named.Order());
        }

        /// <summary>Nothing is given back of what the card's bank has taken already.</summary>
        public async Task VoidWhatWasChargedBack()
        {
            foreach (var paid in _disputed)
                if (!_voided.Contains(paid.Payment))
                    Assert.NotNull(await world.Apply(
                        paid, await world.Voided(paid), MoneyWorld.Date.AddDays(3)));
        }

        /// <summary>
        /// Of every third payment in a batch what was not given back; the money stays where it is in the
        /// batch. Of every other case a half comes back.
        /// </summary>
        public async Task ChargeBack()
        {
            var back = await Now(_back);
            foreach (var paid in (await Now(_sold)).Where(paid => paid.Batch is not null)
                .Where((_, place) => place % 3 == 0))
            {
                var given = back.Where(one => one.Origin!.Payment == paid.Payment && one.State is not (
                        PaymentState.Declined or PaymentState.Reversed)).Sum(one => one.Amount!.Value.Minor)
                    + (_voided.Contains(paid.Payment) ? paid.Amount!.Value.Minor : 0);
                var amount = paid.Amount!.Value - new Money(given, paid.Amount.Value.Currency);
                if (amount.Minor < 2)
                    continue;
                var (name, cases) = ($"C-{_chargedBack.Count}", world.Get<Chargebacks>());
                var body = new ChargebackBody(
                    name, paid.Terminal, amount.Minor, MoneyWorld.Date.AddDays(2), "10.4 fraud",
                    paid.Payment.ToString());
                Assert.NotEqual(200, (await cases.Post(
                    Call(
                        amount.Currency, name, body with { AmountMinor = amount.Minor + 1 },
                        LedgerJson.Default.ChargebackBody), default)).Status);
                Assert.Equal(200, (await cases.Post(
                    Call(amount.Currency, name, body, LedgerJson.Default.ChargebackBody), default)).Status);
                _chargedBack.Add(amount);
                _disputed.Add(paid);
                if (_chargedBack.Count % 2 == 0)
                    continue;
                var half = new ReversalBody(
                    "L", ReversalKind.Won, amount.Minor / 2, MoneyWorld.Date.AddDays(3), "won");
                Assert.Equal(200, (await cases.Reverse(
                    Call(amount.Currency, name, half, LedgerJson.Default.ReversalBody), default)).Status);
                _chargedBack[^1] -= new Money(half.AmountMinor, amount.Currency);
            }
        }

        private static Call Call<T>(Currency currency, string name, T body, JsonTypeInfo<T> type) => new(
            new Dictionary<string, string>
            {
                ["merchant"] = MoneyWorld.Merchant, ["currency"] = currency.Code, ["case"] = name,
            },
            new Dictionary<string, string>(), JsonSerializer.SerializeToUtf8Bytes(body, type))
        {
            Person = new Person("Fay", [Role.Finance]),
        };

        /// <summary>
        /// Of every third run all is paid; of the others the first payout lacks the chargebacks and the fees
        /// for them, which its text names, or its amount alone tells. A fee that nobody agreed to is said.
        /// </summary>
        public async Task Pay(Currency currency, int percent)
        {
            var cases = await world.Get<Chargebacks>().All(MoneyWorld.Merchant, currency, default);
            var (owed, way) = (cases.Sum(one => one.OwedMinor + one.FeeOwedMinor), percent % 3);
            Assert.All(cases, one => Assert.Equal(
                currency == MoneyWorld.Eur ? CaseFee : 0, one.FeeOwedMinor));
            var said = currency == MoneyWorld.Chf && way == 1 && owed > 0 ? CaseFee : 0;
            owed += said;
            foreach (var cycle in await world.Get<ClearingBatches>().Cycles(
                MoneyWorld.Merchant, currency, default))
            {
                var payout = await world.Get<BankStatements>().PayoutOf(cycle, default);
                var isShort = way > 0 && owed > 0 && payout.Expected.Minor > owed;
                var paid = new Money(
                    isShort ? payout.Expected.Minor - owed : payout.Expected.Minor * percent / 100, currency);
                if (paid.Minor <= 0)
                    continue;
                var text = isShort && way == 1 ? string.Join(' ', cases.Select(one => one.Case)) : "";
                var result = await world.Get<BankStatements>().Enter(MoneyWorld.Merchant, new BankStatement(
                    [
                        new BankEntry(1, MoneyWorld.Date.AddDays(2), paid, "DE02", $"R{cycle.Cycle}",
                            $"{MoneyWorld.Merchant} {cycle.Cycle.DateText} {text}"),
                    ], []), "Fay", default);
                Assert.Equal(1, result.Matched);
                _bank.Add(paid);
                if (!isShort)
                    continue;
                Assert.All(
                    await world.Get<Chargebacks>().All(MoneyWorld.Merchant, currency, default),
                    one => Assert.Equal((0, 0), (one.OwedMinor, one.FeeOwedMinor)));
                owed = 0;
                if (said == 0)
                    continue;
                Assert.Equal(said, (await world.Get<BankStatements>().PayoutOf(
                    (await world.Get<ClearingBatches>().FindCycle(cycle.Cycle, default))!, default))
                    .Open.Minor);
                var fee = new CaseFeeBody("F", cycle.Cycle.Date, said, "the acquirer's letter");
                foreach (var _ in (int[])[1, 2])
                    Assert.Equal(200, (await world.Get<CaseFees>().Post(
                        Call(currency, cases[0].Case, fee, LedgerJson.Default.CaseFeeBody), default)).Status);
            }
        }

        public async Task Check(Currency currency)
        {
            var to = MoneyWorld.Date.AddDays(3);
            var now = (await Now(_sold)).Where(paid => paid.Amount!.Value.Currency == currency).ToList();
            var back = (await Now(_back)).Where(paid => paid.Amount!.Value.Currency == currency).ToList();
            // A void of what is in a batch already is given back instead, and waits for its answer.
            var undone = now.Where(paid => IsIn(paid) && _voided.Contains(paid.Payment)).ToList();
            var members = new List<Member>();
            var batches = world.Get<ClearingBatches>();
            foreach (var cycle in await batches.Cycles(MoneyWorld.Merchant, currency, default))
                foreach (var head in await batches.Heads(cycle, default))
                    members.AddRange(await batches.Members(head.Id, default));
            Assert.Equal(
                now.Concat(back).Where(payment => payment.State == PaymentState.Batched)
                    .Select(payment => payment.Payment).Order(),
                members.Select(member => member.Payment).Order());

            var view = await world.Get<FourWay>().Of(
                MoneyWorld.Merchant, currency, MoneyWorld.Date, to, default);
            Assert.True(view.Holds);
            Assert.Equal(Sum(now, _ => true), view.Till.Amount.Minor);
            foreach (var bucket in Enum.GetValues<Bucket>().Except([Bucket.InBatch, Bucket.Settled]))
                Assert.Equal(
                    Sum(now, payment => FiguresOf.BucketOf(payment) == bucket),
                    view.Buckets.Single(one => one.Name == Words.Of(bucket)).Amount.Minor);
            Assert.Equal(Sum(now, IsIn) - Sum(back, IsIn), view.Cleared.Minor);
            var bank = _bank.Where(one => one.Currency == currency).Sum(one => one.Minor);
            Assert.Equal(bank, view.Bank.Minor + view.BeyondExpected.Minor);
            Assert.Equal(
                (await world.Get<Chargebacks>().All(MoneyWorld.Merchant, currency, default))
                    .SelectMany(one => one.Taken).Sum(part => part.AmountMinor),
                view.Buckets.Where(one => one.Name.StartsWith("Charged back", StringComparison.Ordinal))
                    .Sum(one => one.Amount.Minor));
            var fees = (await world.Get<Chargebacks>().All(MoneyWorld.Merchant, currency, default))
                .Sum(one => one.FeesMinor);
            Assert.Equal(
                fees, view.Buckets.Where(one => one.Name.StartsWith("Fees for", StringComparison.Ordinal))
                    .Sum(one => one.Amount.Minor));
            Assert.Equal(Sum(back, _ => true) + Sum(undone, _ => true), view.GivenBack!.Value.Minor);
            Assert.Equal(
                Sum(back, IsIn), view.Buckets.Single(one => one.Name == "Given back to cards").Amount.Minor);

            var ledger = await world.Get<LedgerExport>().Of(
                MoneyWorld.Merchant, currency, MoneyWorld.Date, to, default);
            Assert.All(ledger.Lines.GroupBy(line => line.Document), document => Assert.Equal(
                document.Sum(line => line.Debit.Minor), document.Sum(line => line.Credit.Minor)));
            Assert.DoesNotContain(ledger.Lines, line => line.Account == LedgerAccount.Difference);
            Assert.Equal(bank, Saldo(ledger, LedgerAccount.Bank));
            // What is neither with the acquirer, nor lost, nor taken back with its goods, is still to come.
            Assert.Equal(
                Sum(now, payment => !IsIn(payment) && !_voided.Contains(payment.Payment) && !IsLost(payment))
                    - Sum(undone, _ => true) - Sum(back, payment => !IsIn(payment)),
                Saldo(ledger, LedgerAccount.CardReceivable));
            Assert.Equal(
                Sum(now, payment => IsLost(payment) && !_voided.Contains(payment.Payment)),
                Saldo(ledger, LedgerAccount.LostPayments));
            Assert.Equal(fees, Saldo(ledger, LedgerAccount.ChargebackFees));
            await CheckReports(currency, now);
            Assert.Equal(
                -_tips.Where(one => one.Currency == currency).Sum(one => one.Minor),
                Saldo(ledger, LedgerAccount.Tips));
            Assert.Equal(
                _chargedBack.Where(one => one.Currency == currency).Sum(one => one.Minor),
                Saldo(ledger, LedgerAccount.ChargebackLosses));
        }

        /// <summary>The reports of the days are made from rows, not from totals, and say the same.</summary>
        private async Task CheckReports(Currency currency, IReadOnlyList<PaymentRow> now)
        {
            for (var date = MoneyWorld.Date; date <= MoneyWorld.Date.AddDays(4); date = date.AddDays(1))
            {
                var ofDate = now.Where(paid => paid.Accepted!.BusinessDate == date).ToList();
                var facts = (await world.Get<ReportReader>().Read(MoneyWorld.Merchant, date, default))
                    .SingleOrDefault(one => one.Currency == currency);
                if (facts is null)
                {
                    Assert.Empty(ofDate);
                    continue;
                }
                var figures = FiguresOf.Facts(facts);
                Assert.True(figures.Proof.Holds);
                Assert.True(figures.Refunds!.Proof.Holds);
                foreach (var line in figures.Buckets)
                    Assert.Equal(
                        Sum(ofDate, paid => FiguresOf.BucketOf(paid) == line.Bucket),
                        line.Total.Amount.Minor);
                var deferred = figures.Deferred;
                Assert.Equal(
                    deferred.Accepted,
                    deferred.Approved + deferred.Declined + deferred.Expired + deferred.Pending
                        + deferred.CancelledOrReversed + deferred.NotRecorded);
            }
        }

        private async Task<List<PaymentRow>> Now(IEnumerable<PaymentRow> payments)
        {
            var now = new List<PaymentRow>();
            foreach (var payment in payments)
                now.Add(await world.Payment(payment));
            return now;
        }

        private static bool IsLost(PaymentRow payment) =>
            payment.State is PaymentState.Declined or PaymentState.Expired;

        private static bool IsIn(PaymentRow payment) => payment.State == PaymentState.Batched;

        private static long Sum(IEnumerable<PaymentRow> payments, Func<PaymentRow, bool> which) =>
            payments.Where(which).Sum(payment => payment.Amount!.Value.Minor);

        private static long Saldo(Ledger ledger, LedgerAccount account) => ledger.Lines
            .Where(line => line.Account == account).Sum(line => line.Debit.Minor - line.Credit.Minor);
    }

    /// <summary>A run that is killed at some commit, then two at once, then one more.</summary>
    private static async Task Clear(MoneyWorld world, int killAt)
    {
        Task Run(IServiceProvider rooms) => Deliveries.UntilDone(
            () => rooms.GetRequiredService<Clearing>().Run(MoneyWorld.Merchant, default));
        await Record.ExceptionAsync(() => Run(world.Build(new KilledEngine(world.Engine, killAt, true))));
        await Task.WhenAll(Run(world.Build(world.Engine)), Run(world.Build(world.Engine)));
        await Run(world.Rooms);
    }

    [Theory]
    [InlineData(PaymentState.Declined)]
    [InlineData(PaymentState.Expired)]
    public async Task A_lost_payment_whose_sale_is_voided_later_is_taken_off_the_receivable_once(
        PaymentState lost)
    {
        await using var world = await MoneyWorld.Create();
        var paid = await world.CardSale("T1000001", 2_000, lost);
        await world.Void(paid, MoneyWorld.Date.AddDays(1));
        await world.Void(paid, MoneyWorld.Date.AddDays(1), again: true);

        var ledger = await world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date.AddDays(1), default);
        foreach (var account in Enum.GetValues<LedgerAccount>())
            Assert.Equal(0, ledger.Lines.Where(line => line.Account == account)
                .Sum(line => line.Debit.Minor - line.Credit.Minor));
        var view = await world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date, default);
        Assert.Equal(
            "Not approved, sale voided since",
            Assert.Single(view.Buckets, bucket => !bucket.Amount.IsZero).Name);
        Assert.Equal(lost, (await world.Payment(paid)).State);
        var scan = new TotalsScan(world.Tables);
        await scan.Read("T1000001", default);
        Assert.Empty(scan.Differences());
    }

    [Fact]
    public async Task A_range_says_what_its_days_say_and_a_chart_shows_it()
    {
        await using var world = await MoneyWorld.Create();
        await world.CardSale("T1000001", 1_000, PaymentState.Approved, Approval.Online);
        await world.CardSale("T1000001", 2_000, PaymentState.Declined, date: MoneyWorld.Date.AddDays(1));
        await world.CashSale("T2000001", 300, MoneyWorld.Date.AddDays(1));

        var range = await world.Get<RangeReport>().Of(
            MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Eur, MoneyWorld.Date,
            MoneyWorld.Date.AddDays(6), default);

        Assert.Equal([1_000, 2_300], range.Days.Select(day => day.Sales.Amount.Minor));
        Assert.Equal([0, 2_000], range.Days.Select(day => day.Lost.Amount.Minor));
        Assert.Equal(3_300, range.Vat.Single().Gross.Minor);
        var html = RangeContent.Html(range);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains(
            "Left bars", Encoding.Latin1.GetString(RangeContent.Pdf(range)), StringComparison.Ordinal);
    }
}
