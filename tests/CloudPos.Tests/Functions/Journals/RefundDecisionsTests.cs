using CloudPos.Cards;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Journal;

namespace CloudPos.Tests.Functions.Journals;

public class RefundDecisionsTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly DateTimeOffset Now = new(2026, 7, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Id Payment = Id.New();

    [Fact]
    public void Two_terminals_never_give_the_same_money_back()
    {
        var sale = Sold(PaymentState.Approved);
        var (first, _) = RefundDecisions.Take(sale, Refund(600), "T0000001", null, Now);
        var (second, why) = RefundDecisions.Take(
            sale with { Taken = first! }, Refund(600), "T0000002", null, Now);

        Assert.Null(second);
        Assert.Contains("more than the sale's", why);
        Assert.Null(RefundDecisions.Take(
            sale with { Taken = first! }, Refund(400), "T0000002", null, Now).Refusal);
    }

    [Fact]
    public void The_same_question_again_changes_nothing_and_another_amount_under_its_id_is_refused()
    {
        var (sale, refund) = (Sold(PaymentState.Approved), Refund(600));
        var (taken, _) = RefundDecisions.Take(sale, refund, "T0000001", null, Now);
        sale = sale with { Taken = taken! };

        Assert.Equal(
            (null, null), RefundDecisions.Take(sale, refund, "T0000001", null, Now.AddMinutes(1)));
        Assert.Contains(
            "other content",
            RefundDecisions.Take(
                sale, Refund(700) with { Refund = refund.Refund }, "T0000001", null, Now).Refusal);
    }

    [Fact]
    public void A_reservation_without_its_entry_lapses()
    {
        var sale = Sold(PaymentState.Approved);
        var (first, _) = RefundDecisions.Take(sale, Refund(600), "T0000001", null, Now);
        var later = Now + RefundDecisions.ReservedFor + TimeSpan.FromSeconds(1);

        var (taken, why) = RefundDecisions.Take(
            sale with { Taken = first! }, Refund(1000), "T0000002", null, later);

        Assert.Null(why);
        Assert.Single(taken!);
    }

    [Fact]
    public void An_entry_takes_what_was_reserved_for_it_and_told_again_changes_nothing()
    {
        var (sale, refund) = (Sold(PaymentState.Batched), Refund(1000));
        var (reserved, _) = RefundDecisions.Take(sale, refund, "T0000001", null, Now);
        var (taken, why) = RefundDecisions.Take(
            sale with { Taken = reserved! }, refund, "T0000001", Header(7), Now);

        Assert.Null(why);
        Assert.Null(Assert.Single(taken!).Until);
        Assert.Equal(
            (null, null),
            RefundDecisions.Take(sale with { Taken = taken! }, refund, "T0000001", Header(7), Now));
        Assert.NotNull(RefundDecisions.Take(
            sale with { Taken = taken! }, refund, "T0000001", Header(8), Now).Refusal);
    }

    [Fact]
    public void What_the_cards_bank_has_taken_back_is_not_given_back_once_more()
    {
        var sale = Sold(PaymentState.Settled) with
        {
            ChargedBack = new Dictionary<Id, Money> { [Payment] = new Money(700, Eur) },
        };

        Assert.Contains(
            "charged back 7.00 EUR of its 10.00 EUR",
            RefundDecisions.Take(sale, Refund(301), "T0000001", null, Now).Refusal);
        Assert.Contains(
            "paid twice", RefundDecisions.Take(sale, Refund(301), "T0000001", Header(7), Now).Refusal);
        Assert.Null(RefundDecisions.Take(sale, Refund(300), "T0000001", null, Now).Refusal);
    }

    [Fact]
    public void A_refund_that_was_promised_before_the_chargeback_stays_promised()
    {
        var (sale, refund) = (Sold(PaymentState.Settled), Refund(1000));
        var (reserved, _) = RefundDecisions.Take(sale, refund, "T0000001", null, Now);

        var (taken, why) = RefundDecisions.Take(
            sale with
            {
                Taken = reserved!, ChargedBack = new Dictionary<Id, Money> { [Payment] = new Money(1, Eur) },
            },
            refund, "T0000001", Header(7), Now);

        Assert.Null(why);
        Assert.Single(taken!);
    }

    [Theory]
    [InlineData(PaymentState.Pending, "no outcome yet")]
    [InlineData(PaymentState.Asked, "no outcome yet")]
    [InlineData(PaymentState.Declined, "took no money")]
    [InlineData(PaymentState.Reversed, "took no money")]
    public void Nothing_is_given_back_of_a_payment_without_money(PaymentState state, string why) =>
        Assert.Contains(why, RefundDecisions.Take(Sold(state), Refund(100), "T0000001", null, Now).Refusal);

    [Fact]
    public void More_pieces_than_were_sold_do_not_come_back()
    {
        var sale = Sold(PaymentState.Approved);
        var one = Refund(500) with { Lines = [new RefundLine(0, "TEA", 1, Euro(500))] };
        var (taken, _) = RefundDecisions.Take(sale, one, "T0000001", null, Now);
        var two = Refund(500) with { Lines = [new RefundLine(0, "TEA", 2, Euro(500))] };

        Assert.Contains(
            "more would come back",
            RefundDecisions.Take(sale with { Taken = taken! }, two, "T0000002", null, Now).Refusal);
    }

    [Fact]
    public void What_was_paid_by_card_does_not_come_back_in_cash()
    {
        var cash = Refund(100) with { Tenders = [new RefundTender(TenderKind.Cash, Euro(100))] };

        Assert.Contains(
            "in cash",
            RefundDecisions.Take(Sold(PaymentState.Approved), cash, "T0000001", null, Now).Refusal);
    }

    private static RefundableSale Sold(PaymentState state)
    {
        var card = new CardPayment(
            Payment, Approval.Deferred, new CardFacts(Scheme.Visa, EntryMode.Chip, "4242", "00"), null,
                null, null);
        var sale = new SaleCompleted(
            Id.New(), 1, "T0000001-1-000001", "Ann",
            [new SaleLine("TEA", "Tea", 2, Euro(500), Euro(0), 700, Euro(1000))],
            [TaxLine.Included(Euro(1000), 700)], Euro(1000),
            [new Tender(TenderKind.Card, Euro(1000), Euro(1000), card)], null);
        var row = SaleRow.From(SaleRow.New(Header(3), sale, Now));
        var payment = new PaymentRow { Terminal = "T0000001", Payment = Payment, State = state };
        return new RefundableSale(row, sale, [], new Dictionary<Id, PaymentRow> { [Payment] = payment });
    }

    private static SaleRefunded Refund(long minor) => new(
        Id.New(), Id.New(), "T0000001", "T0000001-1-000001", "Ann", null, "damaged", [], [], Euro(minor),
        [new RefundTender(TenderKind.Card, Euro(minor), Payment, Id.New())], true);

    private static EntryHeader Header(long number) => new(
        new JournalId("T0000001", 1), number, EntryKind.SaleRefunded, Now, new DateOnly(2026, 7, 4),
        EntryHash.Genesis(new JournalId("T0000001", 1)));

    private static Money Euro(long minor) => new(minor, Eur);
}
