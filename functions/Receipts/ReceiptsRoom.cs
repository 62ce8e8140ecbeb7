using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Receipts;

/// <summary>Mails receipts.</summary>
internal static class ReceiptsRoom
{
    private const int ConcurrentMax = 4;

    public static IServiceCollection AddReceipts(this IServiceCollection services) => services
        .AddSingleton<ReceiptSource>()
        .AddSingleton<SendReceipt>()
        .AddSingleton<ReceiptList>()
        .AddSingleton(Delivery);

    public static void MapReceipts(this FunctionTable functions)
    {
        functions.Queue<SendReceipt>(SendReceipt.Queue, ConcurrentMax, send => send.Handle);
        functions.Http<ReceiptList>(
            "receipts", "GET", "/api/backoffice/receipts", Access.People(
                Role.Manager, Role.Finance, Role.Support),
            list => list.Get);
    }

    private static IMailDelivery Delivery(IServiceProvider services)
    {
        var options = services.GetRequiredService<BackOfficeOptions>();
        return options.Smtp is { } server
            ? new SmtpDelivery(server, services.GetRequiredService<ILogger<SmtpDelivery>>())
            : new PickupDelivery(options.MailPickup ?? Path.Combine(options.Data, "mail"));
    }
}
