using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// The ids of all merchants, stores and terminals, since a table can only be listed by partition. A name is
/// entered before the thing is made, so a name here may lead to nothing, and nothing is missing here.
/// </summary>
internal sealed class Register(TablePort tables)
{
    public const string Merchants = "merchants";
    public const string Stores = "stores";
    public const string Terminals = "terminals";

    /// <summary>The acquirers of the last start, and those before it at which something is open.</summary>
    public const string Acquirers = "acquirers";

    /// <summary>The terminals that ever belonged to a merchant.</summary>
    public static string TerminalsOf(string merchant) => $"terminals.{merchant}";

    /// <summary>The currencies in which a merchant ever cleared.</summary>
    public static string CurrenciesOf(string merchant) => $"currencies.{merchant}";

    public async Task Enter(string kind, string id, CancellationToken cancel)
    {
        if (await tables.Get(TableNames.Register, kind, id, cancel) is not null)
            return;
        // Whoever else entered it meanwhile has done the same.
        _ = await tables.TryCommit(TableNames.Register, kind, [Change.Insert(new Row(kind, id))], cancel);
    }

    public async Task Remove(string kind, string id, CancellationToken cancel)
    {
        if (await tables.Get(TableNames.Register, kind, id, cancel) is { } row)
            // Whoever was faster has removed it, too.
            _ = await tables.TryCommit(
                TableNames.Register, kind, [Change.Delete(kind, id, row.ETag!)], cancel);
    }

    /// <summary>In ordinal order.</summary>
    public async Task<IReadOnlyList<string>> List(string kind, CancellationToken cancel)
    {
        var ids = new List<string>();
        await foreach (var row in tables.Range(TableNames.Register, kind, cancel: cancel))
            ids.Add(row.Key);
        return ids;
    }
}
