using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Invoices;

/// <summary>Knows invoices, mails them, and forgets whose they are.</summary>
internal static class InvoicesRoom
{
    public static IServiceCollection AddInvoices(this IServiceCollection services) => services
        .AddSingleton<InvoiceRecords>()
        .AddSingleton<InvoiceSource>()
        .AddSingleton<InvoiceAdmin>();

    public static void MapInvoices(this FunctionTable functions)
    {
        const string invoices = "/api/backoffice/terminals/{terminal}/invoices";
        functions.Http<InvoiceAdmin>(
            "invoices", "GET", invoices, Access.People(Role.Manager, Role.Finance, Role.Support),
            admin => admin.List);
        functions.Http<InvoiceAdmin>(
            "invoice-forget", "POST", invoices + "/{invoice}/forget", Access.People(Role.Manager),
            admin => admin.Forget);
    }
}
