using CloudPos.Functions.Customers;
using CloudPos.Functions.Payments;
using CloudPos.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Customers;

public class LostPaymentTests
{
    [Fact]
    public async Task A_payment_that_is_lost_for_good_takes_its_points_back_once_and_a_void_no_more()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var (card, ida) = (Sales.SealedCard(), Id.New());
        var attempt = Sales.Attempt(1_000, card);
        var sale = Sales.Card(1, attempt, null, ("A", 10)) with
        {
            Customer = new SaleCustomer(ida, 10, 4, Sales.Eur(4), 0),
        };
        terminal.Append(attempt, card);
        terminal.Append(sale);
        await terminal.Uploaded();
        await Points(office, ida, 6);

        await Lose(office, terminal, attempt.Payment);
        await Points(office, ida, -4);
        await office.Services.GetRequiredService<PaymentStore>().OweTakeBack(
            (await Find(office, terminal, attempt.Payment))!, default);
        terminal.Append(Sales.Void(sale));
        await terminal.Uploaded(3);

        // The void gives the redeemed points back; the earned ones are gone already.
        await Points(office, ida, 0);
        var detail = await office.Expect(office.Get(
            $"/api/backoffice/merchants/{TestBackOffice.Merchant}/customers/{ida}"));
        Assert.Equal(
            ["Sale", "Void", "Declined"],
            detail.GetProperty("movements").EnumerateArray()
                .Select(one => one.GetProperty("kind").GetString()!).Order(StringComparer.Ordinal)
                .OrderByDescending(kind => kind == "Sale").ThenByDescending(kind => kind));
    }

    /// <summary>Declined, and no answer that a further try could be planned by.</summary>
    private static Task Lose(TestBackOffice office, TestTerminal terminal, Id payment) =>
        office.Services.GetRequiredService<PaymentStore>().Change(
            terminal.Terminal, payment,
            row => row is { State: PaymentState.Pending }
                ? PaymentChange.To(row.Advance(PaymentState.Expired, office.Time.GetUtcNow(), "late", "test"))
                : PaymentChange.None(RecordOutcome.AlreadyRecorded), default);

    private static Task<CloudPos.Functions.Payments.PaymentRow?> Find(
        TestBackOffice office, TestTerminal terminal, Id payment) =>
        office.Services.GetRequiredService<PaymentStore>().Find(terminal.Terminal, payment, default);

    private static Task Points(TestBackOffice office, Id customer, long points) => TestBackOffice.Eventually(
        async () => (await office.Services.GetRequiredService<CustomerPoints>().Find(
            TestBackOffice.Merchant, customer, default)).Points == points,
        $"{points} points");
}
