namespace CloudPos.Local.Quantities;

/// <summary>What a fleet uses in a month, by meter.</summary>
internal static class Quantities
{
    public const string Terminals = "terminals";
    public const string Executions = "executions";
    private const string GigabyteSeconds = "gigabyteSeconds";
    private const string Days = "days";
    private const string MemoryGigabytes = "instanceMemoryGigabytes";
    private const string LogGigabytes = "logGigabytes";
    private const string LogKilobytes = "logKilobytesPerExecution";
    private const double KilobytesPerGigabyte = 1_000_000;

    /// <summary>
    /// A time of activity is billed for a second at least, however short the executions in it (Flex
    /// Consumption plan, billing).
    /// </summary>
    private const double BilledSecondsMin = 1;

    /// <summary>The amount of each of the table's meters, for so many terminals.</summary>
    public static IReadOnlyDictionary<string, double> Of(QuantityTable table, int terminals)
    {
        var values = Values(table, terminals);
        var amounts = table.Meters.ToDictionary(meter => meter.Name, _ => 0.0, StringComparer.Ordinal);
        foreach (var activity in table.Activities)
            foreach (var (meter, amount) in activity.Uses)
                amounts[meter] += values[activity.Times] * amount;
        if (amounts.ContainsKey(GigabyteSeconds))
            amounts[GigabyteSeconds] += table.Groups.Sum(group => ActiveSeconds(table, group, values))
                * values[MemoryGigabytes];
        if (amounts.ContainsKey(LogGigabytes))
            amounts[LogGigabytes] += amounts[Executions] * values[LogKilobytes] / KilobytesPerGigabyte;
        return amounts;
    }

    /// <summary>All named values: assumptions, and how often each driver comes to pass in a month.</summary>
    public static IReadOnlyDictionary<string, double> Values(QuantityTable table, int terminals)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal) { [Terminals] = terminals };
        foreach (var assumption in table.Assumptions)
            values[assumption.Name] = assumption.Value;
        foreach (var driver in table.Drivers)
            values[driver.Name] = Product(driver.Of, values) / Product(driver.Per ?? [], values);
        return values;
    }

    /// <summary>How much of a limit's meters comes in a second, on average over its hours.</summary>
    public static double PerSecond(
        QuantityTable table, RateLimit limit, IReadOnlyDictionary<string, double> amounts)
    {
        var values = Values(table, 1);
        return limit.Meters.Sum(meter => amounts[meter]) / (values[Days] * values[limit.Hours] * 3600);
    }

    /// <summary>
    /// Seconds in which an instance of the group is active, over all instances. Executions begin at random
    /// times, so with n of them a second some second holds none with probability e^-n; the rest is billed.
    /// Above what one instance takes at once, it is the work itself that counts.
    /// </summary>
    public static double ActiveSeconds(
        double executions, double workSeconds, double openSeconds, double concurrency)
    {
        if (executions <= 0)
            return 0;
        var perSecond = executions / openSeconds;
        var length = Math.Max(BilledSecondsMin, workSeconds / executions);
        var busy = 1 - Math.Exp(-perSecond * length);
        return openSeconds * Math.Max(busy, workSeconds / openSeconds / concurrency);
    }

    private static double ActiveSeconds(
        QuantityTable table, ScaleGroup group, IReadOnlyDictionary<string, double> values)
    {
        var executed = table.Activities
            .Where(activity => activity.Group == group.Name && activity.Uses.ContainsKey(Executions))
            .Select(activity => (
                Count: values[activity.Times] * activity.Uses[Executions], activity.Milliseconds))
            .ToList();
        return ActiveSeconds(
            executed.Sum(part => part.Count), executed.Sum(part => part.Count * part.Milliseconds / 1000),
            values[Days] * values[group.Hours] * 3600, group.Concurrency);
    }

    private static double Product(IReadOnlyList<string> names, Dictionary<string, double> values) =>
        names.Aggregate(1.0, (product, name) => product * values[name]);
}
