using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private const int ReasonLengthMax = 200;
    private const long PiecesMax = 1_000_000;

    /// <summary>Writes off goods that can no longer be sold.</summary>
    public WriteOutcome WasteStock(IReadOnlyList<StockChange> lines, string reason, string cashier)
    {
        lock (_gate)
            return Commit(batch => CheckGoods(lines) ?? CheckReason(reason)
                ?? Added(batch, new StockWasted(lines, reason, cashier)));
    }

    /// <summary>Sends goods to another store; the number on the slip is made here.</summary>
    public WriteOutcome SendTransfer(string to, IReadOnlyList<StockChange> lines, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (!IsStore(to))
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"'{to}' is no store: its id is 1 to 16 lower-case letters, digits and hyphens.");
                if (to == _enrolment!.Store)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"{to} is this store; name the one that the goods go to.");
                return CheckGoods(lines) ?? Added(batch, new TransferSent(
                    TransferTable.NumberOf(batch.Head.Journal, batch.Next), _enrolment.Store, to, lines,
                    cashier));
            });
    }

    /// <summary>
    /// Writes down what arrived of a transfer. Its slip is enough: what was sent may not be known here yet.
    /// </summary>
    /// <param name="isLast">Nothing more of it is expected.</param>
    public WriteOutcome ReceiveTransfer(
        string transfer, IReadOnlyList<StockChange> lines, bool isLast, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (!IsTransfer(transfer))
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"'{transfer}' is no transfer's number; it reads like TERM0001-1-T000017.");
                var known = _transfers.Find(transfer);
                var own = _enrolment!.Store;
                if (known is not null && known.To != own)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"Transfer {transfer} goes to {known.To}, not to {own}.");
                if (known?.Parts.Any(part => part is { IsArrival: true, IsLast: true }) is true)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"Transfer {transfer} has been received already.");
                return CheckGoods(lines) ?? Added(
                    batch, new TransferReceived(transfer, known?.From ?? "", own, lines, isLast, cashier));
            });
    }

    /// <summary>Transfers from and to this store, the latest first.</summary>
    public IReadOnlyList<Transfer> Transfers(int most = 200) => Locked(() => _transfers.Newest(most));

    public Transfer? FindTransfer(string number) => Locked(() => _transfers.Find(number));

    /// <summary>All stores that have a stock level here, the own one included.</summary>
    public IReadOnlyList<string> KnownStores => Locked(_stock.Stores);

    private static WriteOutcome? CheckGoods(IReadOnlyList<StockChange> lines)
    {
        var skus = lines.Select(line => line.Sku).ToList();
        if (CheckLines(skus) is { } malformed)
            return malformed;
        if (skus.Distinct().Count() < skus.Count)
            return WriteOutcome.Not(WriteStatus.Malformed, "Each product is named once.");
        return lines.Any(line => line.Quantity is < 1 or > PiecesMax)
            ? WriteOutcome.Not(WriteStatus.Malformed, $"A quantity is 1 to {PiecesMax} pieces.")
            : null;
    }

    private static WriteOutcome? CheckReason(string reason) =>
        reason.Length is 0 or > ReasonLengthMax || reason.Any(char.IsControl)
            ? WriteOutcome.Not(
                WriteStatus.Malformed, $"Say why, in 1 to {ReasonLengthMax} characters.")
            : null;

    private static bool IsStore(string name) => name.Length is >= 1 and <= 16
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Terminal, epoch, T and a number; see <see cref="TransferTable.NumberOf"/>.</summary>
    private static bool IsTransfer(string number) => number.Split('-') is [{ Length: 8 } terminal, var epoch,
        ['T', .. var digits]]
        && terminal.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
        && epoch.Length is >= 1 and <= 6 && epoch.All(char.IsAsciiDigit)
        && digits.Length is >= 6 and <= 12 && digits.All(char.IsAsciiDigit);
}
