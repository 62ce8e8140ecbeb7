using System.Runtime.CompilerServices;
using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Journal;

public class WriteFailureTests
{
    [Fact]
    public void A_full_disk_refuses_the_sale_whole_and_the_next_one_gets_its_number()
    {
        using var till = new TestTill();
        till.SellCash();
        // A file that may not grow is to SQLite what a full disk is.
        StoreDatabase.Of(till.Store).Script("PRAGMA max_page_count=1");
        WriteOutcome outcome;
        var sold = 1;
        while ((outcome = till.SellDeferred().Outcome).IsStored)
            sold++;

        Assert.Equal((WriteStatus.DiskFull, true), (outcome.Status, outcome.RetryMayDiffer));
        Assert.Equal(sold, till.Store.Sales().Count);
        Assert.Empty(till.Store.OpenAttempts);
        StoreDatabase.Of(till.Store).Script("PRAGMA max_page_count=1000000");
        Assert.Equal(sold + 1, till.Store.FindSale(till.SellDeferred().Sale)!.Receipt);
        Assert.Empty(till.Reopen().Damage);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_database_that_another_program_holds_is_busy_and_nothing_is_stored()
    {
        using var till = new TestTill();
        StoreDatabase.Share(till.Store);
        using var other = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false");
        other.Open();
        using var command = other.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();

        var outcome = till.SellCash();

        Assert.Equal((WriteStatus.Busy, true), (outcome.Status, outcome.RetryMayDiffer));
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
        Assert.Equal(2, till.SellCash().Entry!.Header.Number);
    }

    /// <summary>The commit has reached the disk, and the error reached us: only reading tells.</summary>
    [Fact]
    public void A_commit_that_failed_after_it_was_stored_is_found_by_number_and_hash()
    {
        using var till = new TestTill();
        BreakNextCommit(till, "COMMIT");

        var outcome = till.SellCash();

        Assert.Equal(WriteStatus.Stored, outcome.Status);
        Assert.Equal(outcome.Entry!.Hash, till.HashAt(2));
        Assert.Equal(3, till.SellCash().Entry!.Header.Number);
        Assert.Empty(till.Reopen().Damage);
    }

    [Fact]
    public void A_commit_that_failed_before_it_was_stored_is_not_stored()
    {
        using var till = new TestTill();
        till.SellDeferred(700);
        Assert.Equal(new Exposure(TestTill.Euro(700), 1), till.Store.Exposure(TestTill.Eur));
        BreakNextCommit(till, "ROLLBACK");

        var (_, sale, outcome) = till.SellDeferred();

        Assert.Equal((WriteStatus.IoError, true), (outcome.Status, outcome.RetryMayDiffer));
        Assert.Null(till.Store.FindSale(sale));
        Assert.Equal(new Exposure(TestTill.Euro(700), 1), till.Store.Exposure(TestTill.Eur));
        Assert.Equal(4, till.SellCash().Entry!.Header.Number);
        Assert.Empty(till.Reopen().Damage);
    }

    [Fact]
    public void A_commit_of_which_nothing_can_be_learnt_is_unknown_until_the_folder_is_opened_anew()
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale();
        BreakNextCommit(till, "COMMIT");
        File.Move(till.PathOf(TerminalStore.DatabaseName), till.PathOf("away"));

        Assert.Equal(WriteStatus.Unknown, till.Store.CompleteSale(sale).Status);
        Assert.Equal(WriteStatus.Unknown, till.SellCash().Status);
        Assert.Throws<JournalUnreadableException>(() => till.Store.Sales());

        till.Close();
        File.Move(till.PathOf("away"), till.PathOf(TerminalStore.DatabaseName));
        Assert.Empty(till.Open().Damage);
        Assert.Equal(WriteStatus.AlreadyStored, till.Store.CompleteSale(sale).Status);
    }

    /// <summary>/dev/null takes what is written and fails to sync it.</summary>
    [Theory]
    [InlineData("journal.mark", FileAccess.Read, 1)]
    [InlineData("/dev/null", FileAccess.Write, HighWaterMark.EntriesUnsyncedMax + 1)]
    public void Nothing_is_appended_while_the_mark_cannot_be_written_or_synced(
        string file, FileAccess access, int most)
    {
        using var till = new TestTill();
        ref var mark = ref FileOf(MarkOf(till.Store));
        var writable = mark;
        mark = File.OpenHandle(till.PathOf(file), FileMode.Open, access, FileShare.ReadWrite);

        var stored = 0;
        while (stored <= most && till.SellCash() is { IsStored: true })
            stored++;
        // The first was durable before its mark was tried.
        Assert.InRange(stored, 1, most);
        Assert.Equal(WriteStatus.IoError, till.SellCash().Status);
        Assert.Equal(1 + stored, till.Store.LastNumber);

        mark.Dispose();
        mark = writable;
        Assert.Equal(WriteStatus.Stored, till.SellCash().Status);
        Assert.Empty(till.Reopen().Damage);
    }

    [Fact]
    public void Work_that_throws_changes_nothing()
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale();
        var tooLarge = sale with { Cashier = new string('x', 300_000) };

        Assert.Throws<InvalidOperationException>(() => till.Store.CompleteSale(tooLarge));

        Assert.Equal(2, till.Store.CompleteSale(sale).Entry!.Header.Number);
    }

    [Fact]
    public void Several_threads_write_one_chain()
    {
        using var till = new TestTill();

        Parallel.For(0, 40, _ => Assert.True(till.SellCash().IsStored));

        Assert.Equal(41, till.Store.LastNumber);
        Assert.True(till.Store.Verify().IsSound);
        Assert.Equal(40, till.Store.Sales().Select(sale => sale.Receipt).Distinct().Count());
    }

    /// <summary>
    /// Lets the next commit end in an error, after SQLite has really done what is given here.
    /// </summary>
    private static void BreakNextCommit(TestTill till, string really)
    {
        CommitOf(StoreDatabase.Of(till.Store)).CommandText = really + "; SELECT json('{')";
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_commit")]
    private static extern ref SqliteCommand CommitOf(Database database);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_mark")]
    private static extern ref HighWaterMark MarkOf(TerminalStore store);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_file")]
    private static extern ref Microsoft.Win32.SafeHandles.SafeFileHandle FileOf(HighWaterMark mark);
}
