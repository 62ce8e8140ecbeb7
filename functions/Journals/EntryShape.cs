using CloudPos.Functions.Stock;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Bounds of an entry that is to be applied. The journal takes in whatever is signed; what would overflow a
/// level or a total, or add two currencies, is set aside before it has any effect.
/// </summary>
internal static class EntryShape
{
    public const int LinesMax = 2_000;
    public const int TendersMax = 20;
    private const long PointsMax = 1_000_000_000;

    /// <summary>What is wrong, or null.</summary>
    public static string? Fault(EntryBody body) => body switch
    {
        SaleCompleted sale => Fault(sale),
        SaleRefunded refunded => FaultOfLines(
            [.. refunded.Lines.Select(line => new StockChange(line.Sku, line.Quantity))]),
        SaleVoided voided => FaultOfLines(voided.Lines),
        StockReceived received => FaultOfLines(received.Lines),
        StockCounted counted => FaultOfLines(
            [.. counted.Lines.Select(line => new StockChange(line.Sku, line.Counted))]),
        StockWasted wasted => FaultOfGoods(wasted.Lines),
        TransferSent sent => FaultOfGoods(sent.Lines),
        TransferReceived received => FaultOfGoods(received.Lines),
        PointsAdjusted { Points: > PointsMax or < -PointsMax } => $"at most {PointsMax} points at once",
        _ => null,
    };

    private static string? Fault(SaleCompleted sale)
    {
        if (sale.Tenders.Count > TendersMax)
            return $"a sale has at most {TendersMax} tenders";
        if (sale.Tenders.Any(tender => tender.Amount.Currency != sale.Total.Currency))
            return "a tender is in another currency than the sale";
        if (sale.Tenders.Any(tender => tender.Tip is { } tip && (tip.Currency != sale.Total.Currency
            || tip.Minor < 0 || tip > tender.Amount)))
            return "a tip is a part of its tender, in the currency of the sale";
        if (sale.Customer is { Earned: < 0 or > PointsMax } or { Redeemed: < 0 or > PointsMax })
            return $"a sale earns and redeems 0 to {PointsMax} points";
        return FaultOfLines([.. sale.Lines.Select(line => new StockChange(line.Sku, line.Quantity))]);
    }

    /// <summary>Of goods that go one way: the kind of entry says which, not the sign.</summary>
    private static string? FaultOfGoods(IReadOnlyList<StockChange> lines) =>
        lines.Any(line => line.Quantity < 1) ? "a quantity is not positive" : FaultOfLines(lines);

    private static string? FaultOfLines(IReadOnlyList<StockChange> lines)
    {
        if (lines.Count > LinesMax)
            return $"an entry has at most {LinesMax} lines";
        return lines.Any(line => line.Quantity is > StockAdmin.QuantityMax or < -StockAdmin.QuantityMax)
            ? $"a line moves more than {StockAdmin.QuantityMax} pieces"
            : null;
    }
}
