using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <param name="Items">Goods that come back; empty with no amount: all that is left.</param>
/// <param name="Amount">As typed: this much, and no goods.</param>
/// <param name="Tip">As typed: this much of the tip as well.</param>
/// <param name="Earlier">How many refunds of the sale the screen had seen, so that a second tap is no second
/// refund.</param>
internal sealed record RefundBody(
    string ReceiptNumber,
    IReadOnlyList<RefundItemBody> Items,
    string Reason = "",
    string? Amount = null,
    int Earlier = 0,
    PinBody? Manager = null,
    string? Tip = null);

/// <param name="Sale">Of which a refund has no answer.</param>
internal sealed record OpenRefundBody(Id Sale);

internal sealed record RefundItemBody(string Sku, long Quantity);

/// <summary>What can be given back of a sale, and what the chosen part comes to.</summary>
/// <param name="Chosen">Null where it cannot be given back; the fault says why.</param>
internal sealed record RefundPlanDocument(
    string ReceiptNumber,
    Money Total,
    Money Left,
    int Earlier,
    IReadOnlyList<RefundLineDocument> Lines,
    Money? Chosen,
    IReadOnlyList<PaidTenderDocument> Tenders,
    string? Fault)
{
    /// <summary>Of the tip, what can still be given back; null for none.</summary>
    public Money? TipLeft { get; init; }
}

/// <param name="Left">Pieces that did not come back yet.</param>
internal sealed record RefundLineDocument(string Sku, string Name, long Sold, long Left);

internal sealed record RefundedDocument(
    string ReceiptNumber, Money Total, IReadOnlyList<PaidTenderDocument> Tenders, string Slip)
{
    /// <summary>What reduces the invoice of the sale; null where there is none.</summary>
    public string? CreditNote { get; init; }
}

/// <summary>Giving a part of a sale back, as the verb `refund` does it.</summary>
internal sealed class RefundApi(TerminalContext context)
{
    private const int ItemsMax = TerminalStore.LinesMax;

    /// <summary>One at a time: what was seen is compared and acted upon before another is.</summary>
    private int _isGiving;

    /// <summary>How long a foreign sale is planned with before it is asked for again.</summary>
    private static readonly TimeSpan ToldLasts = TimeSpan.FromMinutes(1);

    private ForeignSale? _told;
    private DateTimeOffset _toldAt;

    /// <param name="Row">Null where another terminal made the sale.</param>
    private sealed record Found(
        SaleRow? Row, ForeignSale? Elsewhere, SaleCompleted Sale, IReadOnlyList<SaleRefunded> Earlier);

    public void Map(ApiRoutes api)
    {
        api.Post("/api/refund/plan", UiJson.Default.RefundBody, UiJson.Default.RefundPlanDocument,
            Need.Cashier, Plan);
        api.Post("/api/refund/again", UiJson.Default.OpenRefundBody, UiJson.Default.RefundedDocument,
            Need.Cashier, Again);
        api.Post("/api/refund/giveup", UiJson.Default.OpenRefundBody, UiJson.Default.DoneDocument,
            Need.Cashier, (_, body) => context.Store.DropRefund(body.Sale) is { IsStored: false } failed
                ? ApiFault.Of(failed)
                : new DoneDocument());
        api.Post("/api/refund", UiJson.Default.RefundBody, UiJson.Default.RefundedDocument, Need.Cashier,
            Refund);
    }

    private async Task<ApiAnswer<RefundPlanDocument>> Plan(ApiCall call, RefundBody body)
    {
        var (found, unknown) = await Find(body, mayBeOld: true);
        if (found is not { Sale: var sale })
            return unknown!;
        var earlier = found.Earlier;
        var (chosen, fault) = context.Refunds().Plan(OrderOf(call, body, found, null));
        return new RefundPlanDocument(
            sale.ReceiptNumber, sale.Total,
            earlier.Aggregate(sale.Total, (left, one) => left - one.Total), earlier.Count,
            LinesOf(sale, earlier), chosen?.All, TendersOf(chosen, sale),
            fault is null ? null : Spoken.By(context.Store).Of(fault))
        {
            TipLeft = RefundFlow.TipLeft(sale, earlier) is { IsZero: false } tip ? tip : null,
        };
    }

    private async Task<ApiAnswer<RefundedDocument>> Refund(ApiCall call, RefundBody body)
    {
        if (body.Reason.Trim() is { Length: 0 or > 200 } || body.Reason.Any(char.IsControl))
            return ApiFault.Of(FaultCode.BadInput, "Say why, in 1 to 200 characters.");
        var (found, unknown) = await Find(body, mayBeOld: false);
        if (found is not { Sale: var sale })
            return unknown!;
        if (ApproverOf(call, body.Manager, out var approver) is { } refused)
            return refused;
        if (Interlocked.Exchange(ref _isGiving, 1) != 0)
            return ApiFault.Of(FaultCode.Busy, "A refund is under way; wait for its answer.");
        try
        {
            if ((found.Row is null ? found.Earlier : context.Store.RefundsOf(sale.Sale)).Count
                != body.Earlier)
                return ApiFault.Of(
                    FaultCode.BadInput, "A part was given back meanwhile; look at the sale again.");
            // What has begun is brought to its end even when the screen goes.
            var result = await context.Refunds().Refund(
                OrderOf(call, body, found, approver), CancellationToken.None);
            if (result.NotStored is { } notStored)
                return ApiFault.Of(notStored);
            return result.Entry is { Body: SaleRefunded refund } entry
                ? Given(entry, refund, sale)
                : ApiFault.Of(FaultCode.BadInput, result.Fault!);
        }
        finally
        {
            Volatile.Write(ref _isGiving, 0);
        }
    }

    /// <summary>It was approved when it was first asked for; who asks again gives nothing new away.</summary>
    private async Task<ApiAnswer<RefundedDocument>> Again(ApiCall call, OpenRefundBody body)
    {
        if (Interlocked.Exchange(ref _isGiving, 1) != 0)
            return ApiFault.Of(FaultCode.Busy, "A refund is under way; wait for its answer.");
        try
        {
            var result = await context.Refunds().Again(body.Sale, CancellationToken.None);
            if (result.NotStored is { } notStored)
                return ApiFault.Of(notStored);
            if (result.Entry is not { Body: SaleRefunded refund } entry)
                return ApiFault.Of(FaultCode.BadInput, result.Fault!);
            return (refund.SoldElsewhere ?? (context.Store.FindSale(refund.Sale) is { } row
                ? context.Store.SaleEntry(row)?.Body : null)) is SaleCompleted sale
                    ? Given(entry, refund, sale)
                    : ApiFault.Of(FaultCode.NotStored, $"Receipt {refund.ReceiptNumber} cannot be read.");
        }
        finally
        {
            Volatile.Write(ref _isGiving, 0);
        }
    }

    /// <summary>With a printer it prints; without one, what the screen shows is all there is.</summary>
    private RefundedDocument Given(Entry entry, SaleRefunded refund, SaleCompleted sale)
    {
        if (context.Printing.HasPrinter)
            context.Printing.Ring();
        else
            context.Store.MarkPrinted(entry);
        var note = context.Store.CreditNoteOf(refund);
        if (note is not null && !context.Printing.HasPrinter)
            context.Store.MarkPrinted(note);
        return new RefundedDocument(
            refund.ReceiptNumber, refund.All, TendersOf(refund, sale),
            RefundSlip.Text(ReceiptHead.Of(context.Store), entry.Header, refund, sale))
        {
            CreditNote = (note?.Body as InvoiceIssued)?.InvoiceNumber,
        };
    }

    /// <summary>
    /// A manager who is signed in, or one who types the PIN; nobody where there is no staff.
    /// </summary>
    private FaultDocument? ApproverOf(ApiCall call, PinBody? manager, out string? approver)
    {
        approver = call.Who is { IsManager: true, Person.Length: > 0 } who ? who.Person : null;
        if (approver is not null || context.Store.Staff.Count == 0)
            return null;
        if (manager is null)
            return ApiFault.Of(FaultCode.ManagerNeeded, "A refund takes a manager.");
        var pin = context.Pins.CheckManager(manager.Person, manager.Pin);
        approver = pin.Member?.Person;
        return pin.IsRight ? null : PeopleApi.Refused(pin);
    }

    /// <summary>The sale of this terminal, or of another one as the back office tells it.</summary>
    /// <param name="mayBeOld">What was told within the last minute will do.</param>
    private async Task<(Found? Found, FaultDocument? Fault)> Find(RefundBody body, bool mayBeOld)
    {
        if (body.Items.Count > ItemsMax
            || body.Items.Any(item => item.Quantity is < 1 or > Basket.QuantityMax))
            return (null, ApiFault.Of(
                FaultCode.BadInput, "Say how many pieces of which goods come back."));
        if (context.Store.FindSale(body.ReceiptNumber) is { } own
            && context.Store.SaleEntry(own)?.Body is SaleCompleted sold)
            return (new Found(own, null, sold, context.Store.RefundsOf(own.Sale)), null);
        var foreign = context.Foreign();
        if (!foreign.IsForeign(body.ReceiptNumber, out var number))
            return (null, ApiFault.Of(FaultCode.BadInput, "There is no such receipt on this terminal."));
        if (mayBeOld && _told is { } told && told.Sale.ReceiptNumber == number
            && context.Store.Now - _toldAt < ToldLasts)
            return (new Found(null, told, told.Sale, told.Earlier), null);
        var (sale, fault) = await foreign.Find(number, CancellationToken.None);
        (_told, _toldAt) = (sale, context.Store.Now);
        return sale is null
            ? (null, ApiFault.Of(FaultCode.BadInput, fault!))
            : (new Found(null, sale, sale.Sale, sale.Earlier), null);
    }

    private static RefundOrder OrderOf(
        ApiCall call, RefundBody body, Found found, string? approver) => RefundOrder.Of(
        found.Row, found.Elsewhere, [.. body.Items.Select(item => new BasketItem(item.Sku, item.Quantity))],
        string.IsNullOrWhiteSpace(body.Amount) ? null : body.Amount.Trim(), call.Cashier, approver,
        CardScrubber.Mask(body.Reason.Trim())) with
    {
        Tip = string.IsNullOrWhiteSpace(body.Tip) ? null : body.Tip.Trim(),
    };

    private static IReadOnlyList<RefundLineDocument> LinesOf(
        SaleCompleted sale, IReadOnlyList<SaleRefunded> earlier)
    {
        var given = earlier.SelectMany(one => one.Lines).ToLookup(line => line.Sku, line => line.Quantity);
        return
        [
            .. sale.Lines.GroupBy(line => line.Sku).Select(goods => (goods.First().Name, goods.Key,
                Sold: goods.Sum(line => line.Quantity))).Select(goods => new RefundLineDocument(
                    goods.Key, goods.Name, goods.Sold, goods.Sold - given[goods.Key].Sum())),
        ];
    }

    private static IReadOnlyList<PaidTenderDocument> TendersOf(SaleRefunded? refund, SaleCompleted sale) =>
    [
        .. (refund?.Tenders ?? []).Select(tender => (tender, sale.Tenders.FirstOrDefault(
            paid => paid.Payment is not null && paid.Payment.Payment == tender.Payment)?.Payment?.Card))
            .Select(one => new PaidTenderDocument(
                one.tender.Kind, one.tender.Amount, null, one.Item2?.Scheme, one.Item2?.LastFour)),
    ];
}
