namespace CloudPos.Functions.Fleet;

/// <summary>The tables and what their partitions are. What must change together shares a partition.</summary>
internal static class TableNames
{
    /// <summary>By terminal: its identity, journals, payments, sales, outcomes.</summary>
    public const string Terminal = "terminal";

    /// <summary>By store: its stock and trading days.</summary>
    public const string Store = "store";

    /// <summary>By merchant: catalogue, policy, deny list.</summary>
    public const string Merchant = "merchant";

    /// <summary>By merchant: customers and their points.</summary>
    public const string Customer = "customer";

    /// <summary>By merchant, currency and cycle: a clearing batch.</summary>
    public const string Batch = "batch";

    /// <summary>By merchant: versions of reports.</summary>
    public const string Report = "report";

    /// <summary>By the first two hexadecimal digits of an enrolment code's digest.</summary>
    public const string Code = "code";

    /// <summary>By kind of thing: the ids of all there are.</summary>
    public const string Register = "register";

    public static IReadOnlyList<string> All { get; } =
        [Terminal, Store, Merchant, Customer, Batch, Report, Code, Register];
}
