using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Printing;

/// <summary>
/// Prints what waits, oldest first, one paper at a time. What waits is in the store: a sale's receipt from
/// the moment the sale is on disk, and a paper is crossed out only when the printer has said that it came
/// out. So a printer that is gone, out of paper or slow loses nothing. Thread-safe.
/// </summary>
internal sealed class PrintDesk(TerminalStore store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _printer = new(1);
    private volatile bool _drawerDue;
    private readonly SemaphoreSlim _bell = new(0, 1);

    public PrinterPatience Patience { get; init; } = PrinterPatience.Normal;

    public bool HasPrinter => store.Paper.Printer is not null;

    /// <summary>What the printer last came to; null before it was asked.</summary>
    public PrintResult? Last { get; private set; }

    /// <summary>A sale is on disk: the drawer opens and the receipt prints, while the caller goes
    /// on.</summary>
    public void Sold(SaleCompleted sale)
    {
        if (sale.Tenders.Any(tender => tender.Kind == TenderKind.Cash))
            _drawerDue = true;
        Ring();
    }

    /// <summary>Something has to be printed.</summary>
    public void Ring()
    {
        if (_bell.CurrentCount == 0)
            try
            {
                _bell.Release();
            }
            catch (SemaphoreFullException)
            {
                return; // Another rang at the same moment; one bell is enough.
            }
    }

    /// <summary>Prints for as long as the terminal runs.</summary>
    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            try
            {
                using var tick = new CancellationTokenSource(RetryAfter, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, stop);
                await _bell.WaitAsync(either.Token).ContinueWith(
                    _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                store.EndDrillIfOver();
                var isDrawerDue = _drawerDue;
                _drawerDue = false; // Before it opens: a sale meanwhile wants it anew.
                if (isDrawerDue)
                    await OpenDrawer(stop);
                await PrintWaiting(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception) when (!stop.IsCancellationRequested)
            {
                // A journal that cannot be read now, say. What waits is in it, and is tried again.
                Last = PrintResult.Fault;
            }
    }

    /// <summary>
    /// Prints what waits, up to the first paper that does not come out. Null when there is no printer, else
    /// what the last one came to.
    /// </summary>
    public async Task<PrintResult?> PrintWaiting(CancellationToken cancel)
    {
        await _printer.WaitAsync(cancel);
        try
        {
            if (store.Paper.Printer is not { } printer || LinkTo(printer) is not { } link)
                return null;
            var result = PrintResult.Printed;
            foreach (var entry in Waiting())
            {
                Last = result = await Print(link, printer, entry, cancel);
                if (result != PrintResult.Printed)
                    return result;
                store.MarkPrinted(entry);
            }
            return result;
        }
        finally
        {
            _printer.Release();
        }
    }

    /// <summary>
    /// What a completed sale asks of the printer: the drawer at once, then its paper. Called when the sale
    /// is on disk, never before.
    /// </summary>
    public async Task<PrintResult?> AfterSale(SaleCompleted sale, CancellationToken cancel)
    {
        if (sale.Tenders.Any(tender => tender.Kind == TenderKind.Cash))
            await OpenDrawer(cancel);
        return await PrintWaiting(cancel);
    }

    /// <summary>Null when no drawer is set up.</summary>
    public async Task<PrintResult?> OpenDrawer(CancellationToken cancel) =>
        store.Paper.Printer is { Drawer: true } printer && LinkTo(printer) is { } link
            ? await link.Command(EscPos.OpenDrawerNow.ToArray(), cancel)
            : null;

    /// <summary>A page that shows language, columns and code; waits for nothing else.</summary>
    public async Task<PrintResult?> PrintTest(CancellationToken cancel)
    {
        if (store.Paper.Printer is not { } printer || LinkTo(printer) is not { } link)
            return null;
        await _printer.WaitAsync(cancel);
        try
        {
            return Last = await link.Print(PaperPrint.Of(TestPaper.Of(ReceiptHead.Of(store)), printer),
                cancel);
        }
        finally
        {
            _printer.Release();
        }
    }

    /// <summary>How the printer is now; null when none is set up.</summary>
    public async Task<PrintResult?> Ask(CancellationToken cancel) =>
        store.Paper.Printer is { } printer && LinkTo(printer) is { } link
            ? Last = await link.Ask(cancel)
            : null;

    /// <summary>How many papers have not come out.</summary>
    public int WaitingCount => store.SalesNotPrinted.Count + store.PrintsWaiting.Count;

    public void Dispose()
    {
        _printer.Dispose();
        _bell.Dispose();
    }

    /// <summary>
    /// That the printer may have begun is on disk before it gets a byte of the paper, so that after a crash
    /// a second paper says that it is a copy. Where even that cannot be written, the paper is worth more.
    /// </summary>
    private async Task<PrintResult> Print(
        PrinterLink link, PrinterSettings printer, Entry entry, CancellationToken cancel)
    {
        var isAgain = store.MayBeOnPaper(entry);
        if (EntryPaper.Of(store, entry, isAgain) is not { } paper)
            return PrintResult.Printed;
        var hasBegun = false;
        var result = await link.Print(PaperPrint.Of(paper, printer), cancel, begin: () =>
        {
            hasBegun = true;
            store.BeginPrint(entry);
        });
        if (!isAgain && hasBegun && result is PrintResult.PaperOut or PrintResult.CoverOpen)
            store.TakeBackPrint(entry);
        return result;
    }

    private IEnumerable<Entry> Waiting() => store.SalesNotPrinted.Select(store.SaleEntry).OfType<Entry>()
        .Concat(store.PrintsWaiting)
        .OrderBy(entry => (entry.Header.Journal.Epoch, entry.Header.Number));

    private PrinterLink? LinkTo(PrinterSettings printer) => PrinterAddress.TryParse(printer.Address)
        is { } address
        ? new PrinterLink(address, Patience, time)
        : null;
}
