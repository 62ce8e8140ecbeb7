using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// What entries change in the shop's tables: goods, products, shifts, figures, customers. The part of <see
/// cref="Effects"/> that moves no card money.
/// </summary>
internal sealed class ShopEffects(
    StockTable stock, ProductTable products, TransferTable transfers, ShiftTable shifts, FigureTable figures,
    CustomerTable customers)
{
    /// <summary>A sale by its id, from its own entry; null when it cannot be read.</summary>
    public required Func<Id, SaleCompleted?> SaleOf { get; init; }

    /// <returns>False when the entry is of another kind.</returns>
    public bool TryApply(Entry entry)
    {
        var (header, place) = (entry.Header, Place.Of(entry.Header));
        switch (entry.Body)
        {
            case StockWasted body:
                Move(place, body.Lines, -1);
                break;
            case TransferSent body:
                Move(place, body.Lines, -1);
                transfers.Sent(header, body);
                break;
            case TransferReceived body:
                Move(place, body.Lines, 1);
                transfers.Received(header, body);
                break;
            case ProductEdited body:
                products.Edited(header, body);
                break;
            case ShiftOpened body:
                shifts.Opened(place, body);
                break;
            case ShiftClosed body:
                shifts.Closed(place, body);
                break;
            case CashMoved body:
                shifts.Cash(place, body.Amount);
                break;
            case CustomerErased body:
                customers.Erased(body.Customer);
                break;
            case PointsAdjusted body:
                customers.Moved(place, body.Customer, body.Points, 0, 0);
                break;
            case CustomerWritten:
                // The data lie beside the entry and not in it; whoever writes it sets them.
                break;
            default:
                return false;
        }
        return true;
    }

    public void Sold(EntryHeader header, SaleCompleted sale)
    {
        var place = Place.Of(header);
        figures.Sold(header, sale);
        shifts.Cash(place, ShiftTable.CashOf(sale));
        if (sale.Customer is { } customer)
            customers.Moved(
                place, customer.Customer, customer.Earned - customer.Redeemed, customer.Earned,
                customer.Redeemed);
    }

    /// <summary>What the sale did is taken back where the void happens.</summary>
    public void Voided(EntryHeader header, SaleVoided voided)
    {
        if (SaleOf(voided.Sale) is not { } sale)
            return;
        var place = Place.Of(header);
        figures.Voided(header, sale);
        shifts.Cash(place, -ShiftTable.CashOf(sale));
        if (sale.Customer is { } customer)
            customers.Moved(
                place, customer.Customer, customer.Redeemed - customer.Earned, -customer.Earned,
                -customer.Redeemed);
    }

    /// <summary>What was given back counts against this day, and goes out of this drawer.</summary>
    public void Refunded(EntryHeader header, SaleRefunded refund)
    {
        var place = Place.Of(header);
        // Points of a foreign sale come back with the feed; here they were never added.
        var sale = refund.SoldElsewhere ?? SaleOf(refund.Sale);
        figures.Refunded(header, refund, sale);
        shifts.Cash(place, -refund.Tenders.Where(tender => tender.Kind == TenderKind.Cash).Aggregate(
            Money.Zero(refund.Total.Currency), (sum, tender) => sum + tender.Amount));
        if (sale is not { Customer: { } customer, Total.Minor: > 0 })
            return;
        var back = customer.Earned * refund.Total.Minor / sale.Total.Minor;
        var returned = customer.Redeemed * refund.Total.Minor / sale.Total.Minor;
        customers.Moved(place, customer.Customer, returned - back, -back, -returned);
    }

    private void Move(Place place, IReadOnlyList<StockChange> lines, int sign)
    {
        foreach (var line in lines)
            stock.Move(place, line.Sku, sign * line.Quantity);
    }
}
