using CloudPos.Functions.Customers;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;
using CsCheck;

namespace CloudPos.Tests.Functions.Customers;

public class PointsPropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// A sale, and what takes of it: void, lost payments of a third and of two thirds; each told up to three
    /// times, in any order behind the sale.
    /// </summary>
    private static readonly Gen<(long Earned, long Redeemed, bool Voided, int[] Told)> Stories =
        from earned in Gen.Long[0, 50]
        from redeemed in Gen.Long[0, 50]
        from voided in Gen.Bool
        from told in Gen.Int[0, 3].Array[1, 9]
        select (earned, redeemed, voided, told);

    [Fact]
    public async Task Whatever_takes_a_sale_back_in_any_order_and_repeated_takes_no_more_than_it_gave()
    {
        using var folder = new TestFolder();
        await using var tables = new TablePort(
            SqliteTableEngine.Open(folder.File("t.db")), TimeProvider.System);
        await tables.EnsureTable(TableNames.Customer);
        var points = new CustomerPoints(tables);

        await Stories.SampleAsync(
            async story =>
            {
                var (sale, customer) = (Sales.Cash(1, ("A", 3)), Id.New());
                var number = 1L;
                PointsEntry Entry() => new(
                    TestBackOffice.Merchant, new JournalId("T0000001", 1), number,
                    Start.AddSeconds(number++));
                var body = new SaleCustomer(customer, story.Earned, story.Redeemed, Sales.Eur(0), 0);
                Task Tell(int what) => what switch
                {
                    0 => points.Sold(Entry(), sale, body, default),
                    1 when story.Voided => points.TakeBack(
                        Entry(), sale.Sale, PointsKind.Void, "void", (1, 1), true, default),
                    2 => points.TakeBack(
                        Entry(), sale.Sale, PointsKind.Declined, "declined.a", (1, 3), false, default),
                    3 => points.TakeBack(
                        Entry(), sale.Sale, PointsKind.Declined, "declined.b", (2, 3), false, default),
                    _ => Task.CompletedTask,
                };
                await Tell(0);
                foreach (var what in story.Told)
                    await Tell(what);

                var row = await points.Find(TestBackOffice.Merchant, customer, default);
                return row.Points == Expected(story) && row.Points >= -story.Redeemed && row.Lifetime >= 0
                    && await Moved(tables, customer) == row.Points;
            },
            iter: 200, threads: 1);
    }

    private static long Expected((long Earned, long Redeemed, bool Voided, int[] Told) story)
    {
        var isVoided = story.Voided && story.Told.Contains(1);
        var lost = (story.Told.Contains(2) ? story.Earned / 3 : 0)
            + (story.Told.Contains(3) ? story.Earned * 2 / 3 : 0);
        return isVoided ? 0 : story.Earned - lost - story.Redeemed;
    }

    private static async Task<long> Moved(TablePort tables, Id customer)
    {
        var sum = 0L;
        var (from, to) = CustomerPoints.MovementKeys(customer);
        await foreach (var row in tables.Range(TableNames.Customer, TestBackOffice.Merchant, from, to))
            sum += row.Number("points");
        return sum;
    }
}
