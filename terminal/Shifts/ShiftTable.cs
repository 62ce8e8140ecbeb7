using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>A shift's figures; who had it stands in the entries.</summary>
/// <param name="Opened">Number of the entry that opened it, in <paramref name="Epoch"/>.</param>
/// <param name="Expected">What the drawer should hold: now while it is open, else when it was closed.</param>
internal sealed record ShiftRow(
    Id Shift, int Epoch, long Opened, long? Closed, Money Float, Money Expected, Money? Counted)
{
    public Money? Difference => Counted is { } counted ? counted - Expected : null;
}

/// <summary>Shifts, and what each entry did to the drawer. Within the caller's transaction.</summary>
internal sealed class ShiftTable(Database database)
{
    private const string Columns =
        "SELECT shift, opened, closed, opened_with, coalesce(expected, opened_with + coalesce((SELECT "
        + "sum(amount) FROM drawer WHERE place > opened AND drawer.currency = shift.currency), 0)), counted, "
        + "currency FROM shift ";

    public void Opened(Place place, ShiftOpened body) => database.Run(
        "INSERT INTO shift (shift, opened, opened_with, currency) VALUES ($1, $2, $3, $4)",
        body.Shift.ToString(), place.Value, body.Float.Minor, body.Float.Currency.Code);

    public void Closed(Place place, ShiftClosed body) => database.Run(
        "UPDATE shift SET closed = $2, expected = $3, counted = $4 WHERE shift = $1",
        body.Shift.ToString(), place.Value, body.Expected.Minor, body.Counted.Minor);

    /// <summary>Cash into the drawer, or out of it.</summary>
    public void Cash(Place place, Money amount)
    {
        if (!amount.IsZero)
            database.Run(
                "INSERT INTO drawer (place, amount, currency) VALUES ($1, $2, $3)",
                place.Value, amount.Minor, amount.Currency.Code);
    }

    public static Money CashOf(SaleCompleted sale) => sale.Tenders
        .Where(tender => tender.Kind == TenderKind.Cash)
        .Aggregate(Money.Zero(sale.Total.Currency), (sum, tender) => sum + tender.Amount);

    /// <summary>One is open at most.</summary>
    public ShiftRow? Open() => database.First(
        Columns + "WHERE closed IS NULL ORDER BY opened DESC LIMIT 1", ReadRow);

    public ShiftRow? Find(Id shift) => database.First(Columns + "WHERE shift = $1", ReadRow, $"{shift}");

    /// <summary>Newest first.</summary>
    public List<ShiftRow> Newest(int most) =>
        database.All(Columns + "ORDER BY opened DESC LIMIT $1", ReadRow, most);

    private static ShiftRow ReadRow(Row row)
    {
        var opened = new Place(row.GetInt64(1));
        var currency = Currency.Parse(row.GetString(6));
        return new ShiftRow(
            Id.Parse(row.GetString(0)), opened.Epoch, opened.Number,
            row.IsDBNull(2) ? null : new Place(row.GetInt64(2)).Number, new Money(row.GetInt64(3), currency),
            new Money(row.GetInt64(4), currency),
            row.IsDBNull(5) ? null : new Money(row.GetInt64(5), currency));
    }
}
