using CloudPos.Functions.Customers;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Recovery;

public sealed class RecoveredPointsTests : IAsyncLifetime
{
    private LinkWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await LinkWorld.Start();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Points_that_a_decline_took_come_back_once_when_its_link_is_paid()
    {
        var (sale, ida) = await Declined();
        await Points(ida, -4);

        using var posted = await _world.Pay(await _world.Link(sale));
        await Points(ida, 6);
        await Told(sale);
        await Told(sale);

        Assert.Equal(6, (await Customer(ida)).Points);
        Assert.Equal(["Declined", "Recovered", "Sale"], await Kinds(ida));
    }

    [Fact]
    public async Task A_void_after_the_recovery_takes_all_of_them_once()
    {
        var (sale, ida) = await Declined();
        await Points(ida, -4);
        using var posted = await _world.Pay(await _world.Link(sale));
        await Points(ida, 6);

        var last = _world.Terminal.Entries.Count;
        _world.Terminal.Append(new SaleVoided(
            sale.Sale, "T0000001-1-1", "Ann", "mistake", sale.Amount, [], [sale.Payment]));
        await _world.Terminal.Uploaded(last + 1);

        // The redeemed four come back with the void, the earned ten are gone.
        await Points(ida, 0);
        await Told(sale);
        Assert.Equal(0, (await Customer(ida)).Points);
        await TestBackOffice.Eventually(
            async () => (await _world.Payment((await _world.Find(sale))!.Tries[0].Payment)).State
                == PaymentState.Reversed,
            "the payment by link undone too");
        Assert.Equal(0, _world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task Recovered_before_anybody_took_points_nothing_moves()
    {
        _world.TakenCode = "51";
        var (sale, ida) = await Declined();
        await Points(ida, 6);

        using var posted = await _world.Pay(await _world.Link(sale));
        await TestBackOffice.Eventually(
            async () => (await _world.Find(sale))!.State == CaseState.Recovered, "the money");
        await Told(sale);

        Assert.Equal(6, (await Customer(ida)).Points);
        Assert.Equal(["Sale"], await Kinds(ida));
    }

    [Fact]
    public async Task A_plan_that_ends_without_money_takes_the_points_once_and_a_link_brings_them_back_once()
    {
        _world.TakenCode = "51";
        var (sale, ida) = await Declined();
        await Points(ida, 6);
        for (var number = 1; number <= 3; number++)
        {
            await Told(sale);
            Assert.Equal(6, (await Customer(ida)).Points);
            await Try(sale, number);
        }
        await Told(sale);
        await Told(sale);
        Assert.Equal((CaseState.Open, -4L), ((await _world.Find(sale))!.State, (await Customer(ida)).Points));

        using var posted = await _world.Pay(await _world.Link(sale), attempt: 4);
        await Points(ida, 6);
        await Told(sale);

        Assert.Equal(6, (await Customer(ida)).Points);
        Assert.Equal(["Declined", "Recovered", "Sale"], await Kinds(ida));
    }

    [Fact]
    public async Task A_try_of_the_plan_that_brings_the_money_in_moves_no_points()
    {
        _world.TakenCode = "51";
        var (sale, ida) = await Declined();
        await Points(ida, 6);
        await Told(sale);
        _world.TakenCode = "00";

        await Try(sale, 1);
        await Told(sale);

        Assert.Equal(CaseState.Recovered, (await _world.Find(sale))!.State);
        Assert.Equal(6, (await Customer(ida)).Points);
        Assert.Equal(["Sale"], await Kinds(ida));
    }

    /// <summary>The time of the plan's next try has come, and it has its answer.</summary>
    private async Task Try(TestSale sale, int number)
    {
        var at = (await _world.Find(sale))!.NextAt!.Value;
        _world.Office.Time.Shift += at - _world.Office.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        await _world.Office.Services.GetRequiredService<RecoverPayment>().Run(
            new(RecoverySteps.Queue, PaymentWork.IdOf("T0000001", sale.Payment)), default);
        await TestBackOffice.Eventually(
            async () => (await _world.Find(sale))!.Tries is var tries && tries.Count == number
                && tries[^1].ResponseCode is not null,
            $"the answer to try {number}");
    }

    private async Task<(TestSale Sale, Id Customer)> Declined()
    {
        var ida = Id.New();
        return (await _world.Declined(
            customer: new SaleCustomer(ida, 10, 4, Sales.Eur(4), 0)), ida);
    }

    /// <summary>The lost payment is told again, as a ring that comes twice does.</summary>
    private async Task Told(TestSale sale)
    {
        await _world.Office.Services.GetRequiredService<PaymentStore>().OweTakeBack(
            await _world.Payment(sale.Payment), default);
        await _world.Office.Services.GetRequiredService<TakeBackPoints>().Run(
            new(SaleDecline.Work, $"T0000001.{sale.Payment}"), default);
    }

    private Task<CustomerRow> Customer(Id customer) => _world.Office.Services
        .GetRequiredService<CustomerPoints>().Find(TestBackOffice.Merchant, customer, default);

    private Task Points(Id customer, long points) => TestBackOffice.Eventually(
        async () => (await Customer(customer)).Points == points, $"{points} points");

    private async Task<IEnumerable<string>> Kinds(Id customer) => (await _world.Office.Expect(
        _world.Office.Get($"/api/backoffice/merchants/{TestBackOffice.Merchant}/customers/{customer}")))
        .GetProperty("movements").EnumerateArray().Select(one => one.GetProperty("kind").GetString()!)
        .Order(StringComparer.Ordinal);
}
