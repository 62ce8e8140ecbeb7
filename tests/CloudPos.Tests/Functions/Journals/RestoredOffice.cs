using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>Makes of a back office what a restored backup is: it knows of a journal up to some
/// entry.</summary>
internal static class RestoredOffice
{
    private const int RowsPerCommit = 90;

    public static async Task To(TestBackOffice office, JournalId journal, long number, EntryHash hash)
    {
        var tables = office.Services.GetRequiredService<TablePort>();
        Task<Row?> Find(string key) => tables.Get(TableNames.Terminal, journal.Terminal, key);
        var head = (await Find(JournalRows.Head(journal.Epoch)))!;
        var applied = (await Find(JournalRows.Applied(journal.Epoch)))!;
        var lost = new List<Change>();
        for (var entry = number + 1; entry <= head.Number("number"); entry++)
            lost.Add(Change.Delete((await Find(JournalRows.Entry(journal.Epoch, entry)))!));
        foreach (var some in lost.Chunk(RowsPerCommit))
            Assert.Null(await tables.TryCommit(TableNames.Terminal, journal.Terminal, some));
        head["number"] = applied["number"] = number;
        head["hash"] = hash.ToBytes();
        Assert.Null(await tables.TryCommit(
            TableNames.Terminal, journal.Terminal, [Change.Replace(head), Change.Replace(applied)]));
    }
}
