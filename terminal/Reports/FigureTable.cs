using System.Globalization;
using CloudPos.Crypto;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>By what a figure of a report is added up. Numbers are stored and never reused.</summary>
internal enum FigureDimension
{
    /// <summary>Keys: sale, void, refund.</summary>
    Total = 1,

    /// <summary>The hour of the store's clock, two digits.</summary>
    Hour = 2,

    /// <summary>SKU.</summary>
    Product = 3,

    Category = 4,

    /// <summary>Number of a row of the table cashier.</summary>
    Cashier = 5,

    /// <summary>Kind of tender and, for cards, how it was approved: Card.Deferred.</summary>
    Tender = 6,

    /// <summary>A customer's id.</summary>
    Customer = 7,

    /// <summary>Tips, by kind of tender; what refunds gave back under its own key.</summary>
    Tip = 8,
}

/// <summary>A sum of one key over some days. Voids and refunds count against it.</summary>
internal sealed record Figure(string Key, long Count, long Quantity, Money Amount);

/// <summary>
/// Totals per business date, kept with each sale, so that a report reads a few rows however long the journal
/// is. Within the caller's transaction.
/// </summary>
internal sealed class FigureTable(Database database, AtRestCipher cipher)
{
    private readonly Dictionary<string, string> _numbers = [];
    private long _numbersOf = -1;

    public void Sold(EntryHeader header, SaleCompleted sale)
    {
        Add(header, FigureDimension.Total, "sale", 1, Pieces(sale), sale.Total);
        AddParts(header, sale, 1);
    }

    /// <param name="sale">The one that was taken back; it counts where the void happened.</param>
    public void Voided(EntryHeader header, SaleCompleted sale)
    {
        Add(header, FigureDimension.Total, "void", 1, -Pieces(sale), -sale.Total);
        AddParts(header, sale, -1);
    }

    /// <param name="sale">The one that it gives back; null when it was sold elsewhere.</param>
    public void Refunded(EntryHeader header, SaleRefunded refund, SaleCompleted? sale)
    {
        var hour = header.At.Hour.ToString("D2", CultureInfo.InvariantCulture);
        Add(header, FigureDimension.Total, "refund", 1, -refund.Lines.Sum(l => l.Quantity), -refund.Total);
        Add(header, FigureDimension.Hour, hour, -1, 0, -refund.Total);
        Add(header, FigureDimension.Cashier, CashierOf(refund.Cashier), -1, 0, -refund.Total);
        if (sale?.Customer is { } customer)
            Add(header, FigureDimension.Customer, $"{customer.Customer}", -1, 0, -refund.Total);
        foreach (var tender in refund.Tenders)
            Add(header, FigureDimension.Tender, $"{tender.Kind}", -1, 0, -tender.Amount);
        if (refund.Tip is { } tip)
            Add(header, FigureDimension.Tip, "Refund", -1, 0, -tip);
        foreach (var line in refund.Lines)
        {
            var category = sale?.Lines.ElementAtOrDefault(line.Line)?.Category ?? "";
            Add(header, FigureDimension.Product, line.Sku, -1, -line.Quantity, -line.Amount);
            Add(header, FigureDimension.Category, category, -1, -line.Quantity, -line.Amount);
        }
    }

    /// <summary>Every key with its sum, the largest amount first.</summary>
    public List<Figure> Sum(FigureDimension dimension, DateOnly from, DateOnly through, Currency currency) =>
        database.All(
            "SELECT key, sum(count), sum(quantity), sum(amount) FROM figure WHERE date >= $1 AND date <= $2 "
            + "AND dimension = $3 AND currency = $4 GROUP BY key ORDER BY sum(amount) DESC, key",
            row => new Figure(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), new Money(row.GetInt64(3), currency)),
            from.DayNumber, through.DayNumber, (int)dimension, currency.Code);

    /// <summary>Per day the net of its sales.</summary>
    public List<(DateOnly Date, long Count, Money Amount)> Days(
        DateOnly from, DateOnly through, Currency currency) => database.All(
        "SELECT date, sum(CASE key WHEN 'sale' THEN count ELSE 0 END), sum(amount) FROM figure "
        + "WHERE date >= $1 AND date <= $2 AND dimension = $3 AND currency = $4 GROUP BY date ORDER BY date",
        row => (
            DateOnly.FromDayNumber(row.GetInt32(0)), row.GetInt64(1), new Money(row.GetInt64(2), currency)),
        from.DayNumber, through.DayNumber, (int)FigureDimension.Total, currency.Code);

    /// <summary>Names by number; names of persons are encrypted, so they are found by opening all.</summary>
    public Dictionary<string, string> Cashiers()
    {
        var names = new Dictionary<string, string>();
        database.Each("SELECT number, sealed FROM cashier", row =>
        {
            var number = row.GetInt64(0);
            if (cipher.TryDecrypt((byte[])row.GetValue(1), CashierPlace(number), out var clear)
                == AtRestResult.Opened)
                names[Key(number)] = System.Text.Encoding.UTF8.GetString(clear);
        });
        return names;
    }

    /// <summary>Entries from before this table that still have to be counted; null when none has.</summary>
    public (long Done, long Until)? Backlog()
    {
        (long, long)? found = null;
        database.Each(
            "SELECT done, until FROM figure_backlog", row => found = (row.GetInt64(0), row.GetInt64(1)));
        return found;
    }

    public void BacklogDone(long done) => database.Run("UPDATE figure_backlog SET done = $1", done);

    public void BacklogEnded() => database.Run("DELETE FROM figure_backlog");

    private void AddParts(EntryHeader header, SaleCompleted sale, int sign)
    {
        var hour = header.At.Hour.ToString("D2", CultureInfo.InvariantCulture);
        Add(header, FigureDimension.Hour, hour, sign, sign * Pieces(sale), sale.Total * sign);
        Add(header, FigureDimension.Cashier, CashierOf(sale.Cashier), sign, 0, sale.Total * sign);
        if (sale.Customer is { } customer)
            Add(header, FigureDimension.Customer, $"{customer.Customer}", sign, 0, sale.Total * sign);
        foreach (var tender in sale.Tenders)
        {
            var key = tender.Payment is { } card ? $"{tender.Kind}.{card.Approval}" : $"{tender.Kind}";
            Add(header, FigureDimension.Tender, key, sign, 0, tender.Amount * sign);
            if (tender.Tip is { IsZero: false } tip)
                Add(header, FigureDimension.Tip, $"{tender.Kind}", sign, 0, tip * sign);
        }
        AddLines(header, FigureDimension.Product, sale.Lines.GroupBy(line => line.Sku), sign);
        AddLines(header, FigureDimension.Category, sale.Lines.GroupBy(line => line.Category ?? ""), sign);
    }

    private void AddLines(
        EntryHeader header, FigureDimension dimension, IEnumerable<IGrouping<string, SaleLine>> groups,
        int sign)
    {
        foreach (var lines in groups)
            Add(
                header, dimension, lines.Key, sign * lines.Count(), sign * lines.Sum(line => line.Quantity),
                lines.Aggregate(
                    Money.Zero(lines.First().Total.Currency), (sum, line) => sum + line.Total * sign));
    }

    private void Add(
        EntryHeader header, FigureDimension dimension, string key, long count, long quantity, Money amount) =>
        database.Run(
            "INSERT INTO figure (date, dimension, key, currency, count, quantity, amount) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (date, dimension, key, currency) DO UPDATE "
            + "SET count = count + excluded.count, quantity = quantity + excluded.quantity, "
            + "amount = amount + excluded.amount",
            header.BusinessDate.DayNumber, (int)dimension, key, amount.Currency.Code, count, quantity,
            amount.Minor);

    /// <summary>
    /// The number of a name. The names are kept in memory, since opening all for each sale cost more than its
    /// own entry; a change that is taken back makes them be read anew.
    /// </summary>
    private string CashierOf(string name)
    {
        if (_numbersOf != database.Generation)
        {
            _numbers.Clear();
            foreach (var (number, known) in Cashiers())
                _numbers[known] = number;
            _numbersOf = database.Generation;
        }
        return _numbers.TryGetValue(name, out var has) ? has : _numbers[name] = AddCashier(name);
    }

    private string AddCashier(string name)
    {
        var next = 1 + (database.Number("SELECT max(number) FROM cashier") ?? 0);
        database.Run(
            "INSERT INTO cashier (number, sealed) VALUES ($1, $2)", next,
            cipher.Encrypt(System.Text.Encoding.UTF8.GetBytes(name), CashierPlace(next)));
        return Key(next);
    }

    private static long Pieces(SaleCompleted sale) => sale.Lines.Sum(line => line.Quantity);

    private static string Key(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] CashierPlace(long number) =>
        new LengthPrefixed().Add("cashier").Add(number).ToArray();
}
