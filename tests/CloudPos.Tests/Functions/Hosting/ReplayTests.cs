using CloudPos.Functions.Hosting;

namespace CloudPos.Tests.Functions.Hosting;

/// <summary>
/// Rule 11: a request that is caught and sent again changes nothing. A token holds for five minutes and no
/// list of used ones is kept, so each function that a terminal may call has to bear being called twice.
/// </summary>
public class ReplayTests
{
    /// <summary>What a terminal may change, and why a second call of the same changes nothing.</summary>
    private static readonly Dictionary<string, string> Borne = new()
    {
        ["journal-post"] = "numbers at or below the acknowledged one are ignored if their hash is the same",
        ["journal-gap"] = "a gap is named by its numbers, and named once",
        ["journal-damage"] = "a report is the whole state, written over itself",
        ["authorise"] = "one payment id is one payment: the second call gets the first answer",
        ["refunds"] = "one refund id reserves once; asking again does not make it last longer",
    };

    [Fact]
    public void Every_function_by_which_a_terminal_changes_something_is_known_to_bear_a_second_call()
    {
        var changing = BackOffice.Functions().All.OfType<HttpFunction>()
            .Where(function => function.Access is Access.ATerminal && function.Method != "GET")
            .Select(function => function.Name);

        Assert.Equal(Borne.Keys.Order(), changing.Order());
    }

    [Fact]
    public async Task The_same_segment_sent_ten_times_at_once_is_stored_and_applied_once()
    {
        await using var office = await TestBackOffice.WithStore();
        await office.Expect(office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock", """[{"sku":"A","quantity":20}]"""));
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 3)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => terminal.Uploaded(1, 1)));

        Assert.All(answers, answer => Assert.Equal((1, terminal.LastHash), (answer.Number, answer.Hash)));
        await TestBackOffice.Eventually(async () => await Level(office) == 17, "the sale is applied");
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => terminal.Uploaded(1, 1)));
        Assert.Equal(17, await Level(office));
    }

    private static async Task<long> Level(TestBackOffice office)
    {
        var levels = await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"));
        return levels.EnumerateArray().Single(level => level.GetProperty("sku").GetString() == "A")
            .GetProperty("quantity").GetInt64();
    }
}
