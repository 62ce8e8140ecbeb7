using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class TableLimitsTests
{
    public static TheoryData<string> BrokenLimits => [.. broken.Keys];

    private static readonly Dictionary<string, (TableLimit, Func<IReadOnlyList<Change>>)> broken = new()
    {
        ["no change at all"] = (TableLimit.CommitChanges, () => []),
        ["101 changes"] = (TableLimit.CommitChanges, () => Inserts(101)),
        ["one key twice"] = (TableLimit.KeyOnce, () => [Insert(), Change.Delete("p", "k", "1")]),
        ["two partitions"] = (TableLimit.OnePartition, () => [Insert(), Change.Insert(new Row("q", "k"))]),
        ["4 MiB in one commit"] = (TableLimit.CommitBytes, () => [.. Enumerable.Range(0, 5).Select(Large)]),
        ["a row of 1 MiB"] = (TableLimit.RowBytes, () => [Insert(Filled(16, 65_536))]),
        ["a binary of 64 KiB and a byte"] = (TableLimit.PropertyBytes, () => [Insert(Binary(65_537))]),
        ["a text of 32,769 characters"] = (TableLimit.PropertyBytes, () => [Insert(Text(32_769))]),
        ["252 properties beside the commit id"] = (TableLimit.PropertyCount, () => [Insert(Filled(252, 1))]),
        ["the commit id's own name"] = (TableLimit.PropertyName, () => [Insert(("CommitId", 1))]),
        ["a system property"] = (TableLimit.PropertyName, () => [Insert(("Timestamp", 1))]),
        ["a property name with a hyphen"] = (TableLimit.PropertyName, () => [Insert(("a-b", 1))]),
        ["an empty key"] = (TableLimit.KeyLength, () => [Keyed("")]),
        ["a key of 513 characters"] = (TableLimit.KeyLength, () => [Keyed(new string('k', 513))]),
        ["a slash in a key"] = (TableLimit.KeyCharacters, () => [Keyed("a/b")]),
        ["a backslash in a key"] = (TableLimit.KeyCharacters, () => [Keyed("a\\b")]),
        ["a number sign in a key"] = (TableLimit.KeyCharacters, () => [Keyed("a#b")]),
        ["a question mark in a key"] = (TableLimit.KeyCharacters, () => [Keyed("a?b")]),
        ["a control character in a key"] = (TableLimit.KeyCharacters, () => [Keyed("a\tb")]),
        ["an umlaut in a key"] = (TableLimit.KeyCharacters, () => [Keyed("ä")]),
        ["a replace of any version"] = (TableLimit.ETag, () => [Change.Replace(new Row("p", "k"), "*")]),
        ["a delete of no version"] = (TableLimit.ETag, () => [Change.Delete("p", "k", "")]),
        ["half a surrogate pair"] = (TableLimit.TextEncoding, () => [Insert(("a", "x\uD83D"))]),
        ["a number that is none"] = (TableLimit.RealRange, () => [Insert(("a", double.NaN))]),
        ["an infinite number"] = (TableLimit.RealRange, () => [Insert(("a", double.NegativeInfinity))]),
        ["a time before 1601"] = (TableLimit.TimeRange, () => [Insert(("a", DateTimeOffset.MinValue))]),
    };

    [Theory]
    [MemberData(nameof(BrokenLimits))]
    public void A_broken_limit_is_named(string name)
    {
        var (limit, changes) = broken[name];
        var e = Assert.Throws<TableLimitException>(() => TableLimits.Check("p", changes()));
        Assert.Equal(limit, e.Limit);
    }

    [Fact]
    public void What_lies_at_a_limit_is_taken()
    {
        TableLimits.Check("p", Inserts(100));
        TableLimits.Check("p", [Insert(Binary(65_536)), Keyed(new string('k', 512))]);
        TableLimits.Check("p", [Insert(Text(32_768), ("b", "x😀"))]);
        TableLimits.Check("p", [Insert(Filled(251, 1))]);
        TableLimits.Check("p", [Insert(Filled(15, 65_536))]);
        TableLimits.Check("p", [Large(0), Large(1)]);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("with-hyphen")]
    [InlineData("with_underscore")]
    [InlineData("Tables")]
    public void A_table_name_that_Azure_would_refuse_is_named(string table) =>
        Assert.Equal(
            TableLimit.TableName,
            Assert.Throws<TableLimitException>(() => TableLimits.CheckTable(table)).Limit);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(Chunks.BytesMax)]
    public void Large_content_comes_back_from_its_chunks_and_a_shorter_one_leaves_none_behind(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        var row = new Row("p", "k");
        row.SetChunks("body", new byte[200_000]);
        row.SetChunks("body", content);
        Assert.Equal(content, row.Chunked("body"));
        Assert.Equal(1 + ((length + 65_535) / 65_536), row.Count);
        TableLimits.Check("p", [Change.Insert(row)]);
    }

    [Fact]
    public void Content_too_large_for_a_row_is_named() => Assert.Equal(
        TableLimit.ContentBytes,
        Assert.Throws<TableLimitException>(
            () => new Row("p", "k").SetChunks("body", new byte[Chunks.BytesMax + 1])).Limit);

    [Fact]
    public void A_property_that_is_absent_or_of_another_kind_is_named()
    {
        var row = new Row("p", "k") { ["n"] = 1L };
        Assert.Contains("'state'", Assert.Throws<RowShapeException>(() => row.Text("state")).Message);
        Assert.Contains("Long", Assert.Throws<RowShapeException>(() => row.Text("n")).Message);
        Assert.Null(row.TextOrNull("state"));
        row["n"] = (string?)null;
        Assert.False(row.Has("n"));
    }

    private static List<Change> Inserts(int count) =>
        [.. Enumerable.Range(0, count).Select(n => Change.Insert(new Row("p", Keys.Of(n))))];

    private static Change Insert(params (string Name, Value Value)[] values)
    {
        var row = new Row("p", "k");
        foreach (var (name, value) in values) row[name] = value;
        return Change.Insert(row);
    }

    private static (string, Value)[] Filled(int properties, int bytes) =>
        [.. Enumerable.Range(0, properties).Select(n => ($"a{n}", (Value)new byte[bytes]))];

    private static Change Keyed(string key) => Change.Insert(new Row("p", key));

    private static (string, Value) Binary(int length) => ("a", new byte[length]);

    private static (string, Value) Text(int length) => ("a", new string('x', length));

    private static Change Large(int n)
    {
        var row = new Row("p", Keys.Of(n));
        row.SetChunks("body", new byte[Chunks.BytesMax]);
        return Change.Insert(row);
    }
}
