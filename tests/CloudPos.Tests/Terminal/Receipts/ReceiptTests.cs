using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Tests.Terminal.Receipts;

public class ReceiptTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly ReceiptHead Head = new(
        "Corner Shop", ["1 High Street", "12345 Town"], "CORNERSHOP00001", "T0000001");

    private static readonly EntryHeader Header = new(
        new JournalId("T0000001", 1), 7, EntryKind.SaleCompleted,
        new DateTimeOffset(2026, 3, 28, 23, 30, 0, TimeSpan.FromHours(1)), new DateOnly(2026, 3, 28),
        default);

    private static readonly CardFacts Visa = new(
        Scheme.Visa, EntryMode.Chip, "4242", "00ff", "A0000000031010", "VISA DEBIT");

    private static readonly Id PaymentId = Id.Parse("0123456789abcdef0123456789abcdef");

    [Fact]
    public void A_cash_receipt_shows_lines_change_and_tax()
    {
        var text = Print(Sale(new Tender(TenderKind.Cash, Eur(17_94), Eur(20_00))));

        Assert.Equal(
            """
                           Corner Shop
                          1 High Street
                            12345 Town
            ------------------------------------------
            SALE                     T0000001-1-000042
            2026-03-28 23:30 +01:00  Terminal T0000001
            Merchant CORNERSHOP00001
            ------------------------------------------
            Green tea
              4 x 3.49                         13.96 B
            Soap with a name that is far too
            long for one line of paper          3.98 A
            ------------------------------------------
            TOTAL EUR                            17.94
            Cash                                 20.00
            Change                                2.06
            ------------------------------------------
            Tax              net        tax      gross
            A 19 %          3.34       0.64       3.98
            B 7 %          13.05       0.91      13.96

                          Served by Kim
                            Thank you

            """, text);
    }

    [Fact]
    public void An_online_card_receipt_shows_the_code_and_what_the_schemes_require()
    {
        var text = Print(Card(Approval.Online, "A1B2C3"));

        Assert.Contains("Visa **** 4242", text);
        Assert.Contains("AID A0000000031010", text);
        Assert.Contains("VISA DEBIT, chip", text);
        Assert.Contains("Authorisation code A1B2C3", text);
        Assert.DoesNotContain("OFFLINE", text);
    }

    [Fact]
    public void A_deferred_card_receipt_says_so_and_shows_no_code()
    {
        var text = Print(Card(Approval.Deferred, null));

        Assert.Contains("OFFLINE - subject to authorisation", text);
        Assert.DoesNotContain("Authorisation code", text);
    }

    [Fact]
    public void Cash_and_card_stand_side_by_side_and_add_up()
    {
        var card = Sale(
            new Tender(TenderKind.Cash, Eur(7_94), Eur(7_94)),
            new Tender(TenderKind.Card, Eur(10_00), Eur(10_00), Payment(Approval.Deferred, null)));

        var text = Print(card);

        Assert.Contains("Cash                                  7.94", text);
        Assert.Contains("Visa **** 4242                       10.00", text);
    }

    [Fact]
    public void A_copy_differs_from_the_first_print_by_its_mark_alone()
    {
        var sale = Card(Approval.Online, "A1B2C3");

        var first = Print(sale).Split('\n');
        var copy = SaleReceipt.Text(Head, Header, sale, isCopy: true).Split('\n');

        Assert.Equal(["               *** COPY ***"], copy.Except(first));
        Assert.Equal(first, copy.Where(line => !line.Contains("COPY", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_void_slip_takes_every_amount_back()
    {
        var voided = new SaleVoided(
            Id.None, "T0000001-1-000042", "Kim", "wrong size", Eur(17_94), [], [PaymentId]);

        var text = VoidSlip.Text(Head, Header, voided, Card(Approval.Deferred, null), isCopy: false);

        Assert.Contains("VOID                     T0000001-1-000042", text);
        Assert.Contains("TOTAL EUR                           -17.94", text);
        Assert.Contains("Visa **** 4242                      -17.94", text);
        Assert.Contains("Reason: wrong size", text);
    }

    [Fact]
    public void No_line_is_wider_than_the_paper_and_no_name_can_send_a_control_character()
    {
        var sale = Card(Approval.Deferred, null) with
        {
            Lines =
            [
                new SaleLine("X", "\u001b[2J" + new string('W', 100), 9_999, Eur(999_999_999), Eur(1), 1900,
                    Eur(999_999_999_999)),
            ],
            Cashier = new string('k', 60),
        };

        var text = Print(sale);

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= ReceiptPaper.Columns, line));
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void Figures_follow_the_currency()
    {
        Assert.Equal("1234", Figures.Of(new Money(1234, Currency.Parse("JPY"))));
        Assert.Equal("1.234", Figures.Of(new Money(1234, Currency.Parse("KWD"))));
        Assert.Equal("5.5 %", Figures.Rate(550));
        Assert.Equal("0 %", Figures.Rate(0));
    }

    private static SaleCompleted Sale(params Tender[] tenders) => new(
        Id.None, 42, "T0000001-1-000042", "Kim",
        [
            new SaleLine("TEA", "Green tea", 4, Eur(3_49), Eur(0), 700, Eur(13_96)),
            new SaleLine(
                "SOAP", "Soap with a name that is far too long for one line of paper", 1, Eur(3_98), Eur(0),
                1900,
                Eur(3_98)),
        ],
        [TaxLine.Included(Eur(3_98), 1900), TaxLine.Included(Eur(13_96), 700)],
        Eur(17_94), tenders, null);

    private static SaleCompleted Card(Approval approval, string? code) =>
        Sale(new Tender(TenderKind.Card, Eur(17_94), Eur(17_94), Payment(approval, code)));

    private static CardPayment Payment(Approval approval, string? code) =>
        new(PaymentId, approval, Visa, code, null, null);

    private static string Print(SaleCompleted sale) => SaleReceipt.Text(Head, Header, sale, isCopy: false);

    private static Money Eur(long minor) => new(minor, Euro);
}
