using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Vault;

namespace CloudPos.Tests.Functions.Vault;

/// <summary>The keys of a folder, without a back office around them.</summary>
internal static class TestKeys
{
    /// <summary>Read, and made where there are none. The ledger is new each time.</summary>
    public static KeyRing Open(string folder, TimeProvider time)
    {
        var ledger = Path.Combine(folder, $"ledger-{Id.New()}");
        var store = new KeyFiles(folder);
        Directory.CreateDirectory(ledger);
        var tables = new TablePort(SqliteTableEngine.Open(Path.Combine(ledger, "tables.db")), time);
        return Ring(store, tables, time).GetAwaiter().GetResult();
    }

    public static async Task<KeyRing> Ring(IKeyStore store, TablePort tables, TimeProvider time)
    {
        await tables.EnsureTable(TableNames.Register);
        var ring = new KeyRing(store, new KeyLedger(tables, time), new KeyPeriods(), time);
        await ring.Read();
        return ring;
    }
}
