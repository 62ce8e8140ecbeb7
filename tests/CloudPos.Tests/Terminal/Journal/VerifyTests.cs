using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Journal;

public class VerifyTests
{
    [Theory]
    [InlineData("UPDATE exposure SET amount = 1", "exposure")]
    [InlineData("DELETE FROM exposure", "lacks")]
    [InlineData("INSERT INTO exposure SELECT '11111111111111111111111111111111', 1, 'EUR', 0",
        "no entry accounts for")]
    [InlineData("UPDATE sale SET total = 1 WHERE receipt = 1", "sales")]
    [InlineData("UPDATE sale SET voided = 5", "sales")]
    [InlineData("DELETE FROM sale WHERE receipt = 2", "lacks")]
    [InlineData("UPDATE movement SET quantity = quantity - 1", "stock movements")]
    [InlineData("DELETE FROM payment WHERE finished IS NULL", "open attempts")]
    public void A_table_that_says_other_than_the_entries_is_named(string tampering, string named)
    {
        using var till = Till();
        Assert.True(till.Store.Verify().IsSound);
        till.Close();
        Execute(till, tampering);

        var report = till.Open().Verify();

        Assert.Contains(report.Findings, finding => finding.Sentence.Contains(named));
    }

    [Fact]
    public void A_sealed_card_exchanged_for_another_is_named()
    {
        using var till = Till();
        till.SellDeferred();
        till.Close();
        Execute(
            till, "UPDATE attachment SET sealed = (SELECT sealed FROM attachment ORDER BY place LIMIT 1)");

        Assert.Contains(till.Open().Verify().Findings, finding => finding.Sentence.Contains(
            "attachment 0 cannot be decrypted"));
    }

    /// <summary>Whoever has the disk has its key as well, and can write what decrypts.</summary>
    [Fact]
    public void An_entry_rewritten_with_the_terminals_own_key_does_not_fit_its_chain()
    {
        using var till = Till();
        var second = till.Store.FindEntry(2)!.Entry!;
        var sale = (SaleCompleted)second.Body;
        till.Close();
        var header = second.Header;
        var forged = Entry.Create(
            header.Journal, 2, header.Previous, header.At, header.BusinessDate,
            sale with { Cashier = "someone" });
        Rewrite(
            till, "entry", forged.Bytes.Span, "UPDATE entry SET hash = $2, sealed = $1 WHERE place & 255 = 2",
            forged.Hash);

        var store = till.Open();

        Assert.Contains(store.Damage, finding => finding.Number == 3 && finding.Sentence.Contains("chain"));
    }

    [Fact]
    public void A_sealed_card_rewritten_with_the_terminals_own_key_is_not_what_the_entry_says()
    {
        using var till = Till();
        till.Close();
        Rewrite(
            till, "attachment", new byte[300], "UPDATE attachment SET sealed = $1 WHERE place & 255 = 3",
            default);

        Assert.Contains(
            till.Open().Verify().Findings,
            finding => finding.Number == 3 && finding.Sentence.Contains("SealedCard"));
    }

    [Fact]
    public void An_attachment_that_was_deleted_breaks_nothing()
    {
        using var till = Till();
        till.Close();
        Execute(till, "DELETE FROM attachment");

        Assert.True(till.Open().Verify().IsSound);
    }

    [Fact]
    public void A_sound_journal_is_reported_with_its_head()
    {
        using var till = Till();
        till.Acknowledge(2);

        var report = till.Store.Verify();

        Assert.Equal((till.Store.LastNumber, 2L), (report.Entries, report.Acknowledged));
        Assert.Equal(till.HashAt(till.Store.LastNumber), report.Hash);
    }

    [Fact]
    public void An_acknowledged_hash_that_is_not_the_entry_is_named()
    {
        using var till = Till();
        till.Acknowledge(3);
        till.Close();
        Execute(till, "UPDATE acknowledged SET hash = zeroblob(32)");

        Assert.Contains(till.Open().Verify().Findings, finding => finding.Sentence.Contains("acknowledged"));
    }

    private static TestTill Till()
    {
        var till = new TestTill();
        till.SellCash();
        till.SellDeferred();
        till.Store.RecordAttempt(till.Attempt(100, online: true));
        return till;
    }

    private static void Rewrite(
        TestTill till, string table, ReadOnlySpan<byte> clear, string sql, EntryHash hash)
    {
        using var cipher = new AtRestCipher(File.ReadAllBytes(till.PathOf("keys/at-rest.key")));
        var journal = TestTill.Journal;
        var place = new LengthPrefixed().Add(table).Add(journal.Terminal).Add(journal.Epoch);
        place = table == "entry" ? place.Add(2) : place.Add(3).Add(0);
        using var connection = Connect(till);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$1", cipher.Encrypt(clear, place.ToArray()));
        command.Parameters.AddWithValue("$2", hash.ToBytes());
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static SqliteConnection Connect(TestTill till)
    {
        var connection = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Execute(TestTill till, string sql)
    {
        using var connection = Connect(till);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
