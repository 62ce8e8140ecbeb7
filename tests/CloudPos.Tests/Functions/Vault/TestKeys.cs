using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;

namespace CloudPos.Tests.Functions.Vault;

/// <summary>The keys of a folder, without a back office around them.</summary>
internal static class TestKeys
{
    /// <summary>
    /// Read, and made where there are none. The ledger is new each time, and closed again: a ring that nobody
    /// freshens needs it no more, and whole histories open hundreds of them.
    /// </summary>
    public static KeyRing Open(string folder, TimeProvider time)
    {
        var ledger = Path.Combine(folder, $"ledger-{Id.New()}");
        var store = new KeyFiles(folder);
        Directory.CreateDirectory(ledger);
        return Task.Run(async () =>
        {
            await using var tables = new TablePort(
                SqliteTableEngine.Open(Path.Combine(ledger, "tables.db")), TimeProvider.System);
            return await Ring(store, tables, time);
        }).GetAwaiter().GetResult();
    }

    public static async Task<KeyRing> Ring(IKeyStore store, TablePort tables, TimeProvider time)
    {
        await tables.EnsureTable(TableNames.Register);
        var ring = new KeyRing(store, new KeyLedger(tables, time), new KeyPeriods(), time);
        await ring.Read();
        return ring;
    }
}
