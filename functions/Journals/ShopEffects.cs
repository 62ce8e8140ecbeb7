using System.Globalization;
using CloudPos.Functions.Customers;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Stock;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// What entries do in the shop beside money: goods written off and sent, products edited, customers, points.
/// </summary>
internal sealed class ShopEffects(
    StockMovements stock, Transfers transfers, ProductEdits products, CustomerRecords customers,
    CustomerPoints points, PaymentStore payments)
{
    /// <returns>Why a part of it could not be applied, or null.</returns>
    public async Task<string?> Apply(AppliedEntry entry, EntryBody body, CancellationToken cancel)
    {
        var merchant = entry.Acceptor.Merchant;
        switch (body)
        {
            case StockWasted wasted:
                await stock.Apply(entry.Stock(MovementKind.Waste, Out(wasted.Lines)), cancel);
                return null;
            case TransferSent sent:
                await stock.Apply(entry.Stock(MovementKind.Sent, Out(sent.Lines)), cancel);
                return await transfers.Add(
                    merchant, sent.Transfer, entry.Acceptor.Store, sent.To,
                    PartOf(entry, sent.Lines), cancel);
            case TransferReceived came:
                await stock.Apply(entry.Stock(MovementKind.Arrived, came.Lines), cancel);
                return await transfers.Add(
                    merchant, came.Transfer, came.From, entry.Acceptor.Store,
                    PartOf(entry, came.Lines) with { IsArrival = true, IsLast = came.IsLast }, cancel);
            case ProductEdited edited:
                return await products.Apply(
                    merchant, entry.Journal, entry.Header.Number, entry.Moment, edited, cancel);
            case CustomerWritten written:
                return await customers.Write(PointsOf(entry), written, entry.Attachments, cancel);
            case CustomerErased erased:
                await customers.Erase(PointsOf(entry), merchant, erased.Customer, cancel);
                return null;
            case PointsAdjusted adjusted:
                await points.Adjusted(PointsOf(entry), adjusted, cancel);
                return null;
            default:
                return $"entries of kind {body.Kind} are not known here";
        }
    }

    /// <summary>
    /// The customer's points of a sale. A payment of it may have been lost before this row was written: then
    /// taking back is owed anew.
    /// </summary>
    public async Task Sold(AppliedEntry entry, SaleCompleted sale, CancellationToken cancel)
    {
        if (sale.Customer is not { } customer)
            return;
        await points.Sold(PointsOf(entry), sale, customer, cancel);
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { } card
                && await payments.Find(entry.Acceptor.Terminal, card.Payment, cancel) is { } payment
                && SaleDecline.IsLost(payment))
                await payments.OweTakeBack(payment, cancel);
    }

    public Task Voided(AppliedEntry entry, SaleVoided voided, CancellationToken cancel) => points.TakeBack(
        PointsOf(entry), voided.Sale, PointsKind.Void, "void", (1, 1), returnsRedeemed: true, cancel);

    /// <summary>In the part of the sale that was given back.</summary>
    public Task Refunded(AppliedEntry entry, SaleRefunded refunded, CancellationToken cancel) =>
        points.TakeBack(
            PointsOf(entry), refunded.Sale, PointsKind.Refund, $"refund.{refunded.Refund}",
            (refunded.Total.Minor, null), returnsRedeemed: true, cancel);

    private static PointsEntry PointsOf(AppliedEntry entry) =>
        new(entry.Acceptor.Merchant, entry.Journal, entry.Header.Number, entry.Moment);

    private static TransferPart PartOf(AppliedEntry entry, IReadOnlyList<StockChange> lines) => new(
        string.Create(CultureInfo.InvariantCulture, $"{entry.Journal}.{entry.Header.Number}"), false, false,
        entry.Header.At, lines);

    private static IReadOnlyList<StockChange> Out(IReadOnlyList<StockChange> lines) =>
        [.. lines.Select(line => line with { Quantity = -line.Quantity })];
}
