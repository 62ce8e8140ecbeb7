using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <summary>The open basket with today's prices.</summary>
internal static class BasketView
{
    public static BasketDocument Of(
        SaleDesk desk, TerminalStore store, Currency currency, bool isOnline)
    {
        var open = desk.Open;
        var zero = Money.Zero(currency);
        var priced = open.IsEmpty
            ? default
            : Basket.TryCreate(open.Items, store.FindProduct, currency, open.Off);
        var basket = priced.Value;
        IReadOnlyList<string> faults = priced.Faults ?? [];
        CustomerInBasket? buyer = null;
        if (open.Customer is { } id && store.FindCustomer(id) is { } customer)
        {
            var offer = basket is null
                ? null
                : LoyaltyOffer.Of(basket, customer, store.Loyalty, open.Redeem, isOnline);
            basket = offer?.Basket ?? basket;
            faults = offer?.Fault is { } fault ? [.. faults, fault] : faults;
            buyer = new CustomerInBasket(
                id, customer.Data.Name, customer.Points, offer?.Tier, offer?.RedeemMax ?? 0, open.Redeem,
                offer?.Points?.Earned ?? 0);
        }
        var lines = new List<BasketLineDocument>(open.Lines.Count);
        var gross = zero;
        foreach (var line in open.Lines)
        {
            var product = store.FindProduct(line.Sku);
            var price = product?.Price.Currency == currency ? product.Price : zero;
            var whole = price * line.Quantity;
            gross += whole;
            // The screen shows each line with its own discount; the one on the whole stands below.
            var off = line.Off.Of(whole);
            lines.Add(new BasketLineDocument(
                line.Sku, product?.Name ?? line.Sku, line.Quantity, price, line.Off, off, whole - off,
                product?.TaxBasisPoints ?? 0, store.Stock(line.Sku)));
        }
        var total = basket?.Total ?? zero;
        var paid = desk.Paid;
        return new BasketDocument(
            open.Sale, desk.Turn, desk.IsPaying, lines, basket?.Taxes ?? [], gross,
            basket is null ? zero : gross - total, total, open.Off,
            Spoken.By(store).Of(faults), desk.Parked.Count)
        {
            Customer = buyer,
            Paid = [.. paid.Select(PaidView.DocumentOf)],
            Left = paid.Aggregate(total, (left, part) => left - part.Share),
            TipChoices = store.TipChoices,
        };
    }
}
