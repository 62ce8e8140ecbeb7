using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;
using CsCheck;

namespace CloudPos.Tests.Functions.Stock;

public class StockPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>What happened to one product: a movement, or a count when there is a figure.</summary>
    private sealed record Event(int Terminal, long Number, int Second, long Quantity, long? Figure);

    /// <summary>
    /// Events of two terminals whose clocks agree, each terminal's in the order of its numbers, and an order
    /// of arrival that is any order at all: other terminals are late, and entries that were set aside come
    /// later still.
    /// </summary>
    private static readonly Gen<(Event[] Happened, Event[] Arrived)> Days =
        from count in Gen.Int[1, 14]
        from terminals in Gen.Int[1, 2].Array[count]
        from gaps in Gen.Int[0, 2].Array[count]
        from quantities in Gen.Long[-5, 9].Array[count]
        from figures in Gen.Long[0, 40].Array[count]
        from isCount in Gen.Int[0, 3].Array[count]
        let happened = Order(terminals, gaps, quantities, figures, isCount)
        from arrived in Gen.Shuffle(happened)
        select (happened, arrived);

    [Fact]
    public async Task A_level_is_the_last_count_and_what_came_after_it_whatever_the_order_of_arrival()
    {
        using var folder = new TestFolder();
        await using var tables = new TablePort(
            SqliteTableEngine.Open(folder.File("t.db")), TimeProvider.System);
        await tables.EnsureTable(TableNames.Store);
        var movements = new StockMovements(tables);
        var sample = 0;

        await Days.SampleAsync(
            async day =>
            {
                var store = $"s-{Interlocked.Increment(ref sample)}";
                foreach (var one in day.Arrived)
                    await movements.Apply(EntryOf(store, one), CancellationToken.None);

                var row = await tables.Get(TableNames.Store, store, StockLevelRow.KeyOf("A"));
                var level = row is null ? 0 : new StockLevelRow(row).Quantity;
                var moved = await Moved(tables, store);
                return level == Expected(day.Happened) && moved == level;
            },
            iter: 300, threads: 1);
    }

    /// <summary>Plays the events in the order in which they happened.</summary>
    private static long Expected(Event[] happened) =>
        happened.OrderBy(one => (one.Second, one.Terminal, one.Number))
            .Aggregate(0L, (level, one) => one.Figure ?? level + one.Quantity);

    /// <summary>The sum of all movements and corrections, as a person would add them up.</summary>
    private static async Task<long> Moved(TablePort tables, string store)
    {
        var sum = 0L;
        var (from, to) = StockMovements.MovementKeys;
        await foreach (var row in tables.Range(TableNames.Store, store, from, to))
            sum += JsonSerializer.Deserialize(row.Text("lines"), StockJson.Default.IReadOnlyListMovementLine)!
                .Sum(line => line.Quantity + line.Correction);
        return sum;
    }

    private static StockEntry EntryOf(string store, Event one) => new(
        store, new JournalId($"T000000{one.Terminal}", 1), one.Number, Start.AddSeconds(one.Second),
        one.Figure is null ? MovementKind.Sale : MovementKind.Count,
        [new StockChange("A", one.Figure ?? one.Quantity)]);

    private static Event[] Order(
        int[] terminals, int[] gaps, long[] quantities, long[] figures, int[] isCount)
    {
        var (second, numbers) = (0, new long[3]);
        return [.. terminals.Select((terminal, index) => new Event(
            terminal, ++numbers[terminal], second += gaps[index], quantities[index],
            isCount[index] == 0 ? figures[index] : null))];
    }
}
