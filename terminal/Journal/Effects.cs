using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// What an entry changes on this terminal, in the same transaction as the entry itself. It is a function of
/// the entry alone, so that the tables can be checked against the journal.
/// </summary>
internal sealed class Effects(
    PaymentTable payments, CardTable cards, SaleTable sales, StockTable stock, ValueTable values,
    ShopEffects shop, PaperEffects papers, Database database)
{
    public void Apply(Entry entry)
    {
        var place = Place.Of(entry.Header);
        var at = entry.Header.At;
        switch (entry.Body)
        {
            case PaymentAttempted body:
                payments.Attempted(place, body, at);
                break;
            case SaleCompleted body:
                Complete(place, body, entry.Header);
                break;
            case PaymentFailed body:
                payments.Failed(place, body, at);
                break;
            case PaymentAbandoned body:
                payments.Abandoned(place, body);
                break;
            case SaleVoided body:
                sales.Voided(place, body.Sale);
                shop.Voided(entry.Header, body);
                foreach (var line in body.Lines)
                    stock.Move(place, line.Sku, line.Quantity);
                foreach (var payment in body.Payments)
                    payments.Voided(payment);
                papers.Waits(place);
                break;
            case SaleRefunded body:
                sales.Refunded(place, body);
                sales.ToCards.Given(place, body);
                shop.Refunded(entry.Header, body);
                foreach (var line in body.Lines)
                    stock.Move(place, line.Sku, line.Quantity);
                papers.Waits(place);
                break;
            case StockReceived body:
                foreach (var line in body.Lines)
                    stock.Move(place, line.Sku, line.Quantity);
                break;
            case StockCounted body:
                foreach (var line in body.Lines)
                    stock.Move(place, line.Sku, checked(line.Counted - line.Believed));
                break;
            case PolicyApplied body:
                values.Set(ValueTable.Policy, body.Policy, StoreJson.Default.OfflinePolicy);
                break;
            case DayReported body:
                database.Run(
                    "INSERT INTO day_report (report, place) VALUES ($1, $2)", body.Report, place.Value);
                papers.Waits(place);
                break;
            case EpochOpened or PinLocked or Overridden:
                break;
            default:
                if (shop.TryApply(entry) || papers.TryApply(entry))
                    break;
                throw new InvalidOperationException($"No effects are defined for {entry.Header.Kind}.");
        }
    }

    private void Complete(Place place, SaleCompleted body, EntryHeader header)
    {
        sales.Completed(place, body, header.BusinessDate);
        shop.Sold(header, body);
        foreach (var line in body.Lines)
            stock.Move(place, line.Sku, -line.Quantity);
        foreach (var tender in body.Tenders)
        {
            if (tender.Payment is not { } card)
                continue;
            payments.Accepted(place, body, tender.Amount, card, header.At);
            if (card.Approval == Approval.Deferred)
                cards.Used(card.Payment, card.Card.Token, tender.Amount, header.At);
        }
    }
}
