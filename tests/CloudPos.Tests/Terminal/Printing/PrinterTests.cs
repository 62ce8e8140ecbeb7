using System.Runtime.CompilerServices;
using CloudPos.Local.Printer;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Printing;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Terminal.Cli;
using CloudPos.Tests.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Printing;

/// <summary>Verbs with a printer: what a cashier sees come out, and what does not get lost.</summary>
public sealed class PrinterTests : IAsyncLifetime
{
    private static readonly PrinterPatience Patient =
        new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));

    private readonly TestCli _cli = new();
    private readonly PrinterDouble _printer = PrinterDouble.Start(TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        Patiently();
        Assert.Equal(0, (await _cli.Run(
            "printer", "set", "--address", $"tcp://{_printer.Address}")).Code);
    }

    [Fact]
    public async Task A_cash_sale_opens_the_drawer_and_prints_its_receipt()
    {
        var run = await Sell();

        var sheet = Assert.Single(_printer.Sheets);
        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.Contains("SALE                     TERM0001-1-000001", sheet.Text);
        Assert.Equal("TERM0001-1-000001", sheet.QrContent);
        await Kicked();
        Assert.Empty(_printer.Faults);
        Assert.Empty(_cli.Peek(store => store.SalesNotPrinted));
    }

    [Fact]
    public async Task A_refused_sale_leaves_the_drawer_shut()
    {
        await _cli.Run("sale", "--line", "NOSUCH", "--pay", "cash");

        Assert.Equal((0, 0), (_printer.DrawerKicks, _printer.Sheets.Count));
    }

    [Theory]
    [InlineData(nameof(PrinterMood.PaperOut), "out of paper")]
    [InlineData(nameof(PrinterMood.CoverOpen), "cover is open")]
    public async Task Without_paper_the_sale_stands_and_its_first_receipt_comes_later(string mood,
        string told)
    {
        _printer.Mood = Enum.Parse<PrinterMood>(mood);
        var run = await Sell();
        Assert.Equal(0, run.Code);
        Assert.Contains(told, run.Errors);
        await Kicked(); // The change has to be given all the same.
        Assert.Empty(_printer.Sheets);

        _printer.Mood = PrinterMood.Fine;
        await _cli.Run("printer", "print");

        Assert.DoesNotContain("COPY", Assert.Single(_printer.Sheets).Text);
        Assert.Equal(1, _printer.DrawerKicks);
    }

    [Fact]
    public async Task A_roll_that_ends_in_the_middle_prints_the_receipt_whole_again_and_not_twice()
    {
        _printer.LinesLeft = 6;
        Patiently(finish: TimeSpan.FromSeconds(1));
        var run = await Sell();
        Assert.Contains("out of paper", run.Errors);

        Patiently();
        await Until(() => _printer.WaitingCount == 0);
        _printer.Mood = PrinterMood.Fine;
        var printed = await _cli.Run("printer", "print");

        Assert.Equal(0, printed.Code);
        var text = Assert.Single(_printer.Sheets).Text;
        Assert.Contains("Thank you", text);
        Assert.DoesNotContain("COPY", text);
    }

    /// <summary>The power goes when the paper has been cut off and nobody has written that down.</summary>
    [Fact]
    public async Task A_receipt_that_may_be_out_when_the_program_dies_prints_again_as_a_copy_and_once()
    {
        using var power = new CancellationTokenSource();
        var store = _cli.Shop.Till.Open();
        var sale = store.CompleteSale(TestTill.CashSale()).Entry!;
        using var desk = new PrintDesk(store, TimeProvider.System) { Patience = Patient };
        var marked = new List<bool>();
        _printer.Cut = _ =>
        {
            marked.Add(store.MayBeOnPaper(sale));
            power.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => desk.PrintWaiting(power.Token));
        _printer.Cut = null;
        _cli.Shop.Till.Close();

        await _cli.Run("printer", "print");
        await _cli.Run("printer", "print");

        Assert.Equal([true], marked);
        Assert.Equal(["TERM0001-1-000001", "TERM0001-1-000001"], _printer.Sheets.Select(s => s.QrContent));
        Assert.DoesNotContain("COPY", _printer.Sheets[0].Text);
        Assert.Contains("*** COPY ***", _printer.Sheets[1].Text);
        Assert.Single(_cli.Peek(again => again.Sales()));
        Assert.False(_cli.Peek(again => again.MayBeOnPaper(sale)));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_read_for_a_while_does_not_end_the_printing()
    {
        var store = _cli.Shop.Till.Open();
        using var stop = new CancellationTokenSource();
        using var desk = new PrintDesk(store, TimeProvider.System) { Patience = Patient };
        MustReopen(store) = true;
        desk.Ring();
        var running = desk.Run(stop.Token);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);

        MustReopen(store) = false;
        store.CompleteSale(TestTill.CashSale());
        desk.Ring();
        await Until(() => _printer.Sheets.Count > 0);
        await stop.CancelAsync();
        await running;

        Assert.Single(_printer.Sheets);
        _cli.Shop.Till.Close();
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_mustReopen")]
    private static extern ref bool MustReopen(TerminalStore store);

    /// <summary>The program dies before a byte of the paper went: nobody can have it.</summary>
    [Fact]
    public async Task A_receipt_of_which_nothing_can_be_out_prints_later_as_the_first()
    {
        _printer.Mood = PrinterMood.PaperOut;
        await Sell();
        var sale = _cli.Peek(store => store.SaleEntry(Assert.Single(store.SalesNotPrinted))!);
        Assert.False(_cli.Peek(store => store.MayBeOnPaper(sale)));

        _printer.Mood = PrinterMood.Fine;
        await _cli.Run("printer", "print");

        Assert.DoesNotContain("COPY", Assert.Single(_printer.Sheets).Text);
    }

    [Fact]
    public async Task A_printer_that_is_gone_loses_nothing()
    {
        using var gone = new TakenPort();
        await _cli.Run("printer", "set", "--address", $"tcp://{gone.Address}");

        var first = await Sell();
        await Sell();
        await _cli.Run("printer", "set", "--address", $"tcp://{_printer.Address}");
        await _cli.Run("printer", "print");

        Assert.Contains("cannot be reached", first.Errors);
        Assert.Equal(
            ["TERM0001-1-000001", "TERM0001-1-000002"], _printer.Sheets.Select(sheet => sheet.QrContent));
    }

    [Fact]
    public async Task Copies_are_marked_and_counted_and_stand_in_the_journal()
    {
        await Sell();
        await _cli.Run("receipt", "--cashier", "Kim");
        await _cli.Run("receipt");

        Assert.Contains("*** COPY 1 ***", _printer.Sheets[1].Text);
        Assert.Contains("*** COPY 2 ***", _printer.Sheets[2].Text);
        Assert.Equal(3, _printer.Sheets.Count);
        Assert.Equal(2, _cli.Peek(store => store.Entries(1, 100).Count(
            line => line.Entry?.Body is CloudPos.Journal.ReceiptCopied)));
    }

    [Fact]
    public async Task A_void_slip_that_could_not_print_comes_later()
    {
        await Sell();
        _printer.Mood = PrinterMood.PaperOut;
        await _cli.Run("void", "--receipt", "1", "--reason", "wrong size");
        _printer.Mood = PrinterMood.Fine;
        await _cli.Run("printer", "print");

        Assert.Contains("VOID ", _printer.Sheets[1].Text);
    }

    [Fact]
    public async Task Paper_speaks_the_stores_language_with_its_figures_and_dates()
    {
        Assert.Equal(0, (await _cli.Run("printer", "language", "--locale", "de-DE")).Code);
        await Sell();

        var text = Assert.Single(_printer.Sheets).Text;
        Assert.Contains("SUMME EUR                            34,90", text);
        Assert.Contains("Vielen Dank", text);
        Assert.Contains("Rückgeld", text);
    }

    [Fact]
    public async Task A_device_file_takes_the_same_bytes()
    {
        var device = Path.Combine(_cli.Data, "lp0");
        await File.WriteAllBytesAsync(device, []);
        await _cli.Run("printer", "set", "--address", device, "--no-drawer");

        await Sell();

        var head = new PrintHead(576);
        var sheets = new EscPosReader().Read(await File.ReadAllBytesAsync(device)).Select(
            head.Do).OfType<Sheet>();
        Assert.Contains("TOTAL EUR", Assert.Single(sheets).Text);
    }

    [Fact]
    public async Task A_printer_that_says_nothing_is_given_up_within_its_time()
    {
        _printer.Mood = PrinterMood.Dumb;
        var patience = new PrinterPatience(
            Patient.Connect, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
        var link = new PrinterLink(
            PrinterAddress.TryParse($"tcp://{_printer.Address}")!, patience, TimeProvider.System);

        Assert.Equal(PrintResult.NoAnswer, await link.Print(new byte[] { 0x41 }, default));
    }

    [Fact]
    public async Task A_slow_printer_holds_up_no_sale_and_prints_each_receipt_once()
    {
        _printer.SlowLine = TimeSpan.FromMilliseconds(10);
        _printer.Mood = PrinterMood.Slow;

        var first = await Sell();
        var second = await Sell();

        Assert.Equal((0, "", 0, ""), (first.Code, first.Errors, second.Code, second.Errors));
        Assert.Equal(
            ["TERM0001-1-000001", "TERM0001-1-000002"], _printer.Sheets.Select(sheet => sheet.QrContent));
        Assert.DoesNotContain("COPY", _printer.Sheets[1].Text);
        Assert.Empty(_cli.Peek(store => store.SalesNotPrinted));
    }

    [Fact]
    public async Task A_printer_slower_than_patience_is_given_up_and_the_paper_still_waits()
    {
        _printer.Mood = PrinterMood.Slow;
        _printer.SlowLine = TimeSpan.FromSeconds(1);
        var patience = new PrinterPatience(
            Patient.Connect, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        var store = _cli.Shop.Till.Open();
        ShopTillOk(store.CompleteSale(CloudPos.Tests.Terminal.Journal.TestTill.CashSale()));
        using (var desk = new PrintDesk(store, TimeProvider.System) { Patience = patience })
            Assert.Equal(PrintResult.NoAnswer, await desk.PrintWaiting(default));
        Assert.Single(store.SalesNotPrinted);

        await Until(() => _printer.WaitingCount == 0);
        _printer.SlowLine = TimeSpan.Zero;
        _printer.Mood = PrinterMood.Fine;
        using (var desk = new PrintDesk(store, TimeProvider.System) { Patience = Patient })
            Assert.Equal(PrintResult.Printed, await desk.PrintWaiting(default));

        Assert.Empty(store.SalesNotPrinted);
        _cli.Shop.Till.Close();
    }

    [Fact]
    public async Task A_refund_slip_is_marked_names_no_card_number_and_keeps_the_drawer_as_it_was()
    {
        Told(paysBack: true);
        await Sell();
        await Kicked();

        var run = await _cli.Run(
            "refund", "--receipt", "1", "--line", "TEAx1", "--reason", "damaged", "--cashier", "Kim");

        Assert.Equal((0, ""), (run.Code, run.Errors));
        var slip = _printer.Sheets[1].Text;
        Assert.Contains("REFUND                   TERM0001-1-000001", slip);
        Assert.Contains("1 x Green tea", slip);
        Assert.Contains("-3.49", slip);
        Assert.Contains("Cash returned", slip);
        Assert.Contains("Reason: damaged", slip);
        Assert.Contains("Refunded by Kim", slip);
        Assert.Empty(new CloudPos.Cards.CardSearch(CloudPos.Tests.Terminal.Checkout.TestShop.Numbers)
            .Find(System.Text.Encoding.UTF8.GetBytes(slip)));
        Assert.True(_printer.Faults.Count == 0, string.Join('|', _printer.Faults));
    }

    [Fact]
    public async Task A_refund_slip_that_could_not_print_comes_later_and_once()
    {
        Told(paysBack: true);
        await Sell();
        _printer.Mood = PrinterMood.PaperOut;
        await _cli.Run("refund", "--receipt", "1", "--line", "TEAx1", "--reason", "damaged");
        Assert.Single(_printer.Sheets);

        _printer.Mood = PrinterMood.Fine;
        await _cli.Run("printer", "print");
        await _cli.Run("printer", "print");

        Assert.Equal(2, _printer.Sheets.Count);
        Assert.Contains("REFUND ", _printer.Sheets[1].Text);
    }

    [Fact]
    public async Task A_z_report_prints_and_one_that_could_not_comes_later()
    {
        await Sell();
        await _cli.Run("report", "z");
        _printer.Mood = PrinterMood.CoverOpen;
        var second = await _cli.Run("report", "z");
        _printer.Mood = PrinterMood.Fine;
        await _cli.Run("printer", "print");

        Assert.Contains("cover is open", second.Errors);
        Assert.Contains("Z REPORT                             No. 1", _printer.Sheets[1].Text);
        Assert.Contains("Sales (1) EUR                        34.90", _printer.Sheets[1].Text);
        Assert.Contains("Z REPORT                             No. 2", _printer.Sheets[2].Text);
        Assert.Equal(3, _printer.Sheets.Count);
    }

    [Fact]
    public async Task A_test_page_shows_columns_and_letters()
    {
        var run = await _cli.Run("printer", "test", "--json");

        Assert.Equal("Printed", run.Json.GetProperty("result").GetString());
        Assert.Contains("ÄÖÜäöüß ÁÉÍÓÚáéíóúñÑ¿¡", Assert.Single(_printer.Sheets).Text);
        Assert.Empty(_printer.Faults);
    }

    public async ValueTask DisposeAsync()
    {
        await _printer.DisposeAsync();
        _cli.Dispose();
    }

    private static void ShopTillOk(CloudPos.Terminal.Journal.WriteOutcome outcome) =>
        Assert.True(outcome.IsStored, outcome.Sentence);

    /// <summary>The merchant lets a terminal give cash back unasked.</summary>
    private void Told(bool paysBack) => _cli.Peek(store => store.ApplyFeedPage(
        new CloudPos.Wire.FeedPage("refunds", false,
        [
            new CloudPos.Wire.FeedRow(Policy: CloudPos.Tests.Terminal.Checkout.TestShop.Policy with
            {
                Version = 50,
                OfflineRefundsUpTo = paysBack ? [CloudPos.Tests.Terminal.Checkout.TestShop.Euro(100_00)] : [],
            }),
        ])));

    /// <summary>
    /// The printer is in this process: on a machine that stands still it answers late, and all the same.
    /// </summary>
    /// <param name="finish">Until a paper is given up that does not get ready.</param>
    private void Patiently(TimeSpan? finish = null) => _cli.Shop.Till.Clock.Wait = meant =>
        meant < TimeSpan.FromSeconds(1) ? meant
        : meant < PrinterPatience.Normal.Finish ? Patient.Status
        : finish ?? Patient.Finish;

    /// <summary>Once; nobody waits for the drawer, so perhaps after the verb has ended.</summary>
    private async Task Kicked()
    {
        await Until(() => _printer.DrawerKicks > 0);
        Assert.Equal(1, _printer.DrawerKicks);
    }

    private static Task Until(Func<bool> holds) =>
        Functions.TestBackOffice.Eventually(() => Task.FromResult(holds()), "what the printer does");

    private Task<CliRun> Sell() => _cli.Run("sale", "--line", "TEAx10", "--pay", "cash:50.00");
}
