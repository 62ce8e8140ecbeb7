using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Functions.Fleet;

public class ProductEditPropertyTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private sealed record Change(int Terminal, int Second, int Field, int Was, int Now);

    /// <summary>
    /// Edits of two terminals, some at the same moment, and an order of arrival in which each comes once or
    /// more often.
    /// </summary>
    private static readonly Gen<(Change[] Made, Change[] Arrived)> Histories =
        from made in Gen.Select(
            Gen.Int[1, 2], Gen.Int[0, 4], Gen.Int[0, 1], Gen.Int[0, 3], Gen.Int[0, 3],
            (terminal, second, field, was, now) => new Change(terminal, second, field, was, now)).Array[1, 14]
        from again in Gen.Int[0, made.Length - 1].Array[0, 5]
        from arrived in Gen.Shuffle(made.Concat(again.Select(index => made[index])).ToArray())
        select (made, arrived);

    [Fact]
    public void A_product_and_its_conflicts_follow_from_the_edits_whatever_their_order_and_repetition() =>
        Histories.Sample(history => Json(history.Made) == Json(history.Arrived), iter: 500);

    [Fact]
    public void Of_edits_at_the_same_moment_the_one_of_the_higher_terminal_holds()
    {
        var row = Apply([new(2, 1, 0, 0, 2), new(1, 1, 0, 0, 1)]);

        Assert.Equal("name 2", row.Product!.Name);
        Assert.Equal(("name 1", "name 2"), row.Conflicts().Select(one => (one.Lost, one.Kept)).Single());
    }

    [Fact]
    public void An_edit_that_knew_the_one_before_is_no_conflict()
    {
        var row = Apply([new(1, 1, 0, 0, 1), new(2, 2, 0, 1, 2)]);

        Assert.Empty(row.Conflicts());
    }

    private static string Json(Change[] changes)
    {
        var row = Apply(changes);
        return JsonSerializer.Serialize(row.Product!, WireJson.Default.Product) + string.Join(
            ';', row.Conflicts().Select(one => one.ToString()));
    }

    private static ProductRow Apply(Change[] changes)
    {
        var row = new ProductRow(new Row("M", ProductRow.KeyOf("TEA")));
        foreach (var one in changes)
            row.Edit("TEA", MomentOf(one), Fields(one.Field, one.Was), Fields(one.Field, one.Now), Eur);
        return row;
    }

    /// <summary>A terminal edits once at a moment; the number stands for the content.</summary>
    private static string MomentOf(Change one) => EditMoment.Of(
        Start.AddSeconds(one.Second), new JournalId($"T000000{one.Terminal}", 1),
        one.Second * 100 + one.Field * 20 + one.Was * 4 + one.Now + 1);

    private static ProductFields Fields(int field, int value) => field == 0
        ? new ProductFields($"name {value}")
        : new ProductFields(Price: new Money(value, Eur));
}
