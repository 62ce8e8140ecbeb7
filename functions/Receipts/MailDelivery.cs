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
