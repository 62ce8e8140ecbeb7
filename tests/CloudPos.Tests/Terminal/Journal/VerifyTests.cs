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

    private static void Execute(TestTill till, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={till.PathOf(TerminalStore.DatabaseName)};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
