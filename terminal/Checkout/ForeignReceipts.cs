using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>Asks the back office for a sale of another terminal.</summary>
internal delegate Task<Reply<ForeignSale>> AskSale(
    string receiptNumber, TimeSpan timeout, CancellationToken cancel);

/// <summary>
/// Receipts of the merchant's other terminals, for a refund here. Only the back office knows them and what
/// is left of them, so without a line nothing is given back.
/// </summary>
internal sealed class ForeignReceipts(TerminalStore store, AskSale ask)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>An invoice is made without a line too, so nobody waits long for one that hangs.</summary>
    private static readonly TimeSpan InvoiceTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Whether this is a receipt number of another terminal, in capitals or not.</summary>
    public bool IsForeign(string text, out string receiptNumber)
    {
        var isNumber = ReceiptNumber.TryParse(text, out var number);
        receiptNumber = $"{number}";
        return isNumber && store.Enrolment is { } enrolment && number!.Terminal != enrolment.Terminal;
    }

    /// <summary>The sale with what is left of it, or a sentence that says what to do.</summary>
    public async Task<(ForeignSale? Sale, string? Fault)> Find(string receiptNumber, CancellationToken cancel)
    {
        var reply = await ask(receiptNumber, Timeout, cancel);
        if (reply.IsAnswered)
            return reply.Value.Sale.ReceiptNumber == receiptNumber
                ? (WithOwn(reply.Value), null)
                : (null, "The back office answered with another receipt; try again.");
        return reply.Kind == ReplyKind.Refused
            ? (null, reply.Problem!.Sentence)
            : (null, Offline(receiptNumber));
    }

    /// <summary>
    /// Why this till makes no invoice of a sale of its own: what another till gave back of it is no entry
    /// here, so the invoice would name the whole sum. Null also where the back office cannot be asked.
    /// </summary>
    public async Task<string?> NoInvoice(SaleRow sale, CancellationToken cancel)
    {
        var reply = await ask(sale.ReceiptNumber, InvoiceTimeout, cancel);
        if (!reply.IsAnswered || reply.Value.Sale.Sale != sale.Sale)
            return null;
        var own = store.RefundsOf(sale.Sale).Select(one => one.Refund).ToHashSet();
        var elsewhere = reply.Value.Earlier.Where(one => !own.Contains(one.Refund))
            .Aggregate(Money.Zero(sale.Total.Currency), (sum, one) => sum + one.Total);
        return elsewhere.IsZero ? null
            : $"Of receipt {sale.ReceiptNumber}, {elsewhere} was given back at another till, and an invoice "
                + "made here would name the whole sum. Give the rest back here, sell it again, and make the "
                + "invoice of that sale.";
    }

    /// <summary>What was given back of it here counts, though it may not have arrived yet.</summary>
    private ForeignSale WithOwn(ForeignSale sale) => sale with
    {
        Earlier =
        [
            .. sale.Earlier,
            .. store.RefundsOf(sale.Sale.Sale).Where(
                own => sale.Earlier.All(told => told.Refund != own.Refund)),
        ],
    };

    /// <summary>What a cashier can do about a receipt of another till without a line.</summary>
    public static string Offline(string receiptNumber) =>
        $"Receipt {receiptNumber} was made at till {receiptNumber.Split('-')[0]}, and the back office cannot "
        + "be asked what is left of it. Give it back at that till, or here when the line is back.";

    /// <summary>The row that this terminal would have of it.</summary>
    public static SaleRow RowOf(ForeignSale sale)
    {
        ReceiptNumber.TryParse(sale.Sale.ReceiptNumber, out var number);
        return new SaleRow(
            sale.Sale.Sale, number?.Journal.Epoch ?? 1, 0, sale.Sale.Receipt, sale.Sale.ReceiptNumber,
            sale.BusinessDate, sale.Sale.Total, null, true);
    }
}
