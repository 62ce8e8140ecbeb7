using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;

namespace CloudPos.Functions.Customers;

/// <summary>Keeps customers and their points.</summary>
internal static class CustomersRoom
{
    public static IServiceCollection AddCustomers(this IServiceCollection services) => services
        .AddSingleton<CustomerPoints>()
        .AddSingleton<CustomerRecords>()
        .AddSingleton<CustomerAdmin>()
        .AddSingleton<TakeBackPoints>()
        .AddSingleton<LoyaltyRules>();

    public static void MapCustomers(this FunctionTable functions)
    {
        const string merchant = "/api/backoffice/merchants/{merchant}";
        const string customers = merchant + "/customers";
        var managers = Access.People(Role.Manager);
        var all = Access.People(Role.Manager, Role.Support);
        functions.Queue<TakeBackPoints>(SaleDecline.Work, 4, work => work.Run);
        functions.Http<LoyaltyRules>(
            "loyalty-put", "PUT", merchant + "/loyalty", managers, rules => rules.Put);
        functions.Http<CustomerAdmin>("customers-get", "GET", customers, all, admin => admin.List);
        functions.Http<CustomerAdmin>(
            "customer-duplicates", "GET", merchant + "/customer-duplicates", all, admin => admin.Duplicates);
        functions.Http<CustomerAdmin>(
            "customer-get", "GET", customers + "/{customer}", all, admin => admin.Get);
        functions.Http<CustomerAdmin>(
            "customer-merge", "POST", customers + "/{customer}/merge", managers, admin => admin.Merge);
        functions.Http<CustomerAdmin>(
            "customer-points", "POST", customers + "/{customer}/points", managers, admin => admin.Adjust);
        functions.Http<CustomerAdmin>(
            "customer-erase", "POST", customers + "/{customer}/erase", managers, admin => admin.Erase);
    }
}
