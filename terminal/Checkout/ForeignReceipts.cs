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
