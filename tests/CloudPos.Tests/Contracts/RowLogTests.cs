using System.Text;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class RowLogTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Records_come_back_in_order_from_both_files()
    {
        using (var log = Open(0))
        {
            Append(log, "a", "b");
            Append(log, "c", null);
            log.TakeTurns();
            Append(log, "d");
        }

        using var again = new RowLog(Path);
        var records = again.Behind(0);
        Assert.Equal(["a,b", "c,-", "d"], records.Select(Text));
        Assert.Equal(3, again.Last);
        Assert.Equal("k0", records[0][0].Name.Key);
        Assert.Equal(7, records[0][1].Row!.ETag);
    }

    [Fact]
    public void What_the_file_of_tables_holds_does_not_come_back()
    {
        using (var log = Open(0))
        {
            Append(log, "a");
            Append(log, "b");
            log.TakeTurns();
            Append(log, "c");
            log.TakeTurns();
            Append(log, "d");
        }

        Assert.Equal(["c", "d"], Behind(2));
        Assert.Empty(Behind(4));
    }

    [Fact]
    public void A_torn_or_damaged_record_ends_the_log_before_it()
    {
        using (var log = Open(0))
        {
            Append(log, "a");
            Append(log, "bbbbbbbb");
        }

        byte[] whole = File.ReadAllBytes(Path + ".log0");
        for (int length = whole.Length - 1; length >= whole.Length / 2; length--)
        {
            File.WriteAllBytes(Path + ".log0", whole[..length]);
            Assert.Equal("a", Assert.Single(Behind(0)));
        }

        for (int at = whole.Length / 2; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 1;
            File.WriteAllBytes(Path + ".log0", damaged);
            Assert.Equal("a", Assert.Single(Behind(0)));
        }
    }

    [Fact]
    public void A_record_whose_sync_failed_gives_way_to_the_next()
    {
        using (var log = Open(0))
        {
            Append(log, "a");
            Assert.Throws<IOException>(() => log.Append(Rows("longer than the next"), Fails));
            Append(log, "b");
            Assert.Throws<IOException>(() => log.Append(Rows("lost"), Fails));
            log.TakeTurns();
            Append(log, "c");
        }

        Assert.Equal(["a", "b", "c"], Behind(0));
    }

    [Fact]
    public void The_file_that_is_left_keeps_no_record_under_a_number_that_comes_again()
    {
        using (var log = Open(0))
        {
            Append(log, "a");
            log.TakeTurns();
            Append(log, "b");
            Assert.Throws<IOException>(() => log.Append(Rows("lost"), Fails));
            log.TakeTurns();
            Append(log, "c");
        }

        Assert.Equal(["b", "c"], Behind(1));
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_refused()
    {
        using (var log = Open(5)) Append(log, "f");
        Assert.Throws<InvalidDataException>(() => Behind(3));
        Assert.Equal("f", Assert.Single(Behind(5)));
    }

    [Fact]
    public void What_is_wiped_is_overwritten()
    {
        using (var log = Open(0))
        {
            Append(log, "secret");
            log.Wipe(log.TakeTurns());
        }

        Assert.All(File.ReadAllBytes(Path + ".log0"), one => Assert.Equal(0, one));
    }

    private string Path => folder.File("tables.db");

    private static void Fails() => throw new IOException("The disk is gone.");

    private static void Append(RowLog log, params string?[] texts) => log.Append(Rows(texts), () => { });

    private static List<(RowName, KeptRow?)> Rows(params string?[] texts) =>
    [
        .. texts.Select((text, i) => (
            new RowName("Things", "p", $"k{i}"),
            text is null ? null : new KeptRow(7, Encoding.UTF8.GetBytes(text)))),
    ];

    private static string Text(IReadOnlyList<(RowName Name, KeptRow? Row)> record) => string.Join(
        ',', record.Select(row => row.Row is null ? "-" : Encoding.UTF8.GetString(row.Row.Data)));

    private RowLog Open(long merged)
    {
        var log = new RowLog(Path);
        log.Behind(merged);
        return log;
    }

    private List<string> Behind(long merged)
    {
        using var log = new RowLog(Path);
        return [.. log.Behind(merged).Select(Text)];
    }
}
