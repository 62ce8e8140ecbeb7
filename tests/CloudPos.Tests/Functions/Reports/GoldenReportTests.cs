using System.Runtime.CompilerServices;
using System.Text;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;

namespace CloudPos.Tests.Functions.Reports;

/// <summary>
/// The report of one fixed day in each format, as it was reviewed by eye. After an intended change run the
/// tests once with CLOUDPOS_GOLDEN=write and review the difference.
/// </summary>
public sealed class GoldenReportTests
{
    private static readonly Currency Eur = MoneyWorld.Eur;
    private static readonly DateTimeOffset ClosedAt = new(2026, 11, 20, 21, 5, 0, TimeSpan.Zero);

    [Fact]
    public void The_page_of_a_fixed_day_is_the_one_that_was_reviewed() =>
        Compare("day.html", ReportHtml.Of(Version()));

    [Fact]
    public void The_csv_of_a_fixed_day_is_the_one_that_was_reviewed() =>
        Compare("day.csv", Encoding.UTF8.GetString(ReportCsv.Of(Version())));

    [Fact]
    public void The_json_of_a_fixed_day_is_the_one_that_was_reviewed() =>
        Compare("day.json", ReportApi.Json(Version()));

    [Fact]
    public void Nothing_of_the_page_is_fetched_and_no_name_becomes_markup()
    {
        var html = ReportHtml.Of(Version());

        Assert.DoesNotContain("http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Bo &lt;b&gt; &amp; Co", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_a_spreadsheet_would_run_is_escaped() =>
        Assert.Contains(
            "'=SUM(A1)", Encoding.UTF8.GetString(ReportCsv.Of(Version())), StringComparison.Ordinal);

    [Fact]
    public void The_letter_about_the_outages_of_a_fixed_day_is_the_one_that_was_reviewed() =>
        Compare("outage.html", OutageLetter.Html(Version()));

    [Fact]
    public void The_pdf_of_a_fixed_day_is_the_one_that_was_reviewed()
    {
        var pdf = ReportPdf.Of(Version());

        Assert.Equal("%PDF-"u8.ToArray(), pdf.AsSpan(0, 5).ToArray());
        Compare("day.pdf", pdf);
        var text = Encoding.Latin1.GetString(pdf);
        Assert.All(
            ["Settlement report 2026-11-20, EUR", "Where every accepted payment is now", "page 2 of"],
            words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    internal static ReportVersion Version() => new(
        2, ClosedAt.AddHours(
            14), FigureLines.Changes(FiguresOf.Facts(Facts(false)), FiguresOf.Facts(Facts(true))),
        FiguresOf.Facts(Facts(true)));

    private static SettlementFacts Facts(bool withStraggler)
    {
        var day = new Day();
        day.Cash(1, "Ada", 4_50);
        day.Card(1, "Ada", 12_00, PaymentState.Settled, Approval.Online, Scheme.Visa);
        day.Card(1, "Bo <b> & Co", 30_00, PaymentState.Settled, Approval.Deferred, Scheme.Mastercard);
        day.Card(2, "=SUM(A1)", 23_10, PaymentState.Declined, Approval.Deferred, Scheme.Visa);
        day.Card(2, "Ada", 18_40, PaymentState.Pending, Approval.Deferred, Scheme.Maestro);
        day.Card(3, "Ada", 7_99, PaymentState.Batched, Approval.Online, Scheme.Amex);
        var sold = day.Card(3, "Ada", 5_00, PaymentState.Reversed, Approval.Online, Scheme.Visa);
        var voided = sold with { Sale = sold.Sale with { VoidCashier = "Chef" } };
        var loose = day.Loose(9_99);
        day.Refund(1, PaymentState.Settled, 10_00, 2_50);
        day.Refund(2, PaymentState.Declined, 3_00, 0);
        if (withStraggler)
            day.Cash(3, "Ada", 2_20, ClosedAt.AddHours(2));
        return new SettlementFacts(
            MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Date, Eur, day.Sales, [voided], day.Payments,
            [loose], Batches(day), Stores())
        {
            Refunds = day.Refunds, GivenBack = day.GivenBack,
            Chargebacks = [ChargedBack(day.Payments.Keys.ElementAt(1))],
        };
    }

    private static Chargeback ChargedBack(Id payment) => new(
        "C-2026-17", payment, "T1000002", 20_00, MoneyWorld.Date.AddDays(1), "13.1 goods not received",
        ClosedAt, "Fay")
    {
        Reversals =
        [
            new ChargebackReversal(
                "C-2026-17", "L-4", ReversalKind.Won, 12_00, MoneyWorld.Date.AddDays(9),
                "delivery was proved", ClosedAt.AddDays(9), "Fay"),
        ],
    };

    private static IReadOnlyList<BatchFact> Batches(Day day)
    {
        var cycle = new Cycle(MoneyWorld.Merchant, Eur, MoneyWorld.Date);
        var next = cycle with { Date = MoneyWorld.Date.AddDays(1) };
        BatchFact Fact(CycleRow row, PaymentState state) =>
            new(Head(row.Cycle, day.Members(state)), row, day.Members(state))
            {
                Payout = new Payout(row.Cycle, new Money(31_49, Eur), new Money(30_00, Eur)),
                Comparison = new ListingComparison(
                    row.Cycle.ToString(), ClosedAt, "Fay", 1, 2,
                    [
                        new PaymentDifference(
                            DifferenceKind.TheirsOnly, ListedKind.Purchase, null, "T1000002",
                            "632420000042", null, 9_99,
                            "No payment was asked for here under this reference."),
                    ],
                    []),
            };
        var agreed = new SettlementTotals(new(3, 47_00), new(1, 5_00), new(1, 10_00), default);
        return
        [
            Fact(new CycleRow(cycle, 1)
            {
                Balance = Balance.InBalance, Through = 1, Ours = agreed, Theirs = agreed,
            }, PaymentState.Settled),
            Fact(new CycleRow(next, 1)
            {
                Balance = Balance.OutOfBalance, Through = 1,
                Ours = new SettlementTotals(new(1, 7_99), default, default, default),
                Theirs = new SettlementTotals(new(2, 17_98), default, default, default),
            }, PaymentState.Batched),
        ];
    }

    private static BatchHead Head(Cycle cycle, IReadOnlyList<Member> members) => new(
        new BatchId(cycle, 1), BatchState.Sealed, ClosedAt)
    {
        CreditCount = members.Count(member => member.AmountMinor < 0),
        CreditMinor = Credits(members), Count = members.Count,
        SumMinor = members.Sum(member => member.AmountMinor), SealedAt = ClosedAt,
        Digest = Member.DigestOf(members),
        Shares =
        [
            new BatchShare(
                MoneyWorld.Date, members.Count, members.Sum(member => member.AmountMinor),
                members.Count * 17, 1, Credits(members)),
        ],
    };

    private static long Credits(IEnumerable<Member> members) =>
        members.Sum(member => Math.Max(0, -member.AmountMinor));

    private static IReadOnlyList<StoreFact> Stores() =>
    [
        new StoreFact("berlin-1", "Shop by the river", new Closing("berlin-1", MoneyWorld.Date)
        {
            State = DayState.Closed, Version = 1, FirstClosedAt = ClosedAt, At = ClosedAt, By = "Petra",
                Forced = true,
            Dark =
            [
                new TerminalFinding(
                    "T1000002", 1, ClosedAt.AddHours(-6), 41, 41,
                    "Silent for 360 minutes; what it has not sent is not known."),
            ],
        }),
        new StoreFact("berlin-2", "Shop at the station", new Closing("berlin-2", MoneyWorld.Date)
        {
            State = DayState.Closed, Version = 1, FirstClosedAt = ClosedAt, At = ClosedAt, By = "cut-off",
        }),
    ];

    internal static void Compare(string name, string found, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("CLOUDPOS_GOLDEN") == "write")
        {
            File.WriteAllText(path, found);
            return;
        }
        using var stream = typeof(
            GoldenReportTests).Assembly.GetManifestResourceStream($"CloudPos.Tests.Golden.{name}");
        Assert.NotNull(stream);
        Assert.Equal(new StreamReader(stream).ReadToEnd(), found, ignoreLineEndingDifferences: true);
    }

    /// <summary>Byte by byte: nothing of it tells when it was made.</summary>
    internal static void Compare(string name, byte[] found, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("CLOUDPOS_GOLDEN") == "write")
        {
            File.WriteAllBytes(path, found);
            return;
        }
        using var stream = typeof(
            GoldenReportTests).Assembly.GetManifestResourceStream($"CloudPos.Tests.Golden.{name}");
        Assert.NotNull(stream);
        using var golden = new MemoryStream();
        stream.CopyTo(golden);
        Assert.Equal(Encoding.Latin1.GetString(golden.ToArray()), Encoding.Latin1.GetString(found));
    }

    /// <summary>Sales with ids that are the same in every run.</summary>
    private sealed class Day
    {
        private readonly List<SaleFact> _sales = [];
        private readonly Dictionary<Id, PaymentRow> _payments = [];
        private uint _id;

        public IReadOnlyList<SaleFact> Sales => _sales;

        public IReadOnlyDictionary<Id, PaymentRow> Payments => _payments;

        public List<RefundFact> Refunds { get; } = [];

        public Dictionary<Id, PaymentRow> GivenBack { get; } = [];

        public void Cash(int terminal, string cashier, long minor, DateTimeOffset? storedAt = null) => Add(
            terminal, cashier, new Tender(
                TenderKind.Cash, new Money(minor, Eur), new Money(minor, Eur)), storedAt);

        public SaleFact Card(
            int terminal, string cashier, long minor, PaymentState state, Approval approval, Scheme scheme)
        {
            var amount = new Money(minor, Eur);
            var payment = Payment(MoneyWorld.TerminalIds[terminal], minor, state, approval);
            _payments[payment.Payment] = payment;
            return Add(terminal, cashier, new Tender(TenderKind.Card, amount, amount, new CardPayment(
                payment.Payment, approval, MoneyWorld.Card with { Scheme = scheme }, null, null, null)),
                    null);
        }

        /// <summary>To the card of one of the payments, and in cash.</summary>
        public void Refund(int payment, PaymentState state, long card, long cash)
        {
            var paid = _payments.Values.ElementAt(payment);
            var row = Payment(paid.Terminal, card, state, Approval.Online) with
            {
                Origin = new PaymentOrigin(OriginKind.Refund, paid.Payment, 0),
            };
            GivenBack[row.Payment] = row;
            var total = new Money(card + cash, Eur);
            List<RefundTender> tenders =
                [new(TenderKind.Card, new Money(card, Eur), paid.Payment, row.Payment)];
            if (cash > 0)
                tenders.Add(new RefundTender(TenderKind.Cash, new Money(cash, Eur)));
            // Brought back to the other store.
            var by = MoneyWorld.TerminalIds[3];
            Refunds.Add(new RefundFact(MoneyWorld.StoreOf(paid.Terminal), paid.Terminal, new TakenRefund(
                new Id(++_id), by, 1, 90, null, total, [], tenders, MoneyWorld.Date,
                [TaxLine.Included(total, 1900)]) { Cashier = cash > 0 ? "Ada" : null })
            {
                GivenIn = MoneyWorld.StoreOf(by),
            });
        }

        public PaymentRow Loose(long minor) =>
            Payment(MoneyWorld.TerminalIds[1], minor, PaymentState.Approved,
                Approval.Online) with { Accepted = null };

        public IReadOnlyList<Member> Members(PaymentState state) =>
            [
                .. _payments.Values.Concat(GivenBack.Values).Where(payment => payment.State == state)
                    .Select(Member.Of),
            ];

        private SaleFact Add(int terminal, string cashier, Tender tender, DateTimeOffset? storedAt)
        {
            var (id, number) = (MoneyWorld.TerminalIds[terminal], _sales.Count + 1);
            var reduced = new Money(tender.Amount.Minor / 4, Eur);
            var sale = new SaleFact(MoneyWorld.StoreOf(id), new SaleRow(
                id, new Id(++_id), 1, number, number, $"{id}-000001-{number:D6}", cashier, MoneyWorld.Noon,
                MoneyWorld.Date, tender.Amount,
                [TaxLine.Included(
                    tender.Amount - reduced, 1900), TaxLine.Included(reduced, 700)], [tender], null, null,
                null, storedAt ?? MoneyWorld.Noon));
            _sales.Add(sale);
            return sale;
        }

        private PaymentRow Payment(string terminal, long minor, PaymentState state, Approval approval)
        {
            var id = new Id(0xC0FFEE00 + ++_id);
            return new PaymentRow
            {
                Terminal = terminal, Payment = id, State = state,
                Facts = new PaymentFacts(
                    MoneyWorld.Merchant, MoneyWorld.StoreOf(terminal), 1, new Id(_id), new Money(minor, Eur),
                    MoneyWorld.Noon, null, Scheme.Visa, EntryMode.Chip, "4242"),
                Accepted = new AcceptedSale(approval, MoneyWorld.Date, "R"),
                Answer = new PaymentAnswer(
                    "00", CodeMeaning.Approved, $"{_id:D6}", MoneyWorld.Date, MoneyWorld.Noon),
            };
        }
    }
}
