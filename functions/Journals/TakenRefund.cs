using System.Text.Json;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// What a refund has taken of a sale. All of a sale's refunds stand in its row, so whoever takes more does it
/// under the version at which the others were seen.
/// </summary>
/// <param name="Terminal">Whose journal tells of it; <paramref name="Epoch"/> and <paramref name="Number"/>
/// name the entry, 0 while it has not arrived.</param>
/// <param name="Until">A reservation without its entry lapses then; null once the entry is there.</param>
internal sealed record TakenRefund(
    Id Refund, string Terminal, int Epoch, long Number, DateTimeOffset? Until, Money Total,
    IReadOnlyList<RefundLine> Lines, IReadOnlyList<RefundTender> Tenders, DateOnly? BusinessDate = null,
    IReadOnlyList<TaxLine>? Taxes = null)
{
    /// <summary>Given back of the tip, beside the total.</summary>
    public Money? Tip { get; init; }

    /// <summary>Who gave it back; null in refunds from before it was kept.</summary>
    public string? Cashier { get; init; }

    private const string Property = "refunds";

    public bool IsOf(EntryHeader entry) =>
        Terminal == entry.Journal.Terminal && Epoch == entry.Journal.Epoch && Number == entry.Number;

    public static IReadOnlyList<TakenRefund> Read(Row sale) => sale.ChunksOrNull(Property) is { } json
        ? JsonSerializer.Deserialize(json, JournalsJson.Default.IReadOnlyListTakenRefund) ?? []
        : [];

    public static void Write(Row sale, IReadOnlyList<TakenRefund> taken) => sale.SetChunks(
        Property, JsonSerializer.SerializeToUtf8Bytes(taken, JournalsJson.Default.IReadOnlyListTakenRefund));
}
