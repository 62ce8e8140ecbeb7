using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>How far a clearing batch has come. The numbers are stored and never reused.</summary>
internal enum BatchState
{
    /// <summary>Members come and go.</summary>
    Open = 1,

    /// <summary>Its members, count, sum and digest stay what they are.</summary>
    Sealed = 2,

    /// <summary>The acquirer's totals of its cycle agreed with ours.</summary>
    Reconciled = 3,
}

/// <summary>
/// The head of a batch, row <c>head</c> of its partition. Each commit that changes the members replaces it,
/// so whoever has read the members knows by its version that they are still the same.
/// </summary>
internal sealed record BatchHead(BatchId Id, BatchState State, DateTimeOffset OpenedAt)
{
    public const string Key = "head";

    public DateTimeOffset? SealedAt { get; init; }

    public int Count { get; init; }

    public long SumMinor { get; init; }

    /// <summary>Of the members, those that give back; their amounts are below zero.</summary>
    public int CreditCount { get; init; }

    /// <summary>What they give back, above zero.</summary>
    public long CreditMinor { get; init; }

    /// <summary>See <see cref="Member.DigestOf"/>; null while it is open.</summary>
    public string? Digest { get; init; }

    /// <summary>What it holds of each business date, from when it is sealed; oldest first.</summary>
    public IReadOnlyList<BatchShare> Shares { get; init; } = [];

    public IEnumerable<DateOnly> Dates => Shares.Select(share => share.Date);

    public long FeeMinor => Shares.Sum(share => share.FeeMinor);

    /// <summary>Members whose fee is not known.</summary>
    public long Unpriced => Shares.Sum(share => share.Unpriced);

    public Row? Stored { get; init; }

    public Money Sum => new(SumMinor, Id.Cycle.Currency);

    public Change Write()
    {
        var row = new Row(Id.ToString(), Key)
        {
            ETag = Stored?.ETag,
            ["state"] = (int)State,
            ["openedAt"] = OpenedAt,
            ["sealedAt"] = SealedAt,
            ["count"] = Count,
            ["sumMinor"] = SumMinor,
            ["creditCount"] = CreditCount,
            ["creditMinor"] = CreditMinor,
            ["digest"] = Digest,
        };
        row.SetChunks("shares", JsonSerializer.SerializeToUtf8Bytes(
            Shares, FundingJson.Default.IReadOnlyListBatchShare));
        return Stored is null ? Change.Insert(row) : Change.Replace(row);
    }

    public static BatchHead From(BatchId id, Row row) =>
        new(id, (BatchState)row.Number("state"), row.Time("openedAt"))
    {
        SealedAt = row.TimeOrNull("sealedAt"),
        Count = (int)row.Number("count"),
        SumMinor = row.Number("sumMinor"),
        CreditCount = (int)(row.NumberOrNull("creditCount") ?? 0),
        CreditMinor = row.NumberOrNull("creditMinor") ?? 0,
        Digest = row.TextOrNull("digest"),
        Shares = JsonSerializer.Deserialize(
            row.Chunked("shares"), FundingJson.Default.IReadOnlyListBatchShare) ?? [],
        Stored = row,
    };
}

/// <summary>A payment in a batch, row <c>m.{payment}</c> of the batch's partition. Immutable.</summary>
/// <param name="AmountMinor">Below zero for a refund.</param>
internal sealed record Member(
    Id Payment, string Terminal, long AmountMinor, string RetrievalReference, string AuthorisationCode,
    DateOnly BusinessDate, string ReceiptNumber)
{
    public const string KeyPrefix = "m.";

    public Scheme Scheme { get; init; }

    public CardKind Card { get; init; }

    /// <summary>What the acquirer keeps of it; null where the merchant's table does not say.</summary>
    public long? FeeMinor { get; init; }

    private const string DateFormat = "yyyy-MM-dd";

    /// <exception cref="InvalidOperationException">The payment was not approved, or its sale is not
    /// known.</exception>
    public static Member Of(PaymentRow payment)
    {
        if (payment is not { Facts: { } facts, Accepted: { } sale, Answer: { } answer })
            throw new InvalidOperationException("Only an approved payment with its sale joins a batch.");
        return new Member(
            payment.Payment, payment.Terminal,
            payment.IsRefund ? -facts.Amount.Minor : facts.Amount.Minor,
            payment.Asked?.RetrievalReference ?? "", answer.AuthorisationCode ?? "", sale.BusinessDate,
            sale.ReceiptNumber)
        {
            Scheme = facts.Scheme,
            Card = sale.Card,
        };
    }

    public Row ToRow(BatchId batch)
    {
        var row = new Row(batch.ToString(), KeyPrefix + Payment);
        WriteTo(row);
        return row;
    }

    public void WriteTo(Row row)
    {
        row["terminal"] = Terminal;
        row["amountMinor"] = AmountMinor;
        row["retrievalReference"] = RetrievalReference;
        row["authorisationCode"] = AuthorisationCode;
        row["businessDate"] = BusinessDate.ToString(DateFormat, CultureInfo.InvariantCulture);
        row["receiptNumber"] = ReceiptNumber;
        row["scheme"] = (int)Scheme;
        row["cardKind"] = (int)Card;
        row["feeMinor"] = FeeMinor;
    }

    public static Member From(Row row) => From(Id.Parse(row.Key.AsSpan(KeyPrefix.Length)), row);

    public static Member From(Id payment, Row row) => new(
        payment, row.Text("terminal"), row.Number("amountMinor"),
        row.Text("retrievalReference"), row.Text("authorisationCode"),
        DateOnly.ParseExact(row.Text("businessDate"), DateFormat, CultureInfo.InvariantCulture),
        row.Text("receiptNumber"))
    {
        Scheme = (Scheme)(row.NumberOrNull("scheme") ?? 0),
        Card = (CardKind)(row.NumberOrNull("cardKind") ?? 0),
        FeeMinor = row.NumberOrNull("feeMinor"),
    };

    /// <summary>
    /// SHA-256, as 64 hexadecimal digits, over one line for each member in the order of their payment ids:
    /// payment, terminal, minor units, retrieval reference and authorisation code, separated by "|" and ended
    /// by a line feed.
    /// </summary>
    public static string DigestOf(IEnumerable<Member> members)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var member in members.OrderBy(member => member.Payment))
            sha.AppendData(Encoding.UTF8.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{member.Payment}|{member.Terminal}|{member.AmountMinor}|{member.RetrievalReference}|"
                + $"{member.AuthorisationCode}\n")));
        return Convert.ToHexStringLower(sha.GetHashAndReset());
    }
}
