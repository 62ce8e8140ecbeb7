using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Reports;

public sealed class CloseDayTests : IAsyncLifetime
{
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MoneyWorld.Create();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_refund_is_in_the_report_of_its_own_date_in_each_sum()
    {
        await using var world = await MoneyWorld.Create();
        var next = MoneyWorld.Date.AddDays(1);
        var sold = await world.CardSale("T1000001", 1_190, PaymentState.Approved);
        var (id, amount) = (Id.New(), new Money(238, MoneyWorld.Eur));
        await world.Refund(
            sold.Facts!.Sale, "T1000001", next, new RefundTender(TenderKind.Card, amount, sold.Payment, id));
        await world.CardRefund(sold, 238, PaymentState.Approved, next, id);
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        // What a void gives back of another payment, which was in a batch.
        await world.CardRefund(
            sold, 1_190, PaymentState.Pending, next, PaymentRecorder.RefundOf(sold.Payment));

        var figures = FiguresOf.Facts(
            (await world.Get<ReportReader>().Read(MoneyWorld.Merchant, next, default)).Single());
        var range = await world.Get<RangeReport>().Of(
            MoneyWorld.Merchant, "m", MoneyWorld.Eur, MoneyWorld.Date, next, default);
        var ledger = await world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, next, default);

        Assert.Equal(-238, figures.Net.Minor);
        Assert.Equal(-38, figures.Vat.Single().Tax.Minor);
        Assert.True(figures.Refunds!.Proof.Holds);
        Assert.Equal(
            (Bucket.InBatch, 238L),
            (figures.Refunds.Places[0].Bucket, figures.Refunds.Places[0].Refunds.Amount.Minor));
        Assert.Equal(-238, figures.Cleared!.Net.Minor);
        Assert.Equal([0, 238], range.Days.Select(day => day.Refunds.Amount.Minor));
        Assert.Equal(152, range.Vat.Single().Tax.Minor);
        Assert.True(range.Money.Holds);
        Assert.Equal(
            (238L, 952L),
            (range.Money.Buckets.Single(one => one.Name == "Given back to cards").Amount.Minor,
                range.Money.Cleared.Minor));
        Assert.All(ledger.Lines.GroupBy(line => line.Document), document => Assert.Equal(
            document.Sum(line => line.Debit.Minor), document.Sum(line => line.Credit.Minor)));
        Assert.DoesNotContain(ledger.Lines, line => line.Account == LedgerAccount.Difference);
        Assert.Equal(0, ledger.Lines.Where(line => line.Account == LedgerAccount.CardReceivable)
            .Sum(line => line.Debit.Minor - line.Credit.Minor));
    }

    [Fact]
    public async Task Closing_a_day_makes_its_report_and_the_files_of_it()
    {
        await _world.CashSale("T1000001", 500);
        await _world.CardSale("T1000002", 1200, PaymentState.Approved);

        await Close("berlin-1");

        var report = (await Report())!;
        Assert.Equal((1, 0), (report.Version, report.Changes.Count));
        Assert.Equal(1700, report.Figures.Sales.Amount.Minor);
        Assert.Equal(
            DayState.Closed, report.Figures.Closings.Single(store => store.Store == "berlin-1").State);
        Assert.Equal(DayState.Open, report.Figures.Closings.Single(store => store.Store == "berlin-2").State);
        var name = Path.Combine(_world.Folder, "reports", $"{MoneyWorld.Merchant}-2026-11-20-EUR");
        Assert.Contains("17.00", await File.ReadAllTextAsync(name + ".html"), StringComparison.Ordinal);
        Assert.Contains("17.00", await File.ReadAllTextAsync(name + ".csv"), StringComparison.Ordinal);
        Assert.Equal(
            DayState.Closed, (await _world.Get<Closings>().Find("berlin-1", MoneyWorld.Date, default)).State);
    }

    [Fact]
    public async Task Closing_again_without_news_makes_no_new_version_of_the_figures_but_of_the_closing()
    {
        await _world.CashSale("T1000001", 500);
        await Close("berlin-1");
        await _world.Get<ReportVersions>().Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);

        Assert.Equal(1, (await Report())!.Version);
    }

    [Fact]
    public async Task A_straggler_makes_a_new_version_that_says_what_changed_and_the_first_is_kept()
    {
        await _world.CashSale("T1000001", 500);
        await Close("berlin-1");
        _world.Time.Advance(TimeSpan.FromMinutes(5));
        var late = await _world.CashSale("T1000001", 250);

        _world.Time.Advance(TimeSpan.FromMinutes(1));
        await _world.Get<RefreshReport>().Handle(
            new Doorbell(ReportOwed.Queue, $"{MoneyWorld.Merchant}.{MoneyWorld.Date:yyyy-MM-dd}"), default);

        var report = (await Report())!;
        Assert.Equal((2, 750L), (report.Version, report.Figures.Sales.Amount.Minor));
        Assert.Equal(late.ReceiptNumber, Assert.Single(report.Figures.Stragglers).ReceiptNumber);
        Assert.Contains("Total, Sales: 2, 7.50 EUR (was 1, 5.00 EUR)", report.Changes);
        Assert.Contains(report.Changes, change => change.StartsWith(
            $"Straggler, {late.ReceiptNumber}", StringComparison.Ordinal));
        Assert.Equal(500, (await Report(1))!.Figures.Sales.Amount.Minor);
    }

    [Fact]
    public async Task A_dark_terminal_is_named_and_the_day_is_closed_only_when_a_manager_insists()
    {
        _world.Time.Advance(TimeSpan.FromMinutes(30));

        var refused = await Ask("berlin-1", force: false);
        Assert.Equal(409, refused.Status);
        Assert.Null(
            await _world.Get<DueTable>().Take(CloseDay.Queue, CloseDay.IdOf("berlin-1", MoneyWorld.Date)));
        var day = await _world.Get<Closings>().Find("berlin-1", MoneyWorld.Date, default);
        Assert.Equal(DayState.Refused, day.State);
        Assert.Equal(["T1000001", "T1000002"], day.Dark.Select(finding => finding.Terminal));

        await Close("berlin-1", force: true);

        var closed = (await Report())!.Figures.Closings.Single(store => store.Store == "berlin-1");
        Assert.Equal((DayState.Closed, true, 2), (closed.State, closed.Forced, closed.Dark.Count));
        Assert.Contains(
            "Not complete: no contact with T1000001, T1000002 when the day was closed.",
            ReportHtml.Of((await Report())!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_that_has_not_begun_cannot_be_closed()
    {
        var answer = await Ask("berlin-1", force: true, MoneyWorld.Date.AddDays(1));

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_day_ends_on_its_own_after_its_cut_off()
    {
        await _world.CashSale("T1000001", 500);
        foreach (var terminal in MoneyWorld.TerminalIds)
            await Touch(terminal, MoneyWorld.Noon.AddHours(17));
        _world.Time.SetUtcNow(MoneyWorld.Noon.AddHours(16).AddMinutes(20));
        await _world.Get<Days>().CloseEnded(default);
        Assert.Equal(DayState.Open, (await Day()).State);

        _world.Time.SetUtcNow(MoneyWorld.Noon.AddHours(16).AddMinutes(31));
        await _world.Get<Days>().CloseEnded(default);

        Assert.Equal((DayState.Closing, "cut-off"), ((await Day()).State, (await Day()).By));
    }

    [Fact]
    public async Task Days_that_ended_while_nothing_ran_are_closed_too()
    {
        await _world.CashSale("T1000001", 500);
        await Close("berlin-1", force: true);
        _world.Time.SetUtcNow(MoneyWorld.Noon.AddDays(9));
        foreach (var terminal in MoneyWorld.TerminalIds)
            await Touch(terminal, MoneyWorld.Noon.AddDays(9));

        await _world.Get<Days>().CloseEnded(default);

        Assert.Equal(
            Enumerable.Range(0, 9).Select(day => MoneyWorld.Date.AddDays(day)),
            (await _world.Get<Closings>().From("berlin-1", MoneyWorld.Date, default))
                .Select(closing => closing.Date));
    }

    [Fact]
    public async Task Figures_that_were_read_before_another_version_was_written_are_not_put_after_it()
    {
        await _world.CashSale("T1000001", 500);
        await _world.Get<ReportVersions>().Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);
        await _world.CashSale("T1000001", 700);
        var engine = new OvertakenEngine(_world.Engine, async () =>
        {
            await _world.CashSale("T1000001", 900);
            await _world.Get<ReportVersions>().Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);
        });

        await _world.Build(engine).GetRequiredService<ReportVersions>()
            .Refresh(MoneyWorld.Merchant, MoneyWorld.Date, default);

        Assert.True(engine.WasOvertaken);
        var report = (await Report())!;
        Assert.Equal((2, 2_100), (report.Version, report.Figures.Sales.Amount.Minor));
    }

    /// <summary>The engine, before whose first commit of a report something else happens.</summary>
    private sealed class OvertakenEngine(ITableEngine inner, Func<Task> before) : ITableEngine
    {
        public bool WasOvertaken { get; private set; }

        public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

        public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
            inner.Get(table, partition, key, cancel);

        public Task<RowPage> Range(
            string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
            inner.Range(table, partition, from, to, max, cancel);

        public Task<RowPage> Scan(
            string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
            inner.Scan(table, after, max, cancel);

        public async Task<CommitResult> Commit(
            string table, string partition, IReadOnlyList<CloudPos.Functions.Tables.Change> changes,
            string commitId, CancellationToken cancel)
        {
            if (table == TableNames.Report && !WasOvertaken)
            {
                WasOvertaken = true;
                await before();
            }
            return await inner.Commit(table, partition, changes, commitId, cancel);
        }

        /// <summary>The world's.</summary>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private Task<Closing> Day() => _world.Get<Closings>().Find("berlin-1", MoneyWorld.Date, default);

    private async Task Touch(string terminal, DateTimeOffset at)
    {
        var row = (await _world.Tables.Get("terminal", terminal, "ic"))!;
        row["lastContact"] = at;
        Assert.Null(await _world.Tables.TryCommit(
            "terminal", terminal, [CloudPos.Functions.Tables.Change.Replace(row)]));
    }

    private Task<ReportVersion?> Report(int? version = null) => _world.Get<ReportVersions>().Find(
        MoneyWorld.Merchant, MoneyWorld.Date, MoneyWorld.Eur, version, default);

    private async Task Close(string store, bool force = false)
    {
        Assert.Equal(200, (await Ask(store, force)).Status);
        await _world.Get<CloseDay>().Handle(
            new Doorbell(CloseDay.Queue, CloseDay.IdOf(store, MoneyWorld.Date)), default);
    }

    private Task<Answer> Ask(string store, bool force, DateOnly? date = null) => _world.Get<Days>().Close(
        new Call(
            new Dictionary<string, string>
            {
                ["store"] = store,
                ["date"] = (
                    date ?? MoneyWorld.Date).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            },
            new Dictionary<string, string>(),
            System.Text.Encoding.UTF8.GetBytes(force ? """{"force":true}""" : """{"force":false}"""))
        { Person = new Person("Petra", [Role.Manager]) },
        default);
}
