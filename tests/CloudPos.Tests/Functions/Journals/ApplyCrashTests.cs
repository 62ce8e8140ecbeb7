using System.Text;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>
/// A journal with one entry of each kind is stored and not applied. Applying it is stopped at its first
/// commit, then at its second, and so on until a run is clean, each time before and after the commit took
/// effect; the next run must leave exactly what one undisturbed run leaves.
/// </summary>
public sealed class ApplyCrashTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly FrozenTime _time = new(TimeProvider.System.GetUtcNow());
    private JournalId _journal;

    public async ValueTask InitializeAsync()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        _journal = terminal.Journal;
        Fill(terminal);
        await terminal.Uploaded();
        await office.Stop();
        Copy(Path.Combine(office.Folder, "data"), _folder.File("stored"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_stop_between_any_two_steps_leaves_what_an_undisturbed_run_leaves()
    {
        var (expected, commits) = await Run(int.MaxValue, after: false);
        Assert.InRange(commits, 15, 200);
        Assert.Contains("x.000001.000000000008", expected, StringComparison.Ordinal);
        for (var stopAt = 1; stopAt <= commits; stopAt++)
            foreach (var after in new[] { false, true })
            {
                var (found, _) = await Run(stopAt, after);
                AssertSame(expected, found, $"stopped {(after ? "after" : "before")} commit {stopAt}");
            }
    }

    [Theory]
    [InlineData(Fault.Busy)]
    [InlineData(Fault.LostRequest)]
    [InlineData(Fault.LostAnswer)]
    [InlineData(Fault.LateRequest)]
    public async Task A_commit_whose_answer_never_came_is_neither_done_twice_nor_left_out(Fault fault)
    {
        var (expected, commits) = await Run(int.MaxValue, after: false);
        for (var call = 1; call <= commits; call++)
        {
            var data = Fresh();
            var engine = new FaultyEngine(Engine(data), (call, fault));
            await using var tables = new TablePort(engine, TimeProvider.System);
            await using var program = await Program(data, tables);

            await ApplyAsAQueueDoes(program);

            AssertSame(expected, await Dump(tables), $"{fault} at commit {call}");
        }
    }

    [Fact]
    public async Task Runs_beside_each_other_leave_what_one_run_leaves()
    {
        var (expected, _) = await Run(int.MaxValue, after: false);
        var data = Fresh();
        await using var tables = new TablePort(Engine(data), TimeProvider.System);
        // Programs of their own, so that nothing but the tables keeps the runs apart.
        var programs = new List<WebApplication>();
        for (var index = 0; index < 4; index++)
            programs.Add(await Program(Fresh(), tables));

        await Task.WhenAll(programs.Select(program => Task.Run(() => ApplyAsAQueueDoes(program))));

        var found = await Dump(tables);
        AssertSame(expected, found, "runs beside each other");
        foreach (var program in programs)
            await program.DisposeAsync();
    }

    private Task ApplyAsAQueueDoes(WebApplication program)
    {
        var apply = program.Services.GetRequiredService<ApplyJournal>();
        return Deliveries.UntilDone(() => apply.Apply(_journal, CancellationToken.None));
    }

    /// <summary>One run that is stopped, and one that is not; what then lies in the tables.</summary>
    private async Task<(string Dump, int Commits)> Run(int stopAt, bool after)
    {
        var data = Fresh();
        var engine = new StoppingEngine(Engine(data), stopAt, after);
        await using (var tables = new TablePort(engine, TimeProvider.System))
        await using (var program = await Program(data, tables))
        {
            var apply = program.Services.GetRequiredService<ApplyJournal>();
            var run = apply.Apply(_journal, CancellationToken.None);
            if (stopAt == int.MaxValue)
                await run;
            else
                await Assert.ThrowsAsync<Stopped>(() => run);
        }
        await using var port = new TablePort(Engine(data), TimeProvider.System);
        await using var again = await Program(data, port);
        await again.Services.GetRequiredService<ApplyJournal>().Apply(_journal, CancellationToken.None);
        var dump = await Dump(port);
        return (dump, engine.Commits);
    }

    private Task<WebApplication> Program(string data, TablePort tables) =>
        BackOffice.Create(
            new BackOfficeOptions { Data = data }, _time, services => services.AddSingleton(tables));

    private static SqliteTableEngine Engine(string data) =>
        SqliteTableEngine.Open(Path.Combine(data, "tables.db"));

    private string Fresh()
    {
        var data = _folder.File(Path.GetRandomFileName());
        Copy(_folder.File("stored"), data);
        return data;
    }

    /// <summary>
    /// Every row of a terminal, of its store, and of what is owed, as text. How often an entry was set aside
    /// is left out: whoever comes again after a stop finds it cannot be applied once more.
    /// </summary>
    private static async Task<string> Dump(TablePort tables)
    {
        var text = new StringBuilder();
        foreach (var table in new[] { TableNames.Terminal, TableNames.Store, DueTable.Table })
            await foreach (var row in tables.Scan(table))
            {
                var values = row.Values.Where(
                    value => value.Key != "tries").OrderBy(value => value.Key, StringComparer.Ordinal)
                    .Select(value => $"{value.Key}={value.Value}");
                if (row.Key != "ic")
                    text.AppendLine($"{table} {row.Partition} {row.Key}: {string.Join(", ", values)}");
            }
        return text.ToString();
    }

    private static void AssertSame(string expected, string found, string when)
    {
        var (one, other) = (expected.Split('\n'), found.Split('\n'));
        IEnumerable<string> lines =
            [.. one.Except(other).Select(line => $"- {line}"), .. other.Except(one).Select(
                line => $"+ {line}")];
        Assert.True(expected == found, $"{when}:\n{string.Join('\n', lines)}");
    }

    private static void Fill(TestTerminal terminal)
    {
        var (card, given) = (Sales.SealedCard(), Sales.SealedCard());
        var contact = Sales.Contact("kim@example.com");
        var attempt = Sales.Attempt(2_500, card);
        var abandoned = Sales.Attempt(700, given);
        var voided = Sales.Cash(2, ("A", 3));
        var lines = Enumerable.Range(0, 25).Select(i => ($"P{i}", 1L)).ToList();
        terminal.Append(new EpochOpened(TestBackOffice.Merchant, TestBackOffice.Store, "x", "test"));
        terminal.Append(Sales.Received(("A", 50), ("P1", 50)));
        terminal.Append(attempt, card);
        terminal.Append(Sales.Card(1, attempt, contact.Digest, lines), contact);
        terminal.Append(voided);
        terminal.Append(Sales.Void(voided));
        terminal.Append(Sales.Counted(("A", 40), ("P1", 48)));
        terminal.AppendRaw((EntryKind)9_999, "from the future"u8);
        terminal.Append(abandoned, given);
        terminal.Append(new PaymentAbandoned(abandoned.Payment, abandoned.Sale, abandoned.Amount, "gone"));
        terminal.Append(new DayReported(1, 1, 2, 1, [Sales.Eur(2_500)]));
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Time stands still, so that two runs write the same times.</summary>
    private sealed class FrozenTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
