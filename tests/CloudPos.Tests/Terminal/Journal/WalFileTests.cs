using System.Security.Cryptography;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>What is gathered between SQLite and its WAL is never what somebody was told is stored.</summary>
public sealed class WalFileTests : IDisposable
{
    /// <summary>Of one row; ten of them are more than is gathered at once, a thousand more than SQLite keeps
    /// in memory.</summary>
    private const int RowBytes = 20_000;

    private readonly FolderCopy _folder = new();

    [Fact]
    public void What_a_program_that_dies_had_stored_is_in_the_files()
    {
        using var till = new TestTill();
        for (var sold = 1; sold <= 5; sold++)
        {
            var (_, sale, outcome) = till.SellDeferred();
            Assert.True(outcome.IsStored);
            using var copy = new FolderCopy();
            copy.Take(till.Directory);

            using var store = TerminalStore.TryOpen(copy.Path, till.Clock).Store!;

            Assert.Empty(store.Damage);
            Assert.Equal(sold, store.FindSale(sale)!.Receipt);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1_000)]
    public void A_transaction_of_any_size_is_there_whole(int rows)
    {
        using var database = Open();
        var content = Fill(database, rows);
        database.Commit();

        Assert.Equal(content, ContentOf(database));
        using var copy = new FolderCopy();
        copy.Take(_folder.Path);
        using var again = Database.Open(Path.Combine(copy.Path, "a.db"));
        Assert.Equal(content, ContentOf(again));
    }

    [Fact]
    public void A_large_transaction_that_is_taken_back_leaves_nothing()
    {
        using (var database = Open())
        {
            Fill(database, 1_000);
            Assert.Equal(1_000, database.Number("SELECT count(*) FROM rows"));
            database.RollbackIfOpen();
            Assert.Equal(0, database.Number("SELECT count(*) FROM rows"));
            var kept = Fill(database, 3);
            database.Commit();
            Assert.True(database.Checkpoint());
            Assert.Equal(kept, ContentOf(database));
        }
        using var again = Open();
        Assert.Equal(3, again.Number("SELECT count(*) FROM rows"));
        Assert.Equal("ok", again.Scalar("PRAGMA integrity_check"));
    }

    public void Dispose() => _folder.Dispose();

    private Database Open()
    {
        var database = Database.Open(Path.Combine(_folder.Path, "a.db"));
        database.Script("CREATE TABLE IF NOT EXISTS rows (row INTEGER PRIMARY KEY, content BLOB NOT NULL)");
        return database;
    }

    private static byte[] Fill(Database database, int rows)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        database.Begin();
        for (var row = 0; row < rows; row++)
        {
            var content = RandomNumberGenerator.GetBytes(RowBytes);
            all.AppendData(content);
            database.Run("INSERT INTO rows (content) VALUES ($1)", content);
        }
        return all.GetHashAndReset();
    }

    private static byte[] ContentOf(Database database)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        database.Each("SELECT content FROM rows ORDER BY row", row => all.AppendData(row.GetBytes(0)));
        return all.GetHashAndReset();
    }
}
