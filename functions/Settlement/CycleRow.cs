using System.Globalization;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// What the acquirer has said to a cycle's totals. The numbers are stored and never reused.
/// </summary>
internal enum Balance
{
    /// <summary>Nothing was asked yet, or nothing since the last batch was sealed.</summary>
    NotAsked = 0,

    /// <summary>The totals are stored and may have been sent; there is no answer yet.</summary>
    Asked = 1,

    InBalance = 2,
    OutOfBalance = 3,

    /// <summary>The acquirer answered, but not to the question; the response code tells.</summary>
    Refused = 4,
}

/// <summary>
/// A cycle's batches and how its totals stand against the acquirer's. Row <c>c.{date}.{acquirer}</c> of the
/// partition "{merchant}.{currency}". Immutable.
/// </summary>
/// <param name="Sequence">Of its newest batch; each one before it is sealed.</param>
internal sealed record CycleRow(Cycle Cycle, int Sequence)
{
    public const string KeyPrefix = "c.";

    public Balance Balance { get; init; }

    /// <summary>The newest batch whose members are in <see cref="Ours"/>.</summary>
    public int Through { get; init; }

    /// <summary>Stored before the first byte left, as the time is; repeats use them again.</summary>
    public int? Stan { get; init; }

    public DateTimeOffset? AskedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>The totals as asked; null before.</summary>
    public SettlementTotals? Ours { get; init; }

    /// <summary>The acquirer's; null where it did not tell them.</summary>
    public SettlementTotals? Theirs { get; init; }

    public string? ResponseCode { get; init; }

    /// <summary>What bank statements say was paid for it, in minor units.</summary>
    public long FundedMinor { get; init; }

    /// <summary>What the acquirer kept of its payout for chargebacks, in minor units.</summary>
    public long ChargedBackMinor { get; init; }

    /// <summary>What the acquirer kept of its payout as fees for chargebacks, in minor units.</summary>
    public long CaseFeesMinor { get; init; }

    public Row? Stored { get; init; }

    public IEnumerable<BatchId> Batches =>
        Enumerable.Range(1, Sequence).Select(number => new BatchId(Cycle, number));

    public static string PartitionOf(string merchant, Currency currency) => $"{merchant}.{currency.Code}";

    public static string KeyOf(Cycle cycle) => KeyPrefix + cycle.Place;

    /// <summary>Where the cycles of a date begin.</summary>
    public static string KeyFrom(DateOnly date) =>
        KeyPrefix + date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public Change Write()
    {
        var row = new Row(PartitionOf(Cycle.Merchant, Cycle.Currency), KeyOf(Cycle))
        {
            ETag = Stored?.ETag,
            ["sequence"] = Sequence,
            ["balance"] = (int)Balance,
            ["through"] = Through,
            ["stan"] = (long?)Stan,
            ["askedAt"] = AskedAt,
            ["answeredAt"] = AnsweredAt,
            ["responseCode"] = ResponseCode,
            ["fundedMinor"] = FundedMinor,
            ["chargedBackMinor"] = ChargedBackMinor == 0 ? (long?)null : ChargedBackMinor,
            ["caseFeesMinor"] = CaseFeesMinor == 0 ? (long?)null : CaseFeesMinor,
        };
        Write(row, "ours", Ours);
        Write(row, "theirs", Theirs);
        return Stored is null ? Change.Insert(row) : Change.Replace(row);
    }

    public static CycleRow From(Row row)
    {
        var (merchant, currency) = row.Partition.Split('.') is [var m, var c]
            ? (m, Currency.Parse(c))
            : throw new RowShapeException($"Row {row} is no cycle.");
        if (!Cycle.TryParse(merchant, currency, row.Key[KeyPrefix.Length..], out var cycle))
            throw new RowShapeException($"Row {row} is no cycle.");
        return new CycleRow(cycle!, (int)row.Number("sequence"))
        {
            Balance = (Balance)row.Number("balance"),
            Through = (int)row.Number("through"),
            Stan = (int?)row.NumberOrNull("stan"),
            AskedAt = row.TimeOrNull("askedAt"),
            AnsweredAt = row.TimeOrNull("answeredAt"),
            ResponseCode = row.TextOrNull("responseCode"),
            FundedMinor = row.NumberOrNull("fundedMinor") ?? 0,
            ChargedBackMinor = row.NumberOrNull("chargedBackMinor") ?? 0,
            CaseFeesMinor = row.NumberOrNull("caseFeesMinor") ?? 0,
            Ours = Totals(row, "ours"),
            Theirs = Totals(row, "theirs"),
            Stored = row,
        };
    }

    private static void Write(Row row, string name, SettlementTotals? totals)
    {
        if (totals is null)
            return;
        Write(row, name + "Debits", totals.Debits);
        Write(row, name + "DebitReversals", totals.DebitReversals);
        Write(row, name + "Credits", totals.Credits);
        Write(row, name + "CreditReversals", totals.CreditReversals);
    }

    private static void Write(Row row, string name, MessageTotal total)
    {
        row[name + "Count"] = total.Count;
        row[name + "Minor"] = total.AmountMinor;
    }

    private static SettlementTotals? Totals(Row row, string name) => !row.Has(name + "DebitsCount")
        ? null
        : new SettlementTotals(
            Total(row, name + "Debits"), Total(row, name + "DebitReversals"), Total(row, name + "Credits"),
            Total(row, name + "CreditReversals"));

    private static MessageTotal Total(Row row, string name) =>
        new(row.Number(name + "Count"), row.Number(name + "Minor"));
}
