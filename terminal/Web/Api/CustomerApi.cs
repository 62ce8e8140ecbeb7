using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Customers: find, add, change, forget, and their points.</summary>
internal sealed class CustomerApi(TerminalStore store)
{
    private const int SearchLengthMax = 80;

    public void Map(ApiRoutes api)
    {
        var json = ShopJson.Default;
        api.Get("/api/customers", json.CustomersDocument, Need.Cashier, Find);
        api.Get("/api/customers/purchases", json.PurchasesDocument, Need.Cashier, call =>
            Id.TryParse(call.Query("customer"), out var id)
                ? new PurchasesDocument(store.PurchasesOf(id))
                : ApiFault.Of(FaultCode.BadInput, "Say whose purchases."));
        api.Post("/api/customers", json.WriteCustomerBody, json.CustomerDocument, Need.Cashier, Write);
        api.Post("/api/customers/erase", json.CustomerIdBody, json.CustomersDocument, Need.Manager,
            (call, body) => store.EraseCustomer(body.Customer, call.Cashier) is { IsStored: false } failed
                ? ApiFault.Of(failed)
                : new CustomersDocument([]));
        api.Post("/api/customers/points", json.AdjustBody, json.CustomerDocument, Need.Manager,
            (call, body) => Tell(
                store.AdjustPoints(
                    body.Customer, body.Points, CardScrubber.Mask(body.Reason.Trim()), call.Cashier),
                body.Customer));
    }

    private ApiAnswer<CustomersDocument> Find(ApiCall call)
    {
        var text = call.Query("q").Trim();
        return text.Length > SearchLengthMax
            ? ApiFault.Of(FaultCode.BadInput, $"Search for at most {SearchLengthMax} characters.")
            : new CustomersDocument([.. store.FindCustomers(text).Select(DocumentOf)]);
    }

    private ApiAnswer<CustomerDocument> Write(ApiCall call, WriteCustomerBody body)
    {
        var customer = body.Customer ?? Id.New();
        var data = new CustomerData(
            CardScrubber.Mask(body.Name.Trim()), Blank(body.Email), Blank(body.Telephone), Blank(body.Card));
        return Tell(store.WriteCustomer(customer, data, call.Cashier), customer);
    }

    private ApiAnswer<CustomerDocument> Tell(WriteOutcome outcome, Id customer) => outcome.IsStored
        ? store.FindCustomer(customer) is { } found
            ? DocumentOf(found)
            : ApiFault.Of(FaultCode.BadInput, "That customer was erased meanwhile.")
        : ApiFault.Of(outcome);

    public CustomerDocument DocumentOf(Customer customer) => new(
        customer.Id, customer.Data, customer.Points, customer.Points < 0,
        store.Loyalty?.Tiers.LastOrDefault(tier => customer.Lifetime >= tier.FromPoints)?.Name);

    private static string? Blank(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : CardScrubber.Mask(text.Trim());
}
