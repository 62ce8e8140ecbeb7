using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private PaperSettings _paper = PaperSettings.None;

    /// <summary>Language and printer of this terminal.</summary>
    public PaperSettings Paper => Locked(() => _paper);

    /// <summary>
    /// Changes the settings. A printer that is set where there was none begins with what comes from now on:
    /// what
    /// was shown before has been seen.
    /// </summary>
    public WriteOutcome ChangePaper(Func<PaperSettings, PaperSettings> change)
    {
        lock (_gate)
            return Commit(batch =>
            {
                var (before, after) = (_paper, change(_paper));
                _values.Set(ValueTable.Paper, after, StoreJson.Default.PaperSettings);
                if (before.Printer is null && after.Printer is not null)
                    _print.Clear();
                batch.After(() => _paper = after);
                return null;
            });
    }

    /// <summary>A receipt is about to be printed again: the entry counts it.</summary>
    public WriteOutcome CopyReceipt(Id sale, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_sales.Find(sale) is not { } row)
                    return WriteOutcome.Not(
                        WriteStatus.SaleUnknown, $"There is no sale {sale} on this terminal.");
                var copy = _print.Copies(sale) + 1;
                batch.Add(new ReceiptCopied(sale, row.ReceiptNumber, copy, cashier), _clocks.Now);
                return null;
            });
    }

    /// <summary>How often a receipt was printed again.</summary>
    public int CopiesOf(Id sale) => Locked(() => _print.Copies(sale));

    /// <summary>Entries whose paper has not come out, oldest first; sales are not among them.</summary>
    public IReadOnlyList<Entry> PrintsWaiting => Locked<IReadOnlyList<Entry>>(() => _enrolment is null
        ? []
        : [.. _print.Waiting()
            .Select(place => _journal.Read(_enrolment.Journal with { Epoch = place.Epoch },
                place.Number).Entry)
            .OfType<Entry>()]);

    /// <summary>
    /// Durable before the first byte of a paper goes to the printer: from then on it may have come out, and
    /// what prints of this entry later is a copy.
    /// </summary>
    public WriteOutcome BeginPrint(Entry entry)
    {
        lock (_gate)
            return Commit(_ =>
            {
                _print.Begun(Place.Of(entry.Header));
                return null;
            });
    }

    /// <summary>The printer has said that the paper did not come out whole: nobody has it.</summary>
    public WriteOutcome TakeBackPrint(Entry entry)
    {
        lock (_gate)
            return Commit(_ =>
            {
                _print.TakenBack(Place.Of(entry.Header));
                return null;
            });
    }

    /// <summary>Whether the paper of an entry that waits may have come out.</summary>
    public bool MayBeOnPaper(Entry entry) => Locked(() => _print.IsBegun(Place.Of(entry.Header)));

    /// <summary>The paper of an entry is out; of a sale it is its first receipt.</summary>
    public WriteOutcome MarkPrinted(Entry entry)
    {
        if (entry.Body is SaleCompleted sale)
            return MarkPrinted(sale.Sale);
        lock (_gate)
            return Commit(_ =>
            {
                _print.Done(Place.Of(entry.Header));
                return null;
            });
    }
}
