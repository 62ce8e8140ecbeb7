using System.Diagnostics;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Benchmarks.Payments;

/// <summary>
/// ApplyJournal over journals that are stored already: per terminal card sales accepted offline (an attempt
/// with its sealed card and a sale) and as many cash sales, three lines each. Payments, sales, stock and
/// totals come of them, and what is owed is written and rung for.
/// </summary>
internal static class Applying
{
    private const int Journals = 40;
    private const int SalesPerJournal = 150;
    private static readonly Currency Eur = Currency.Parse("EUR");

    public static async Task Run(BenchmarkRun run)
    {
        var table = new ResultTable("round", "journals", "entries", "entries/s", "processor us each");
        for (var round = 1; round <= run.Rounds; round++)
        {
            await FsyncProbe.UntilHealthy(run);
            await using var shops = await PayingShops.Open(run.NewFolder("apply"), Journals);
            var entries = 0;
            foreach (var terminal in shops.Terminals)
                entries += await Store(shops, terminal, run.Scaled(SalesPerJournal));
            var (began, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            await Task.WhenAll(shops.Terminals.Select(terminal => Task.Run(() => Apply(shops, terminal))));
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            table.Add(
                round, Journals, entries, entries / seconds,
                (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / entries);
            await Check(shops);
        }
        await table.Print();
    }

    private static async Task Apply(PayingShops shops, string terminal)
    {
        var apply = shops.Get<ApplyJournal>();
        while ((await apply.Apply(new JournalId(terminal, 1), default)).More)
        {
        }
    }

    private static async Task<int> Store(PayingShops shops, string terminal, int sales)
    {
        var journal = new JournalId(terminal, 1);
        var (rows, hash, number) = (new List<Row>(), EntryHash.Genesis(journal), 0L);
        var now = DateTimeOffset.UtcNow;
        void Append(EntryBody body, params IReadOnlyList<Attachment> beside)
        {
            var entry = Entry.Create(
                journal, ++number, hash, now, DateOnly.FromDateTime(now.UtcDateTime), body);
            var received = new ReceivedEntry(
                number, entry.Hash, entry.Header, new ShippedEntry(entry.Bytes, beside));
            rows.AddRange(StoredEntries.Rows(
                terminal, received, now, JournalRows.Entry(1, number),
                index => JournalRows.Attachment(1, number, index)));
            hash = entry.Hash;
        }
        for (var sale = 0; sale < sales; sale++)
        {
            var paying = shops.Seal(terminal, 300);
            Append(paying.Attempted, paying.Card);
            Append(paying.Completed(2 * sale + 1, Lines(sale)));
            var total = new Money(300, Eur);
            Append(new SaleCompleted(
                Id.New(), 2 * sale + 2, $"{terminal}-000001-{2 * sale + 2:D6}", "Kim", Lines(sale),
                [TaxLine.Included(total, 1900)], total, [new Tender(TenderKind.Cash, total, total)], null));
        }
        var head = JournalHeads.Empty(journal);
        (head["number"], head["hash"]) = (number, hash.ToBytes());
        await shops.Insert(TableNames.Terminal, [head, .. rows]);
        return (int)number;
    }

    private static SaleLine[] Lines(int sale) =>
        [.. Enumerable.Range(0, 3).Select(line => new SaleLine(
            $"SKU{(sale * 3 + line) % 500:D4}", "Product", 1, new Money(100, Eur), Money.Zero(Eur), 1900,
            new Money(100, Eur)))];

    /// <summary>A figure that comes of entries set aside would be none.</summary>
    private static async Task Check(PayingShops shops)
    {
        foreach (var terminal in shops.Terminals)
            if (await shops.Get<JournalHeads>().CountSetAside(new JournalId(terminal, 1), default) > 0)
                throw new InvalidOperationException($"Entries of {terminal} were set aside.");
    }
}
