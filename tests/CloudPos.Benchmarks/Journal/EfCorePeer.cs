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
        context.AddRange(
            new EntryRow(rows.Place, rows.Hash, rows.Attempt),
            new EntryRow(rows.Place + 1, rows.Hash, rows.Completed),
            new AttachmentRow(rows.Place, rows.Card),
            new PaymentRow(rows.Payment, rows.Sale, 1999, 1, rows.Place),
            new ExposureRow(rows.Payment, 1999, rows.Place),
            new CardUseRow(rows.Payment, rows.Sale, 1999, rows.Place),
            new SaleRow(rows.Sale, rows.Place + 1, rows.Sale, 1999));
        foreach (var sku in SaleRows.Skus)
            context.Add(new MovementRow(sku, rows.Place + 1, -1));
        await context.SaveChangesAsync();
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }

    private sealed record EntryRow(long Place, byte[] Hash, byte[] Sealed);

    private sealed record AttachmentRow(long Place, byte[] Sealed);

    private sealed record PaymentRow(string Payment, string Sale, long Amount, int State, long At);

    private sealed record ExposureRow(string Payment, long Amount, long At);

    private sealed record CardUseRow(string Payment, string Token, long Amount, long At);

    private sealed record SaleRow(string Sale, long Place, string Receipt, long Total);

    private sealed record MovementRow(string Sku, long Place, long Quantity);

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
                row.HasIndex(payment => payment.At);
            });
            model.Entity<ExposureRow>().HasKey(exposure => exposure.Payment);
            model.Entity<CardUseRow>().HasKey(use => use.Payment);
            model.Entity<SaleRow>(row =>
            {
                row.HasKey(sale => sale.Sale);
                row.HasIndex(sale => sale.Place).IsUnique();
                row.HasIndex(sale => sale.Receipt).IsUnique();
            });
            model.Entity<MovementRow>().HasKey(movement => new { movement.Sku, movement.Place });
        }
    }
}
