using CloudPos.Cards;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;
using CsCheck;

namespace CloudPos.Tests.Functions.Reports;

public sealed class FiguresTests
{
    private static readonly Currency Eur = MoneyWorld.Eur;

    [Fact]
    public void Every_payment_is_in_exactly_one_bucket_and_the_buckets_add_up_whatever_happened() =>
        Histories.Sample(sales =>
        {
            var facts = FactsOf(sales);
            var figures = FiguresOf.Facts(facts);

            Assert.True(figures.Proof.Holds);
            // An independent sum: straight from the drawn history.
            Assert.Equal(
                (sales.Count(sale => sale.IsCard), sales.Where(sale => sale.IsCard).Sum(sale => sale.Minor)),
                (figures.Proof.InBuckets.Count, figures.Proof.InBuckets.Amount.Minor));
            foreach (var (bucket, line) in figures.Buckets.Select(line => (line.Bucket, line)))
                Assert.Equal(
                    sales.Where(sale => sale.IsCard && FiguresOf.BucketOf(Payment(sale)) == bucket).Sum(
                        sale => sale.Minor),
                    line.Total.Amount.Minor);
            var deferred = figures.Deferred;
            Assert.Equal(
                deferred.Accepted,
                deferred.Approved + deferred.Declined + deferred.Expired + deferred.Pending
                + deferred.CancelledOrReversed + deferred.NotRecorded);
            Assert.Equal(
                figures.Sales.Amount, figures.Cash.Amount + figures.Card.Amount + figures.Other.Amount);
            foreach (var groups in new[] { figures.Stores, figures.Terminals, figures.Cashiers })
                Assert.Equal(figures.Sales.Amount.Minor, groups.Sum(group => group.Sales.Amount.Minor));
            Assert.Equal(figures.Card.Amount.Minor, figures.Schemes.Sum(line => line.Total.Amount.Minor));
            Assert.Equal(figures.Net.Minor, figures.Vat.Sum(line => line.Gross.Minor));
            Assert.All(figures.Vat, line => Assert.Equal(line.Gross, line.Net + line.Tax));
            Assert.Equal(
                sales.Where(
                    sale => sale is { IsCard: true, State: PaymentState.Settled }).Sum(sale => sale.Minor),
                figures.Settled.Minor);
        }, iter: 300);

    [Fact]
    public void Each_state_of_a_payment_has_a_bucket()
    {
        foreach (var state in Enum.GetValues<PaymentState>())
            Assert.True(Enum.IsDefined(FiguresOf.BucketOf(
                new PaymentRow { Terminal = "T1000001", Payment = Id.New(), State = state })));
    }

    [Fact]
    public void A_payment_whose_row_says_another_amount_breaks_the_proof()
    {
        var sale = new Sold(true, 1200, PaymentState.Approved, Approval.Deferred, 0, 0, false);
        var facts = FactsOf([sale]);
        var wrong = facts.Payments.Values.Single();
        wrong = wrong with { Facts = wrong.Facts! with { Amount = new Money(1199, Eur) } };

        var figures = FiguresOf.Facts(
            facts with { Payments = new Dictionary<Id, PaymentRow> { [wrong.Payment] = wrong } });

        Assert.False(figures.Proof.Holds);
        Assert.Contains("DOES NOT ADD UP", ReportHtml.Of(new ReportVersion(1, MoneyWorld.Noon, [], figures)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_payment_that_two_sales_name_breaks_the_proof()
    {
        var sale = new Sold(true, 1200, PaymentState.Approved, Approval.Deferred, 0, 0, false);
        var facts = FactsOf([sale]);
        var twice = facts with { Sales = [facts.Sales[0],
            facts.Sales[0] with { Sale = facts.Sales[0].Sale with { Sale = Id.New() } }] };

        Assert.False(FiguresOf.Facts(twice).Proof.Holds);
    }

    [Fact]
    public void A_payment_that_nobody_recorded_is_in_the_bucket_for_those()
    {
        var facts = FactsOf([new Sold(true, 1200, PaymentState.Approved, Approval.Online, 0, 0, false)]);
        var figures = FiguresOf.Facts(facts with { Payments = new Dictionary<Id, PaymentRow>() });

        var line = figures.Buckets.Single(line => line.Bucket == Bucket.NotRecorded);
        Assert.Equal((1, 1200L), (line.Online.Count, line.Online.Amount.Minor));
        Assert.True(figures.Proof.Holds);
    }

    [Fact]
    public void A_later_version_names_each_figure_that_changed()
    {
        var one = new Sold(true, 1200, PaymentState.Pending, Approval.Deferred, 0, 0, false);
        var before = FiguresOf.Facts(FactsOf([one]));
        var after = FiguresOf.Facts(FactsOf([one with { State = PaymentState.Declined }]));

        var changes = FigureLines.Changes(before, after);

        Assert.Contains("Deferred, Declined: 1, 12.00 EUR (was 0, 0.00 EUR)", changes);
        Assert.Contains("Deferred, Pending: 0, 0.00 EUR (was 1, 12.00 EUR)", changes);
        Assert.DoesNotContain(changes, change => change.StartsWith("Total", StringComparison.Ordinal));
        Assert.Empty(FigureLines.Changes(after, after));
    }

    [Fact]
    public void A_payment_in_which_two_settlement_dates_differ_is_told_for_both_and_breaks_no_version()
    {
        var figures = FiguresOf.Facts(FactsOf([]));
        BatchFigures Batch(int day) => new(
            $"batch {day}", MoneyWorld.Date.AddDays(day), BatchState.Reconciled, Figure.Zero(Eur),
            Figure.Zero(Eur), null, Balance.OutOfBalance, null, null, [])
        {
            Payments =
            [
                new PaymentDifference(
                    DifferenceKind.Date, ListedKind.Purchase, null, "T1000001", "632400000001", 1_000, null,
                    $"told with day {day}"),
            ],
        };
        var before = figures with { Batches = [Batch(0), Batch(1)] };

        Assert.Equal(
            ["Difference, T1000001 632400000001 Purchase, date: told with day 2 (was told with day 1)"],
            FigureLines.Changes(before, figures with
            {
                Batches = [Batch(0), Batch(1) with { Payments = Batch(2).Payments }],
            }));
    }

    [Fact]
    public void No_figure_on_paper_is_torn_though_it_is_as_wide_as_its_column()
    {
        Money[] amounts = [.. Enumerable.Range(0, 400).Select(i => new Money(i * 1_237L, Eur))];
        var say = ReportWords.In(CloudPos.Languages.Locale.Default);

        var pdf = System.Text.Encoding.Latin1.GetString(ReportPdf.Of(
            "Figures", [], amounts.Select(amount =>
                (Block)say.Table("Cash", ["", "#Net", "#Tax"]).Row("", amount, amount * 3)),
            "footer", MoneyWorld.Noon, say));

        Assert.All(
            amounts.SelectMany(amount => new[] { amount, amount * 3 }),
            amount => Assert.Contains($"({say.Figure(amount)})", pdf, StringComparison.Ordinal));
    }

    private sealed record Sold(
        bool IsCard, long Minor, PaymentState State, Approval Approval, int Terminal, int Cashier,
            bool Voided)
    {
        public Id Sale { get; } = Id.New();

        public Id Payment { get; } = Id.New();
    }

    private static readonly Gen<List<Sold>> Histories = Gen.Select(
        Gen.Bool, Gen.Long[1, 1_000_000], Gen.Enum<PaymentState>(),
        Gen.Bool.Select(
            online => online ? Approval.Online : Approval.Deferred), Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool,
        (card, minor, state, approval, terminal, cashier, voided) =>
            new Sold(card, minor, state, approval, terminal, cashier, voided)).List[0, 40];

    private static SettlementFacts FactsOf(IReadOnlyList<Sold> sales)
    {
        var facts = sales.Select(Fact).ToList();
        return new SettlementFacts(
            MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Date, Eur, facts,
            [.. sales.Zip(facts).Where(pair => pair.First.Voided).Select(pair => pair.Second)],
            sales.Where(sale => sale.IsCard).Select(Payment).ToDictionary(payment => payment.Payment), [], [],
            [new StoreFact("berlin-1", "Shop", new Closing("berlin-1", MoneyWorld.Date))]);
    }

    private static SaleFact Fact(Sold sold)
    {
        var amount = new Money(sold.Minor, Eur);
        var terminal = MoneyWorld.TerminalIds[sold.Terminal];
        var tender = sold.IsCard
            ? new Tender(TenderKind.Card, amount, amount, new CardPayment(
                sold.Payment, sold.Approval, MoneyWorld.Card, null, null, null))
            : new Tender(TenderKind.Cash, amount, amount);
        // A part at each of two rates, so that rounding shows.
        var reduced = new Money(sold.Minor / 3, Eur);
        return new SaleFact(MoneyWorld.StoreOf(terminal), new SaleRow(
            terminal, sold.Sale, 1, 1, 1, "R", $"cashier {sold.Cashier}", MoneyWorld.Noon, MoneyWorld.Date,
                amount,
            [TaxLine.Included(
                amount - reduced, 1900), TaxLine.Included(reduced, 700)], [tender], null, null, null,
            MoneyWorld.Noon));
    }

    private static PaymentRow Payment(Sold sold)
    {
        var terminal = MoneyWorld.TerminalIds[sold.Terminal];
        return new PaymentRow
        {
            Terminal = terminal, Payment = sold.Payment, State = sold.State,
            Facts = new PaymentFacts(
                MoneyWorld.Merchant, MoneyWorld.StoreOf(terminal), 1, sold.Sale, new Money(sold.Minor, Eur),
                MoneyWorld.Noon, null, Scheme.Visa, EntryMode.Chip, "4242"),
        };
    }
}
