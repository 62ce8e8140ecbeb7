using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Journal;

public class DamageTests
{
    private const string Database = TerminalStore.DatabaseName;

    [Fact]
    public void A_flipped_bit_in_an_entry_is_named_and_stops_appending()
    {
        using var till = new TestTill();
        Sell(till, 5);
        till.Close();
        Flip(till, place => Blob(till, "SELECT sealed FROM entry WHERE place & 0xFFFFFFFFFF = 4"));

        var store = till.Open();

        Assert.Contains(
            store.Damage, finding => finding.Number == 4 && finding.Sentence.Contains("cannot be decrypted"));
        AssertRefused(till);
        Assert.Equal(6, store.Entries().Count);
        Assert.Null(store.Entries()[3].Entry);
        Assert.NotNull(store.Entries()[4].Entry);
    }

    [Fact]
    public void A_flipped_bit_in_a_hash_is_named()
    {
        using var till = new TestTill();
        Sell(till, 5);
        till.Close();
        Flip(till, _ => Blob(till, "SELECT hash FROM entry WHERE place & 0xFFFFFFFFFF = 4"));

        Assert.Contains(till.Open().Damage, finding => finding.Number == 4);
    }

    /// <summary>
    /// SQLite takes the frames behind a damaged one for never committed and opens without a word.
    /// </summary>
    [Fact]
    public void A_flipped_bit_in_the_WAL_is_noticed_by_the_mark()
    {
        using var till = new TestTill();
        Sell(till, 3);
        till.Reopen();
        Sell(till, 5);
        var wal = CrashCopy(till);
        File.WriteAllBytes(till.PathOf(Database + "-wal"), FlipBit(wal, wal.Length * 2 / 3));

        var store = till.Open();

        Assert.Contains("are missing", Assert.Single(store.Damage).Sentence);
        AssertRefused(till);
        Assert.NotEmpty(store.Entries());
    }

    [Fact]
    public void A_truncated_WAL_is_noticed_by_the_mark()
    {
        using var till = new TestTill();
        Sell(till, 3);
        till.Reopen();
        Sell(till, 5);
        var wal = CrashCopy(till);
        File.WriteAllBytes(till.PathOf(Database + "-wal"), wal[..(wal.Length / 2)]);

        var store = till.Open();

        Assert.Contains("are missing", Assert.Single(store.Damage).Sentence);
        AssertRefused(till);
    }

    [Fact]
    public void The_WAL_of_a_damaged_journal_is_left_as_it_is()
    {
        using var till = new TestTill();
        Sell(till, 3);
        till.Reopen();
        Sell(till, 5);
        var wal = FlipBit(CrashCopy(till), 5_000);
        File.WriteAllBytes(till.PathOf(Database + "-wal"), wal);

        till.Open();
        till.Close();

        Assert.Equal(wal, File.ReadAllBytes(till.PathOf(Database + "-wal")));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("no database")]
    [InlineData("without a journal")]
    public void A_journal_that_is_gone_is_never_begun_anew(string how)
    {
        using var till = new TestTill();
        Sell(till, 2);
        till.Close();
        var path = till.PathOf(Database);
        File.Delete(path);
        if (how == "empty")
            File.WriteAllBytes(path, []);
        if (how == "no database")
            File.WriteAllText(path, new string('x', 8_192));
        if (how == "without a journal")
            Execute(path, "CREATE TABLE other (a)");

        var store = till.Open();

        Assert.NotEmpty(store.Damage);
        Assert.Null(store.Enrolment);
        AssertRefused(till);
        Assert.False(till.Store.Verify().IsSound);
        Assert.Equal(how != "missing", File.Exists(path));
        Assert.NotEmpty(till.Reopen().Damage);
    }

    [Fact]
    public void An_older_copy_of_the_database_is_noticed()
    {
        using var till = new TestTill();
        Sell(till, 2);
        till.Close();
        var old = File.ReadAllBytes(till.PathOf(Database));
        till.Open();
        Sell(till, 3);
        till.Close();
        File.WriteAllBytes(till.PathOf(Database), old);

        var finding = Assert.Single(till.Open().Damage);

        Assert.Equal(4, finding.Number);
        Assert.Contains("ends at entry 3 of epoch 1, but had reached entry 6", finding.Sentence);
        AssertRefused(till);
    }

    [Fact]
    public void The_database_of_another_terminal_is_noticed()
    {
        using var till = new TestTill();
        using var other = new TestTill();
        Sell(till, 2);
        Sell(other, 4);
        till.Close();
        other.Close();
        File.Copy(other.PathOf(Database), till.PathOf(Database), overwrite: true);

        var store = till.Open();

        Assert.Contains(store.Damage, finding => finding.Sentence.Contains("not the one that was marked"));
        AssertRefused(till);
    }

    [Fact]
    public void A_journal_without_its_key_is_named_and_no_other_key_is_made()
    {
        using var till = new TestTill();
        Sell(till, 2);
        till.Close();
        File.Delete(till.PathOf("keys/at-rest.key"));

        var store = till.Open();

        Assert.Contains(store.Damage, finding => finding.Sentence.Contains("key"));
        AssertRefused(till);
        Assert.False(File.Exists(till.PathOf("keys/at-rest.key")));
    }

    [Theory]
    [InlineData("missing", 20)]
    [InlineData("unreadable", 1)]
    public void A_lost_mark_is_named(string how, int sales)
    {
        using var till = new TestTill();
        Sell(till, sales);
        till.Close();
        File.Delete(till.PathOf(HighWaterMark.Name));
        if (how == "unreadable")
            File.WriteAllText(till.PathOf(HighWaterMark.Name), "not a mark");

        Assert.Contains(HighWaterMark.Name, Assert.Single(till.Open().Damage).Sentence);
        AssertRefused(till);
    }

    /// <summary>The commits are on disk, the marks are not: what a power cut leaves.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(HighWaterMark.EntriesUnsyncedMax)]
    public void A_journal_that_is_ahead_of_its_mark_by_what_was_not_synced_is_sound(int unsynced)
    {
        using var till = new TestTill();
        Sell(till, 2);
        var mark = File.ReadAllBytes(till.PathOf(HighWaterMark.Name));
        Sell(till, unsynced);
        till.SellDeferred();
        till.Close();
        File.WriteAllBytes(till.PathOf(HighWaterMark.Name), mark);

        Assert.Empty(till.Open().Damage);
        Sell(till, 1);
        Assert.Empty(till.Reopen().Damage);
    }

    [Fact]
    public void A_mark_far_behind_the_journal_is_an_older_copy()
    {
        using var till = new TestTill();
        Sell(till, 2);
        var mark = File.ReadAllBytes(till.PathOf(HighWaterMark.Name));
        Sell(till, HighWaterMark.EntriesUnsyncedMax + Batch.EntriesMax + 1);
        till.Close();
        File.WriteAllBytes(till.PathOf(HighWaterMark.Name), mark);

        Assert.Contains("older copy", Assert.Single(till.Open().Damage).Sentence);
    }

    [Fact]
    public void A_torn_mark_leaves_the_one_before()
    {
        using var till = new TestTill();
        Sell(till, 4);
        till.Close();
        // Five marks were written in turn, so the newest lies in the fifth slot.
        using (var file = File.OpenWrite(till.PathOf(HighWaterMark.Name)))
        {
            Assert.Equal(4 * 4_096 + 80, file.Length);
            file.Position = 4 * 4_096;
            file.Write(new byte[20]);
        }

        Assert.Empty(till.Open().Damage);
        Sell(till, 1);
        Assert.Empty(till.Reopen().Damage);
    }

    [Fact]
    public void A_deleted_entry_is_named()
    {
        using var till = new TestTill();
        Sell(till, 5);
        till.Close();
        Execute(till.PathOf(Database), "DELETE FROM entry WHERE place & 0xFFFFFFFFFF IN (3, 4)");

        Assert.Equal("Entries 3 to 4 are missing.", Assert.Single(till.Open().Damage).Sentence);
    }

    [Fact]
    public void Two_entries_exchanged_are_named()
    {
        using var till = new TestTill();
        Sell(till, 5);
        till.Close();
        Execute(
            till.PathOf(Database),
            "CREATE TABLE t AS SELECT * FROM entry WHERE place & 0xFFFFFFFFFF IN (3, 4);"
            + "UPDATE entry SET (hash, sealed) = (SELECT hash, sealed FROM t "
            + "WHERE t.place = entry.place + 1) "
            + "WHERE place & 0xFFFFFFFFFF = 3;"
            + "UPDATE entry SET (hash, sealed) = (SELECT hash, sealed FROM t "
            + "WHERE t.place = entry.place - 1) "
            + "WHERE place & 0xFFFFFFFFFF = 4;"
            + "DROP TABLE t;");

        Assert.Equal([3, 4], till.Open().Damage.Select(finding => finding.Number).Take(2));
    }

    [Fact]
    public void Entries_of_a_damaged_journal_are_still_sent_up_to_the_damage()
    {
        using var till = new TestTill();
        Sell(till, 5);
        till.Close();
        Flip(till, _ => Blob(till, "SELECT sealed FROM entry WHERE place & 0xFFFFFFFFFF = 4"));

        var unsent = till.Open().ReadUnacknowledged();

        Assert.Equal(3, unsent.Segment!.Entries.Count);
        Assert.Equal(6, unsent.Entries);
        Assert.Equal(4, unsent.Fault!.Number);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(50)]
    [InlineData(60)]
    [InlineData(75)]
    [InlineData(90)]
    public void Garbage_within_the_file_is_named_and_the_rest_can_be_read(int percent)
    {
        using var till = new TestTill();
        Sell(till, 200);
        till.Close();
        using (var file = new FileStream(till.PathOf(Database), FileMode.Open))
        {
            file.Position = file.Length * percent / 100 / 4_096 * 4_096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4_096).ToArray());
        }

        var store = till.Open();

        Assert.False(store.Verify().IsSound);
        var readable = 0;
        store.Export(entry => readable += entry.Fault is null ? 1 : 0);
        Assert.InRange(readable, 150, 201);
    }

    /// <summary>Whatever lies on the page, opening, verifying and exporting end with an answer.</summary>
    [Fact]
    public void Garbage_on_any_one_page_ends_nothing_with_an_exception()
    {
        using var till = new TestTill();
        Sell(till, 20);
        till.SellDeferred();
        till.Close();
        var whole = File.ReadAllBytes(till.PathOf(Database));
        var unnoticed = new List<int>();
        var exported = new List<int>();
        var unsendable = new List<int>();
        for (var page = 1; page < whole.Length / 2_048; page++)
        {
            byte[] damaged = [.. whole];
            damaged.AsSpan(page * 2_048, 2_048).Fill(0xA5);
            File.WriteAllBytes(till.PathOf(Database), damaged);

            var opened = TerminalStore.TryOpen(till.Directory, till.Clock);
            using var store = opened.Store;
            if (store?.Verify().IsSound == true)
                unnoticed.Add(page);
            var entries = 0;
            store?.Export(_ => entries++);
            exported.Add(entries);
            if (store is not null && !CanSend(store))
                unsendable.Add(page);
            var known = store?.Damage.Count;
            if (store is not null)
                CanSend(store);
            // Each round of forwarding finds the same, and a longer list is reported anew.
            Assert.Equal(known, store?.Damage.Count);
        }
        Assert.Empty(unnoticed);
        // What cannot be read is named, one by one. Only where the file no longer says whose journal it is,
        // or where its tables lie, is there nothing.
        Assert.All(exported, entries => Assert.True(entries is 0 or 23));
        Assert.InRange(exported.Count(entries => entries == 0), 0, 10);
        Assert.InRange(unsendable.Count, 0, 2);
    }

    private static bool CanSend(TerminalStore store)
    {
        try
        {
            store.ReadUnacknowledged();
            return true;
        }
        catch (JournalUnreadableException)
        {
            return false;
        }
    }

    private static void Sell(TestTill till, int sales)
    {
        for (var sale = 0; sale < sales; sale++)
            Assert.True(till.SellCash().IsStored);
    }

    private static void AssertRefused(TestTill till)
    {
        Assert.True(till.Store.IsDamaged);
        var outcome = till.SellCash();
        Assert.Equal(WriteStatus.JournalDamaged, outcome.Status);
        Assert.Equal(WriteStatus.JournalDamaged, till.Enrol(2).Status);
    }

    /// <summary>
    /// Ends the store as a crash does: what closing would have moved into the file is still in the WAL.
    /// </summary>
    private static byte[] CrashCopy(TestTill till)
    {
        var (database, wal) = (till.PathOf(Database), till.PathOf(Database + "-wal"));
        File.Copy(database, database + ".copy");
        File.Copy(wal, wal + ".copy");
        till.Close();
        File.Move(database + ".copy", database, overwrite: true);
        var bytes = File.ReadAllBytes(wal + ".copy");
        File.Delete(wal + ".copy");
        return bytes;
    }

    private static byte[] FlipBit(byte[] bytes, int at)
    {
        bytes[at] ^= 0x10;
        return bytes;
    }

    private static void Flip(TestTill till, Func<int, byte[]> blob)
    {
        var content = blob(0);
        var bytes = File.ReadAllBytes(till.PathOf(Database));
        var at = bytes.AsSpan().IndexOf(content.AsSpan(0, Math.Min(32, content.Length)));
        Assert.True(at > 0);
        File.WriteAllBytes(till.PathOf(Database), FlipBit(bytes, at + Math.Min(40, content.Length - 1)));
    }

    private static byte[] Blob(TestTill till, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={till.PathOf(Database)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (byte[])command.ExecuteScalar()!;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
