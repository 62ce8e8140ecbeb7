using MimeKit;

namespace CloudPos.Functions.Receipts;

/// <summary>What came of handing a mail over. The numbers are stored nowhere; the names are logged.</summary>
internal enum DeliveryResult
{
    Delivered = 1,

    /// <summary>It was certainly not taken; the same may work later.</summary>
    NotNow = 2,

    /// <summary>It was certainly not taken, and the same will not be taken later either.</summary>
    Refused = 3,

    /// <summary>
    /// It may have been taken. Only the same mail, under the same Message-ID, may be tried again.
    /// </summary>
    Unknown = 4,
}

/// <param name="Why">For people; names no address. Null when it was delivered.</param>
internal readonly record struct Handover(DeliveryResult Result, string? Why)
{
    public static Handover Done => new(DeliveryResult.Delivered, null);
}

/// <summary>Where mails go: to a mail server, or into a folder. Thread-safe.</summary>
internal interface IMailDelivery
{
    /// <summary>
    /// Hands the mail over within a bounded time. Faults of the mail system are results, never exceptions.
    /// </summary>
    Task<Handover> Deliver(MimeMessage message, CancellationToken cancel);
}

/// <summary>A handover that ends before another handler may take the same mail up.</summary>
internal static class BoundedDelivery
{
    /// <summary>For so long a mail is one handler's.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Spare = TimeSpan.FromSeconds(10);

    public static async Task<Handover> DeliverInTime(
        this IMailDelivery mail, MimeMessage message, TimeProvider time, CancellationToken cancel)
    {
        using var bound = new CancellationTokenSource(Max - Spare, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancel);
        try
        {
            return await mail.Deliver(message, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Handover(DeliveryResult.Unknown, "the mail system took too long");
        }
    }
}
