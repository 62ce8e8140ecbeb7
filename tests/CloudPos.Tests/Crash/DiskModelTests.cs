using System.Text;

namespace CloudPos.Tests.Crash;

/// <summary>The model's promises one by one: a wrong model would prove nothing about the terminal.</summary>
public class DiskModelTests
{
    private readonly Random _random = new(1);

    [Fact]
    public void What_was_synced_is_there_and_what_was_not_may_be_lost()
    {
        var disk = Disk(("a", "old!"));
        disk.Apply(Write(7, "a", 0, "new"));
        Assert.Equal("old!", Text(disk, Unsynced.Lost, "a"));
        Assert.Equal("new!", Text(disk, Unsynced.Whole, "a"));
        disk.Apply(new LogRecord('S', 7, 0, "a", []));
        Assert.Equal("new!", Text(disk, Unsynced.Lost, "a"));
    }

    [Fact]
    public void A_new_file_that_was_synced_has_no_name_before_its_folder_was()
    {
        var disk = Disk();
        disk.Apply(new LogRecord('C', 7, 0, "keys/k", []));
        disk.Apply(Write(7, "keys/k", 0, "secret"));
        disk.Apply(new LogRecord('S', 7, 0, "keys/k", []));
        Assert.Empty(disk.Build(Unsynced.Lost, _random));
        disk.Apply(new LogRecord('D', 1, 0, "", []));
        Assert.Empty(disk.Build(Unsynced.Lost, _random));
        disk.Apply(new LogRecord('D', 2, 0, "keys", []));
        Assert.Equal("secret", Text(disk, Unsynced.Lost, "keys/k"));
    }

    [Fact]
    public void A_rename_is_there_or_not_and_never_in_between()
    {
        var disk = Disk(("k.new", "whole"));
        disk.Apply(new LogRecord('R', 0, 0, "k.new", Encoding.UTF8.GetBytes("k")));
        for (var i = 0; i < 20; i++)
            Assert.Equal("whole", Encoding.UTF8.GetString(
                Assert.Single(disk.Build(Unsynced.Partial, _random)).Value));
        Assert.Equal("whole", Text(disk, Unsynced.Lost, "k.new"));
        Assert.Equal("whole", Text(disk, Unsynced.Whole, "k"));
    }

    [Fact]
    public void An_inode_that_is_used_again_is_another_file()
    {
        var disk = Disk();
        disk.Apply(new LogRecord('C', 7, 0, "wal", []));
        disk.Apply(Write(7, "wal", 0, "first"));
        disk.Apply(new LogRecord('S', 7, 0, "wal", []));
        disk.Apply(new LogRecord('D', 1, 0, "", []));
        disk.Apply(new LogRecord('U', 0, 0, "wal", []));
        disk.Apply(new LogRecord('C', 7, 0, "wal", []));
        disk.Apply(Write(7, "wal", 0, "second"));
        Assert.Equal("first", Text(disk, Unsynced.Lost, "wal"));
        Assert.Equal("second", Text(disk, Unsynced.Whole, "wal"));
    }

    [Fact]
    public void A_torn_write_is_torn_between_sectors_only()
    {
        var disk = Disk(("a", new string('o', 2_048)));
        disk.Apply(Write(7, "a", 0, new string('n', 2_048)));
        var seen = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var text = Text(disk, Unsynced.Torn, "a");
            foreach (var sector in text.Chunk(512))
                Assert.Single(sector.Distinct());
            seen.Add(text);
        }
        Assert.True(seen.Count > 4);
    }

    [Fact]
    public void A_cut_file_is_cut_once_it_was_synced()
    {
        var disk = Disk(("wal", "frames"));
        disk.Apply(new LogRecord('T', 7, 0, "wal", []));
        Assert.Equal("frames", Text(disk, Unsynced.Lost, "wal"));
        disk.Apply(new LogRecord('S', 7, 0, "wal", []));
        Assert.Equal("", Text(disk, Unsynced.Lost, "wal"));
    }

    private static DiskModel Disk(params (string Path, string Content)[] files) =>
        new(files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetBytes(file.Content)));

    private static LogRecord Write(ulong inode, string path, ulong offset, string text) =>
        new('W', inode, offset, path, Encoding.UTF8.GetBytes(text));

    private string Text(DiskModel disk, Unsynced mode, string path) =>
        Encoding.UTF8.GetString(disk.Build(mode, _random)[path]);
}
