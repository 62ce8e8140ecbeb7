using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Tests.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>The counter: one basket, on disk with every touch, paid once.</summary>
public sealed class SaleDeskTests : IDisposable
{
    private readonly TestShop _shop = new();
    private SaleDesk _desk;

    public SaleDeskTests() => _desk = NewDesk();

    [Fact]
    public async Task The_same_try_again_is_the_same_sale_and_another_turn_is_refused()
    {
        _desk.Add("TEA", 2);
        var order = Cash();

        var results = await Task.WhenAll(_desk.Pay(order), _desk.Pay(order));
        var later = await _desk.Pay(order);

        Assert.All(results, result => Assert.Equal(SaleStatus.Completed, result.Status));
        Assert.Equal(results[0].Entry!.Header.Number, later.Entry!.Header.Number);
        Assert.Single(_shop.Store.Sales());
        Assert.Empty(_shop.Store.Baskets);
    }

    [Fact]
    public async Task A_try_that_is_named_after_a_restart_finds_the_sale_that_was_completed()
    {
        _desk.Add("TEA", 1);
        var order = Cash();
        await _desk.Pay(order);

        _desk = NewDesk();
        var again = await _desk.Pay(order);

        Assert.Equal(SaleStatus.Completed, again.Status);
        Assert.Single(_shop.Store.Sales());
    }

    [Fact]
    public async Task A_sale_that_cannot_be_stored_leaves_its_basket_and_is_paid_when_it_can()
    {
        _desk.Add("TEA", 2);
        var (basket, before) = (_desk.Open.Sale, _shop.Store.LastNumber);
        StoreDatabase.Share(_shop.Store);
        SaleResult refused;
        using (var other = new SqliteConnection(
            $"Data Source={_shop.Till.PathOf(TerminalStore.DatabaseName)};Pooling=false"))
        {
            other.Open();
            using var command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            command.ExecuteNonQuery();
            refused = await _desk.Pay(Cash());
        }

        var kept = (_desk.Open.Sale, Assert.Single(_desk.Open.Lines).Quantity);
        var sold = await _desk.Pay(Cash());

        Assert.Equal(SaleStatus.NotStored, refused.Status);
        Assert.Equal((basket, 2), kept);
        Assert.Equal(SaleStatus.Completed, sold.Status);
        Assert.Equal(before + 1, _shop.Store.LastNumber);
    }

    [Fact]
    public void Open_and_parked_baskets_survive_a_restart_without_a_word_in_the_journal()
    {
        var before = _shop.Store.LastNumber;
        _desk.Add("TEA", 1);
        _desk.Park("red coat");
        _desk.Add("MUG", 3);

        _desk = NewDesk();

        Assert.Equal(3, Assert.Single(_desk.Open.Lines).Quantity);
        Assert.Equal("red coat", Assert.Single(_desk.Parked).Label);
        Assert.Equal(before, _shop.Store.LastNumber);
    }

    [Fact]
    public void Resuming_parks_what_is_open_so_that_nothing_is_lost()
    {
        _desk.Add("TEA", 1);
        var tea = _desk.Open.Sale;
        _desk.Park("");
        _desk.Add("MUG", 1);
        var mug = _desk.Open.Sale;

        _desk.Resume(tea);

        Assert.Equal(tea, _desk.Open.Sale);
        Assert.Equal(mug, Assert.Single(_desk.Parked).Sale);
    }

    [Fact]
    public async Task A_discount_beyond_the_right_needs_a_manager_also_when_lines_went_since()
    {
        var cashier = new DiscountRight(1_000);
        _desk.Add("MUG", 1);
        _desk.Add("TEA", 1);
        Assert.True(_desk.SetDiscount(new Discount(0, 2_00), cashier).IsDone);
        Assert.True(_desk.SetDiscount(new Discount(0, 3_00), cashier).Ask!.Share > 1_000);
        Assert.Equal(new Discount(0, 2_00), _desk.Open.Off);

        Assert.True(_desk.SetLine(0, 0, default, cashier).IsDone);
        var refused = await _desk.Pay(Cash() with { Right = cashier });
        Assert.Contains("more than a cashier may give", refused.Sentences[0]);
        Assert.True(_desk.SetDiscount(new Discount(0, 2_00), cashier with { Approved = true }).IsDone);
        var sold = await _desk.Pay(Cash() with { Right = cashier });

        Assert.Equal(SaleStatus.Completed, sold.Status);
    }

    [Fact]
    public async Task While_the_last_card_payment_is_not_known_the_basket_is_not_paid_again()
    {
        _desk.Add("MUG", 1);
        var attempt = _shop.Till.Attempt(19_99, online: true);
        var body = attempt.Body with { Sale = _desk.Open.Sale };
        Assert.True(_shop.Store.RecordAttempt(attempt with { Body = body }).IsStored);

        var refused = await _desk.Pay(Cash());
        _shop.Store.AbandonPayment(body.Payment, "given up");
        var sold = await _desk.Pay(Cash());

        Assert.Contains("not known", refused.Sentences[0]);
        Assert.Equal(SaleStatus.Completed, sold.Status);
    }

    [Fact]
    public void A_presented_card_is_read_once_and_its_keystrokes_are_zeroed()
    {
        var reader = new PresentedCard(TimeProvider.System);
        var keys = System.Text.Encoding.ASCII.GetBytes("%B4242^X^?" + TestShop.VisaStripe);

        Assert.Null(reader.Present(keys));

        Assert.All(keys, key => Assert.Equal(0, key));
        var card = reader.Take();
        Assert.Equal(TestShop.VisaStripe, card!.Stripe.ToString());
        Assert.Null(reader.Take());
        card.Forget();
        Assert.DoesNotContain('4', card.Stripe.ToString());
    }

    public void Dispose() => _shop.Dispose();

    private SaleDesk NewDesk() => new(
        _shop.Store, () => new SaleFlow(_shop.Store, _shop.Line, null, new Lock()));

    private PayOrder Cash() => new(
        _desk.Open.Sale, _desk.Turn, [new TenderText(TenderKind.Cash, null)], null, "Kim", null, null);
}
