using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Web.Api;

/// <summary>How a try to pay ended, in the words of the screen.</summary>
internal static class PaidView
{
    public static PaidDocument Of(SaleResult result, Id sale, TerminalStore store)
    {
        var sentences = Spoken.By(store).Of(result.Sentences);
        if (result.Sale is not { } sold || result.Entry is not { } entry)
            return new PaidDocument(
                result.Status, sentences, InsteadOf(result), sale,
                Reason: result.Decision?.Reason, ResponseCode: result.ResponseCode, Payment: result.Payment);
        var cash = sold.Tenders.FirstOrDefault(tender => tender.Kind == TenderKind.Cash);
        return new PaidDocument(
            result.Status, sentences, [], sale, sold.ReceiptNumber, sold.Total,
            cash is null ? Money.Zero(sold.Total.Currency) : cash.Given - cash.Amount,
            [.. sold.Tenders.Select(DocumentOf)], result.Decision?.Reason, null, result.Payment,
            SaleReceipt.Text(ReceiptHead.Of(store), entry.Header, sold, isCopy: false))
        {
            Tip = sold.Tip.IsZero ? null : sold.Tip,
        };
    }

    public static PaidTenderDocument DocumentOf(Tender tender) => new(
        tender.Kind, tender.Amount, tender.Payment?.Approval, tender.Payment?.Card.Scheme,
        tender.Payment?.Card.LastFour)
    {
        Tip = tender.Tip,
    };

    /// <summary>One table of what a cashier can do when a card did not pay.</summary>
    private static IReadOnlyList<Instead> InsteadOf(SaleResult result) => result.Status switch
    {
        SaleStatus.Declined => [Instead.OtherCard, Instead.Cash],
        SaleStatus.Unknown => [Instead.Settle],
        SaleStatus.Refused when result.Decision!.ManagerMayApprove =>
            [Instead.Manager, .. InsteadOf(result.Decision.Reason)],
        SaleStatus.Refused => InsteadOf(result.Decision!.Reason),
        _ => [],
    };

    private static IReadOnlyList<Instead> InsteadOf(DecisionReason reason) => reason switch
    {
        DecisionReason.SchemeNotAllowed or DecisionReason.EntryModeNotAllowed or DecisionReason.CardExpired
            or DecisionReason.ServiceCodeForbidsOffline or DecisionReason.DenyListed
            or DecisionReason.CardCountReached or DecisionReason.CardAmountReached =>
            [Instead.OtherCard, Instead.Cash],
        DecisionReason.AtOrOverFloorLimit => [Instead.Cash, Instead.Wait],
        _ => [Instead.Cash],
    };
}
