using System.Runtime.CompilerServices;
using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>The one connection of a store, which lets no other one to its file.</summary>
internal static class StoreDatabase
{
    public static Database Of(TerminalStore store) => DatabaseOf(store);

    /// <summary>Lets others to the file, so that they can be in the way.</summary>
    public static void Share(TerminalStore store) =>
        Of(store).Script("PRAGMA locking_mode=NORMAL; SELECT count(*) FROM sqlite_schema");

    /// <summary>The encrypted records that a query answers.</summary>
    public static List<byte[]> Records(TerminalStore store, string sql) =>
        Of(store).All(sql, row => row.GetBytes(0).ToArray());

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_database")]
    private static extern ref Database DatabaseOf(TerminalStore store);
}
