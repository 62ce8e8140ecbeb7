using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>Merchants, stores, terminals, enrolment, and the feed.</summary>
internal static class FleetRoom
{
    public static IServiceCollection AddFleet(this IServiceCollection services) => services
        .AddSingleton<Register>()
        .AddSingleton<Merchants>()
        .AddSingleton<Stores>()
        .AddSingleton<TradingDays>()
        .AddSingleton<Staff>()
        .AddSingleton<StoreSettings>()
        .AddSingleton<Tips>()
        .AddSingleton<Catalogue>()
        .AddSingleton<ProductEdits>()
        .AddSingleton<Policies>()
        .AddSingleton<DenyLists>()
        .AddSingleton<Terminals>()
        .AddSingleton<TerminalContacts>()
        .AddSingleton<TerminalAdmin>()
        .AddSingleton<EnrolmentCodes>()
        .AddSingleton<EnrolTerminal>()
        .AddSingleton<FeedReader>();

    public static void MapFleet(this FunctionTable functions)
    {
        const string merchant = "/api/backoffice/merchants/{merchant}";
        const string store = "/api/backoffice/stores/{store}";
        const string terminals = "/api/backoffice/terminals";
        const string terminal = terminals + "/{terminal}";
        var managers = Access.People(Role.Manager);
        var all = Access.People(Role.Manager, Role.Finance, Role.Support);
        functions.Http<EnrolTerminal>(
            "enrol", "POST", WireContract.EnrolPath, Access.Open, enrol => enrol.Enrol);
        functions.Http<FeedReader>("feed", "GET", "/api/feed/{terminal}", Access.Terminal, feed => feed.Get);
        functions.Http<Merchants>("merchant-put", "PUT", merchant, managers, merchants => merchants.Put);
        functions.Http<Catalogue>(
            "catalogue-put", "PUT", merchant + "/catalogue", managers, catalogue => catalogue.Put,
            Catalogue.BodyBytesMax);
        functions.Http<ProductEdits>(
            "product-post", "POST", merchant + "/products/{sku}", managers, edits => edits.Post);
        functions.Http<ProductEdits>(
            "conflicts-get", "GET", merchant + "/conflicts", all, edits => edits.Conflicts);
        functions.Http<ProductEdits>(
            "conflict-post", "POST", merchant + "/conflicts/{sku}", managers, edits => edits.Decide);
        foreach (var (scope, of) in new[] { (merchant, ""), (store, "store-"), (terminal, "terminal-") })
        {
            var route = scope + "/policy";
            functions.Http<Policies>(of + "policy-put", "PUT", route, managers, policies => policies.Put);
            functions.Http<Policies>(of + "policy", "GET", route, all, policies => policies.Get);
            functions.Http<Policies>(
                of + "policy-withdraw", "DELETE", route, managers, policies => policies.Withdraw);
            functions.Http<Tips>(of + "tips-put", "PUT", scope + "/tips", managers, tips => tips.Put);
            functions.Http<Tips>(of + "tips", "GET", scope + "/tips", all, tips => tips.Get);
        }
        functions.Http<Policies>(
            "policy-plan", "GET", terminal + "/policy/plan", all, policies => policies.GetPlan);
        functions.Http<Stores>("store-put", "PUT", store, managers, stores => stores.Put);
        functions.Http<StoreSettings>(
            "settings-put", "PUT", store + "/settings", managers, settings => settings.Put);
        functions.Http<Staff>("staff-put", "PUT", store + "/staff/{person}", managers, staff => staff.Put);
        functions.Http<Staff>(
            "staff-withdraw", "DELETE", store + "/staff/{person}", managers, staff => staff.Withdraw);
        functions.Http<Staff>("staff", "GET", store + "/staff", all, staff => staff.List);
        functions.Http<TerminalAdmin>(
            "terminal-code", "POST", store + "/terminals", managers, admin => admin.IssueCode);
        functions.Http<TerminalAdmin>(
            "terminal-standing", "POST", terminals + "/{terminal}/standing", managers,
            admin => admin.SetStanding);
        functions.Http<TerminalAdmin>("terminals", "GET", terminals, all, admin => admin.List);
        functions.Timer<Stores>("extend-days", "0 7 * * * *", stores => stores.ExtendDays);
    }
}
