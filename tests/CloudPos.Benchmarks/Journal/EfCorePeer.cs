using Microsoft.EntityFrameworkCore;

namespace CloudPos.Benchmarks.Journal;

/// <summary>EF Core over SQLite as its documentation advises: a new context for each unit of work.</summary>
internal sealed class EfCorePeer : ISalePeer
{
    private readonly string _connection;

    public EfCorePeer(string folder)
    {
        _connection = $"Data Source={Path.Combine(folder, "peer.db")}";
        using var context = new Shop(_connection);
        context.Database.EnsureCreated();
        context.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL");
    }

    public string Name => "EF Core";

    public async Task Sell()
    {
        var rows = SaleRows.Next();
        await using var context = new Shop(_connection);
        var (attempt, sale) = (rows.Place, rows.Place + 1);
        context.AddRange(
            new EntryRow(attempt, rows.Hash, rows.Attempt),
            new EntryRow(sale, rows.Hash, rows.Completed),
            new AttachmentRow(attempt, 1, rows.Card),
            new PaymentRow(
                rows.Payment, rows.Sale, attempt, sale, rows.Receipt, SaleRows.Total, SaleRows.Currency, 2,
                rows.At),
            new ExposureRow(rows.Payment, SaleRows.Total, SaleRows.Currency, rows.At),
            new CardUseRow(rows.Payment, rows.Token, SaleRows.Total, SaleRows.Currency, rows.At),
            new SaleRow(
                rows.Sale, sale, rows.Receipt, SaleRows.Day, SaleRows.Total, SaleRows.Currency, false));
        foreach (var sku in SaleRows.Skus)
            context.Add(new MovementRow(sku, sale, -1));
        await AddUp(context, rows);
        await context.SaveChangesAsync();
    }

    /// <summary>Rows that are there change; the others come.</summary>
    private static async Task AddUp(Shop context, SaleRows rows)
    {
        if (await context.FindAsync<CardTagRow>(rows.Tag) is { } tag)
            tag.UsedAt = rows.At;
        else
            context.Add(new CardTagRow { Tag = rows.Tag, Token = rows.Token, UsedAt = rows.At });
        foreach (var (dimension, key, count, quantity, amount) in SaleRows.Figures)
        {
            var figure = await context.FindAsync<FigureRow>(SaleRows.Day, dimension, key, SaleRows.Currency);
            if (figure is null)
                context.Add(figure = new FigureRow
                {
                    Date = SaleRows.Day, Dimension = dimension, Key = key, Currency = SaleRows.Currency,
                });
            figure.Count += count;
            figure.Quantity += quantity;
            figure.Amount += amount;
        }
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    private sealed record EntryRow(long Place, byte[] Hash, byte[] Sealed);

    private sealed record AttachmentRow(long Place, int Kind, byte[] Sealed);

    private sealed record PaymentRow(
        string Payment, string Sale, long Attempted, long? Finished, string Receipt, long Amount,
        string Currency, int State, long At);

    private sealed record ExposureRow(string Payment, long Amount, string Currency, long At);

    private sealed record CardUseRow(string Payment, string Token, long Amount, string Currency, long At);

    private sealed record SaleRow(
        string Sale, long Place, string Receipt, int Date, long Total, string Currency, bool Printed);

    private sealed record MovementRow(string Sku, long Place, long Quantity);

    private sealed class CardTagRow
    {
        public required byte[] Tag { get; init; }

        public required string Token { get; init; }

        public long UsedAt { get; set; }
    }

    private sealed class FigureRow
    {
        public int Date { get; init; }

        public int Dimension { get; init; }

        public required string Key { get; init; }

        public required string Currency { get; init; }

        public long Count { get; set; }

        public long Quantity { get; set; }

        public long Amount { get; set; }
    }

    private sealed class Shop(string connection) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder builder) =>
            builder.UseSqlite(connection);

        protected override void OnModelCreating(ModelBuilder model)
        {
            model.Entity<EntryRow>(row =>
            {
                row.HasKey(entry => entry.Place);
                row.Property(entry => entry.Place).ValueGeneratedNever();
            });
            model.Entity<AttachmentRow>(row =>
            {
                row.HasKey(attachment => attachment.Place);
                row.Property(attachment => attachment.Place).ValueGeneratedNever();
            });
            model.Entity<PaymentRow>(row =>
            {
                row.HasKey(payment => payment.Payment);
                row.HasIndex(payment => payment.Attempted).HasFilter("Finished IS NULL");
            });
            model.Entity<ExposureRow>().HasKey(exposure => exposure.Payment);
            model.Entity<CardUseRow>().HasKey(use => new { use.Token, use.Currency, use.At, use.Payment });
            model.Entity<CardTagRow>().HasKey(tag => tag.Tag);
            model.Entity<SaleRow>(row =>
            {
                row.HasKey(sale => sale.Place);
                row.Property(sale => sale.Place).ValueGeneratedNever();
                row.HasIndex(sale => sale.Sale).IsUnique();
                row.HasIndex(sale => sale.Receipt).IsUnique();
                row.HasIndex(sale => new { sale.Date, sale.Place });
                row.HasIndex(sale => sale.Place, "Unprinted").HasFilter("Printed = 0");
            });
            model.Entity<MovementRow>().HasKey(movement => new { movement.Sku, movement.Place });
            model.Entity<FigureRow>().HasKey(
                figure => new { figure.Date, figure.Dimension, figure.Key, figure.Currency });
        }
    }
}
