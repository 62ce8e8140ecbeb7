using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

public class PrintTableTests
{
    [Fact]
    public void What_is_one_paper_too_many_leaves_nothing_behind_and_receipts_that_were_begun_stay()
    {
        using var till = new TestTill();
        var database = StoreDatabase.Of(till.Store);
        var table = new PrintTable(database);
        Place At(int number) => new(1_000 + number);
        var receipt = new Place(1);

        database.Begin();
        table.Begun(receipt);
        for (var paper = 1; paper <= PrintTable.WaitingMax; paper++)
            table.Add(At(paper));
        table.Begun(At(1));
        table.Begun(At(2));
        table.Add(At(PrintTable.WaitingMax + 1));
        database.Commit();

        Assert.Equal(PrintTable.WaitingMax, table.Waiting().Count);
        Assert.Equal(
            (false, true, true), (table.IsBegun(At(1)), table.IsBegun(At(2)), table.IsBegun(receipt)));
    }
}
