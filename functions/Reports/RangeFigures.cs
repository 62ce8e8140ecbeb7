using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Reports;

/// <summary>One business date of a range.</summary>
/// <param name="Lost">Of the deferred ones: declined or expired, and not recovered by a further try.</param>
internal sealed record RangeDay(
    DateOnly Date, Figure Sales, Figure Voids, Figure Refunds, Figure Online, Figure Deferred, Figure Lost,
    Figure Pending);

/// <summary>A range of business dates from kept totals: days, schemes, tax, and where the money is.</summary>
internal sealed record RangeFigures(
    string Merchant, string MerchantName, DateOnly From, DateOnly To, string Currency,
    IReadOnlyList<RangeDay> Days, IReadOnlyList<SchemeLine> Schemes, IReadOnlyList<VatLine> Vat,
    FourWayView Money)
{
    public IReadOnlyList<RangeGroup> Stores { get; init; } = [];

    public IReadOnlyList<RangeGroup> Terminals { get; init; } = [];

    public IReadOnlyList<RangeGroup> Cashiers { get; init; } = [];

    /// <summary>How the merchant writes and reads; null where nothing is named.</summary>
    public string? Locale { get; init; }

    /// <summary>Who had the kept totals counted anew last; null where nobody had.</summary>
    public RebuildStamp? Rebuilt { get; init; }
}

/// <summary>What one store, terminal or cashier sold, took back and gave back.</summary>
internal sealed record RangeGroup(string Name, Figure Sales, Figure Voids, Figure Refunds);

/// <summary>
/// Adds up the kept totals of terminals by store, terminal and cashier. A refund counts where and by whom it
/// was given back. One from before that was kept counts in a line of its own, so the lines add up.
/// </summary>
internal sealed class RangeGroups(Currency currency, IReadOnlyList<TerminalIdentity> terminals)
{
    private const string NobodyKnown = "(not recorded)";

    private readonly DayTallies _all = new();
    private readonly Dictionary<string, DayTallies> _byTerminal = new(StringComparer.Ordinal);

    public void Add(string terminal, DayTallies tallies)
    {
        if (!_byTerminal.TryGetValue(terminal, out var sum))
            _byTerminal[terminal] = sum = new DayTallies();
        foreach (var (key, tally) in tallies.All)
        {
            sum.Add(key, tally);
            _all.Add(key, tally);
        }
    }

    public IReadOnlyList<RangeGroup> ByTerminal() => By(terminal => terminal.Terminal);

    public IReadOnlyList<RangeGroup> ByStore() => By(terminal => terminal.Store);

    public IReadOnlyList<RangeGroup> ByCashier()
    {
        var (sales, voids, refunds) = (Named("cashier"), Named("voidedBy"), Named("refundedBy"));
        return Lines(
            sales.Keys.Concat(voids.Keys).Concat(refunds.Keys).Distinct().Select(name => new RangeGroup(
                name, Of(sales.GetValueOrDefault(name)), Of(voids.GetValueOrDefault(name)),
                Of(refunds.GetValueOrDefault(name)))));
    }

    private IReadOnlyList<RangeGroup> By(Func<TerminalIdentity, string> name)
    {
        var refunds = Named("refundedAt");
        return Lines(terminals.GroupBy(name).Select(group => new RangeGroup(
            group.Key, Sum(group, "sales"), Sum(group, "voids"),
            Of(group.Aggregate(default(Tally), (sum, one) =>
                sum + refunds.GetValueOrDefault(one.Terminal))))));
    }

    /// <summary>In order, those of nothing left out, with what is missing to all of it at the end.</summary>
    private IReadOnlyList<RangeGroup> Lines(IEnumerable<RangeGroup> known)
    {
        var lines = known.Where(line => line.Sales.Count + line.Voids.Count + line.Refunds.Count > 0)
            .OrderBy(line => line.Name, StringComparer.Ordinal).ToList();
        Tally Left(string key, Func<RangeGroup, Figure> column) => lines.Aggregate(
            At(_all, key), (left, line) =>
                left - new Tally(column(line).Count, column(line).Amount.Minor));
        var (voids, refunds) = (Left("voids", line => line.Voids), Left("refunds", line => line.Refunds));
        if (voids != default || refunds != default)
            lines.Add(new RangeGroup(NobodyKnown, Of(default), Of(voids), Of(refunds)));
        return lines;
    }

    private Figure Sum(IEnumerable<TerminalIdentity> those, string key) => Of(those.Aggregate(
        default(Tally), (sum, one) =>
            sum + (_byTerminal.TryGetValue(one.Terminal, out var tallies) ? At(tallies, key) : default)));

    /// <summary>The tallies under a key, by the name that follows it; a name may hold a slash.</summary>
    private Dictionary<string, Tally> Named(string key)
    {
        var prefix = Contributions.Key(currency, key) + "/";
        return _all.All.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
    }

    private Tally At(DayTallies tallies, string key) =>
        tallies.All.GetValueOrDefault(Contributions.Key(currency, key));

    private Figure Of(Tally tally) => new(tally.Count, new Money(tally.Minor, currency));
}
