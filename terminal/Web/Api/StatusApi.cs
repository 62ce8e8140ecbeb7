using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Who and what this terminal is, the bar on top, and the payments that wait.</summary>
internal sealed class StatusApi(
    TerminalContext context, Sessions sessions, PeopleApi people, SaleDesk desk)
{
    private const int PaymentsMax = 200;
    private const int ForeignMax = 100;

    /// <summary>How long the bar names a card that was declined afterwards.</summary>
    private static readonly TimeSpan LostShown = TimeSpan.FromDays(7);

    private static string Version { get; } =
        typeof(StatusApi).Assembly.GetName().Version?.ToString(3) ?? "0";

    public void Map(ApiRoutes api)
    {
        api.Get("/api/session", UiJson.Default.SessionDocument, Need.Nobody, Session);
        api.Get("/api/status", UiJson.Default.BarDocument, Need.Nobody, _ => Bar());
        api.Get("/api/payments", UiJson.Default.PaymentsDocument, Need.Cashier, _ => Payments());
        api.Post("/api/payments/abandon", UiJson.Default.AbandonBody, UiJson.Default.DoneDocument,
            Need.Cashier, (_, body) => Abandon(body));
        api.Get("/api/sales", UiJson.Default.SaleListDocument, Need.Cashier, _ => Sales());
        api.Post("/api/sales/void", UiJson.Default.VoidBody, UiJson.Default.SlipDocument, Need.Cashier,
            Void);
        api.Post("/api/sales/copy", UiJson.Default.CopyBody, UiJson.Default.SlipDocument, Need.Cashier,
            Copy);
    }

    public BarDocument Bar()
    {
        var (store, line) = (context.Store, context.Line.Now);
        var (enrolment, policy, offline) = (store.Enrolment, store.Policy, store.OfflineSeconds);
        RiskDocument? risk = null;
        if (enrolment is not null)
        {
            var now = store.Exposure(enrolment.Currency);
            var limit = PolicyLimits.Exposure(policy, enrolment.Currency);
            risk = new RiskDocument(now.Amount, now.Count, limit.Amount, limit.Count);
        }
        return new BarDocument(
            store.Changes, enrolment is not null, store.Acknowledged.Standing, line.IsUp, line.Missing,
            line.Since, line.Reason, offline == int.MaxValue ? null : offline, policy.OfflineMinutesMax * 60,
            policy.Enabled, risk, store.LastNumber - store.Acknowledged.Number, risk?.Count ?? 0,
            Unknown(store).Count(), store.SalesNotPrintedCount,
            store.PaymentsLostSince(store.Now - LostShown),
            store.RefundsRefusedSince(store.Now - LostShown), store.OpenRefunds.Count, store.IsDamaged,
            store.Now, line.IsAsked, store.Fork is not null)
        {
            DrillUntil = store.Drill?.Until,
            ShopOffsetMinutes = store.ShopOffsetMinutes,
        };
    }

    private ApiAnswer<SessionDocument> Session(ApiCall call)
    {
        var enrolment = context.Store.Enrolment;
        return new SessionDocument(
            enrolment is not null, enrolment?.Terminal, enrolment?.MerchantName, enrolment?.Store,
            enrolment?.Currency.Code, enrolment?.Currency.MinorDigits ?? 2,
            Spoken.Language(context.Store, call.Http.Request), call.Who,
            sessions.IsNeeded, context.Store.Settings.LockSeconds,
            context.Store.Settings.AskContactOffline, Version, context.Store.Locale.Name,
            enrolment?.IsTraining ?? false);
    }

    private PaymentsDocument Payments()
    {
        var store = context.Store;
        var (open, parked) = (desk.Open, desk.Parked);
        return new PaymentsDocument(
            [.. store.Payments(PaymentsMax).Select(row => DocumentOf(store, row))],
            [.. Unknown(store).Select(attempt => new UnknownDocument(
                attempt.Payment, attempt.Sale, attempt.Amount, attempt.Online, attempt.At,
                attempt.Sale == open.Sale && !open.IsEmpty,
                parked.Any(basket => basket.Sale == attempt.Sale),
                SubmissionDeadline.Of(attempt, store.Policy)))]);
    }

    /// <summary>What a card has paid of the basket at the counter is known: it is no such attempt.</summary>
    private IEnumerable<OpenAttempt> Unknown(TerminalStore store)
    {
        var paid = desk.Paid;
        return store.OpenAttempts.Where(
            open => paid.All(part => part.Payment!.Payment != open.Payment));
    }

    private static WaitingPaymentDocument DocumentOf(TerminalStore store, PaymentRow row)
    {
        var sold = row.ReceiptNumber is null || store.FindSale(row.Sale) is not { } sale
            ? null
            : store.SaleEntry(sale)?.Body as SaleCompleted;
        var card = sold?.Tenders
            .FirstOrDefault(tender => tender.Payment?.Payment == row.Payment)?.Payment?.Card;
        var atRisk = row.Approval == Approval.Deferred && PaymentTable.IsAtRisk(row);
        return new WaitingPaymentDocument(
            row.Payment, row.Sale, row.ReceiptNumber, row.Amount, row.Approval, row.State, row.ResponseCode,
            row.At, row.OutcomeAt, atRisk, SubmissionDeadline.Of(row, store.Policy),
            card?.Scheme, card?.LastFour,
            sold?.ContactDigest is not null)
        {
            Available = row.Available,
            Customer = row.Approval == Approval.Deferred && !atRisk && sold?.Customer is { } buyer
                ? store.FindCustomer(buyer.Customer)?.Data
                : null,
        };
    }

    private ApiAnswer<DoneDocument> Abandon(AbandonBody body)
    {
        var reason = CardScrubber.Mask(body.Reason.Trim());
        if (ReasonFault(reason) is { } fault)
            return fault;
        var outcome = context.Store.AbandonPayment(body.Payment, reason);
        return outcome.IsStored ? new DoneDocument() : ApiFault.Of(outcome);
    }

    private SaleListDocument Sales() => new(
        [.. context.Store.Sales(100).Select(SaleOf)],
        [.. context.Store.OpenRefunds.Select(open => new OpenRefundItem(
            open.Refund.Sale, open.Refund.ReceiptNumber, open.Refund.All, open.At, open.Refund.Reason))])
    {
        Foreign =
        [
            .. context.Store.RefundPayments(ForeignMax)
                .Where(one => context.Store.FindSale(one.Sale) is null)
                .Select(one => new ForeignRefundItem(
                    context.Store.ReceiptOfRefund(one) ?? "", one.Amount, one.State, one.ResponseCode)),
        ],
    };

    private SaleItemDocument SaleOf(SaleRow row)
    {
        var entry = context.Store.SaleEntry(row);
        var sale = new SaleItemDocument(
            row.Sale, row.ReceiptNumber, row.Total, row.BusinessDate, row.VoidedBy is not null, row.Printed)
        {
            At = entry?.Header.At,
            ToCards =
            [
                .. context.Store.RefundPaymentsOf(row.Sale)
                    .Select(one => new CardRefundItem(one.Amount, one.State, one.ResponseCode)),
            ],
            Invoiced = context.Store.InvoicesOf(row.Sale).Count > 0,
        };
        if (context.Store.RefundsOf(row.Sale) is not { Count: > 0 } refunds)
            return sale;
        var zero = Money.Zero(row.Total.Currency);
        var given = refunds.Aggregate(zero, (sum, one) => sum + one.All);
        var tip = (entry?.Body as SaleCompleted)?.Tip ?? zero;
        return sale with { Given = given, AllGiven = given >= row.Total + tip };
    }

    private ApiAnswer<SlipDocument> Void(ApiCall call, VoidBody body)
    {
        var store = context.Store;
        var reason = CardScrubber.Mask(body.Reason.Trim());
        if (ReasonFault(reason) is { } fault)
            return fault;
        if (store.FindSale(body.ReceiptNumber) is not { } row
            || store.SaleEntry(row)?.Body is not SaleCompleted sale)
            return ApiFault.Of(FaultCode.BadInput, "There is no such receipt on this terminal.");
        var overrule = new Overrule(
            "A manager has to approve that a sale is taken back.", row.Sale, 0, row.Total.Minor);
        if (store.Settings.VoidNeedsManager && row.VoidedBy is null
            && people.Approve(call, body.Manager, OverrideSubject.Void, overrule) is { } refused)
            return refused;
        var outcome = store.VoidSale(row.Sale, call.Cashier, reason);
        if (outcome is not { IsStored: true, Entry: { Body: SaleVoided voided } entry })
            return ApiFault.Of(outcome);
        Out(entry);
        return new SlipDocument(voided.ReceiptNumber, VoidSlip.Text(
            ReceiptHead.Of(store), entry.Header, voided, sale, isCopy: false));
    }

    /// <summary>A receipt that may have come out already is a copy, and marked as one.</summary>
    private ApiAnswer<SlipDocument> Copy(ApiCall call, CopyBody body)
    {
        var store = context.Store;
        if (store.FindSale(body.ReceiptNumber) is not { } row
            || store.SaleEntry(row) is not { Body: SaleCompleted sale } entry)
            return ApiFault.Of(FaultCode.BadInput, "There is no such receipt on this terminal.");
        store.MarkPrinted(row.Sale);
        var outcome = store.CopyReceipt(row.Sale, call.Cashier);
        if (outcome is not { IsStored: true, Entry: { Body: ReceiptCopied copied } written })
            return ApiFault.Of(outcome);
        Out(written);
        return new SlipDocument(row.ReceiptNumber, SaleReceipt.Paper(
            ReceiptHead.Of(store), entry.Header, sale, isCopy: true, copied.Copy).ToString())
        {
            Copy = copied.Copy,
        };
    }

    /// <summary>With a printer it prints; without one, what the screen shows is all there is.</summary>
    private void Out(Entry entry)
    {
        if (context.Printing.HasPrinter)
            context.Printing.Ring();
        else
            context.Store.MarkPrinted(entry);
    }

    private static FaultDocument? ReasonFault(string reason) =>
        reason.Length is 0 or > 200 || reason.Any(char.IsControl)
            ? ApiFault.Of(FaultCode.BadInput, "Say why, in 1 to 200 characters.")
            : null;
}
