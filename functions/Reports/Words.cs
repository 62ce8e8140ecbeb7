using CloudPos.Functions.Funding;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>What states are called in a report.</summary>
internal static class Words
{
    public static string Of(Bucket bucket) => bucket switch
    {
        Bucket.Pending => "Pending, no outcome yet",
        Bucket.Approved => "Approved, not in a batch yet",
        Bucket.InBatch => "In a clearing batch",
        Bucket.Settled => "Settled, agreed with the acquirer",
        Bucket.Declined => "Declined by the issuer",
        Bucket.Expired => "Expired, not asked in time",
        Bucket.Cancelled => "Cancelled before it was asked",
        Bucket.Reversing => "Being reversed",
        Bucket.Reversed => "Reversed",
        Bucket.NotRecorded => "Not recorded",
        Bucket.TakenBack => "Not approved, sale voided since",
        _ => throw new ArgumentOutOfRangeException(nameof(bucket), bucket, "Not a bucket."),
    };

    public static string Of(Balance balance) => balance switch
    {
        Balance.NotAsked => "not compared yet",
        Balance.Asked => "asked, no answer yet",
        Balance.InBalance => "in balance",
        Balance.OutOfBalance => "OUT OF BALANCE",
        Balance.Refused => "not compared by the acquirer",
        _ => throw new ArgumentOutOfRangeException(nameof(balance), balance, "Not a balance."),
    };

    public static string Of(DifferenceKind kind) => kind switch
    {
        DifferenceKind.OursOnly => "ours only",
        DifferenceKind.TheirsOnly => "theirs only",
        DifferenceKind.Amount => "amount",
        DifferenceKind.Date => "date",
        DifferenceKind.Twice => "listed twice",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of difference."),
    };

    /// <summary>The kind of a difference, and of what, unless it is a purchase.</summary>
    public static string Of(PaymentDifference one) => one.Of switch
    {
        ListedKind.Purchase => Of(one.Kind),
        ListedKind.PurchaseReversal => $"{Of(one.Kind)}, reversal",
        ListedKind.Refund => $"{Of(one.Kind)}, refund",
        ListedKind.RefundReversal => $"{Of(one.Kind)}, reversed refund",
        _ => throw new ArgumentOutOfRangeException(nameof(one), one.Of, "Not a kind of line."),
    };

    public static string Of(ReversalKind kind) => kind switch
    {
        ReversalKind.Withdrawn => "withdrawn",
        ReversalKind.Won => "won",
        ReversalKind.Corrected => "corrected",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of reversal."),
    };

    public static string Of(DayState state) => state switch
    {
        DayState.Open => "open",
        DayState.Closing => "being closed",
        DayState.Closed => "closed",
        DayState.Refused => "not closed",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a state of a day."),
    };
}
