using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Local.Quantities;

/// <summary>A figure that was assumed or is given by the settings, and why it is what it is.</summary>
internal sealed record Assumption(string Name, double Value, string Why);

/// <summary>How often something happens in a month: the first names' product over the second's.</summary>
internal sealed record Driver(string Name, IReadOnlyList<string> Of, IReadOnlyList<string>? Per = null);

/// <summary>What is metered, in whose unit, and what it is called on the bill.</summary>
internal sealed record Meter(string Name, string Unit, string Bill);

/// <summary>Functions that share instances: Flex Consumption scales each group by itself.</summary>
/// <param name="Concurrency">Executions that one instance takes at once.</param>
/// <param name="Hours">The name of the hours of a day over which its work is spread.</param>
internal sealed record ScaleGroup(string Name, double Concurrency, string Hours);

/// <summary>What one deployment takes in a second of the meters together, as is published.</summary>
/// <param name="Hours">The name of the hours of a day over which the amount is spread.</param>
internal sealed record RateLimit(string Name, IReadOnlyList<string> Meters, string Hours, double PerSecond);

/// <summary>Something that happens, and what one time of it uses.</summary>
/// <param name="Times">The driver that says how often in a month.</param>
/// <param name="Function">The function that runs, as the back office's table of functions names it.</param>
/// <param name="Uses">Meters and how much of each. One execution is one of "executions".</param>
/// <param name="Milliseconds">How long one execution takes; needed where there are executions.</param>
/// <param name="CountedBy">"test" when a test counts it on the running code, "reading" otherwise.</param>
internal sealed record Activity(
    string Name, string Times, IReadOnlyDictionary<string, double> Uses, string? Function = null,
    string? Group = null, double Milliseconds = 0, string CountedBy = "reading", string? Why = null);

/// <summary>infra/quantities.json: what is assumed, what happens, and what it uses.</summary>
internal sealed record QuantityTable(
    IReadOnlyList<int> Fleets, IReadOnlyList<Assumption> Assumptions, IReadOnlyList<Driver> Drivers,
    IReadOnlyList<Meter> Meters, IReadOnlyList<RateLimit> Limits, IReadOnlyList<ScaleGroup> Groups,
    IReadOnlyList<Activity> Activities)
{
    /// <summary>The table that this program was built with.</summary>
    public static QuantityTable Shipped()
    {
        using var stream = typeof(QuantityTable).Assembly.GetManifestResourceStream("quantities.json")!;
        using var reader = new StreamReader(stream);
        return TryRead(reader.ReadToEnd(), out var fault) ?? throw new InvalidDataException(fault);
    }

    /// <summary>Null, and where it is wrong, when the text is no such table.</summary>
    public static QuantityTable? TryRead(string json, out string? fault)
    {
        try
        {
            var table = JsonSerializer.Deserialize(json, QuantityJson.Default.QuantityTable);
            fault = table is null ? "The table is empty." : table.Faults().FirstOrDefault();
            return fault is null ? table : null;
        }
        catch (JsonException broken)
        {
            fault = $"{broken.Path ?? "the beginning"}, line {broken.LineNumber + 1}: this is no such table.";
            return null;
        }
    }

    /// <summary>Names that are used and not known, or known twice.</summary>
    private IEnumerable<string> Faults()
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { Quantities.Terminals };
        foreach (var assumption in Assumptions)
            if (!known.Add(assumption.Name))
                yield return $"There are two values {assumption.Name}.";
        foreach (var driver in Drivers)
        {
            foreach (var name in driver.Of.Concat(driver.Per ?? []).Where(name => !known.Contains(name)))
                yield return $"{driver.Name} is made of {name}, which is not known before it.";
            if (!known.Add(driver.Name))
                yield return $"There are two values {driver.Name}.";
        }
        foreach (var limit in Limits)
            if (!known.Contains(limit.Hours) || limit.Meters.Except(Meters.Select(m => m.Name)).Any())
                yield return $"Limit {limit.Name} is over meters or hours that are not known.";
        foreach (var group in Groups.Where(group => !known.Contains(group.Hours)))
            yield return $"Group {group.Name} works in hours {group.Hours}, which are not known.";
        foreach (var activity in Activities)
        {
            if (!known.Contains(activity.Times))
                yield return $"'{activity.Name}' happens as often as {activity.Times}, which is not known.";
            foreach (var meter in activity.Uses.Keys.Where(name => Meters.All(meter => meter.Name != name)))
                yield return $"'{activity.Name}' uses {meter}, which is no meter.";
            if (activity.Uses.ContainsKey(Quantities.Executions)
                && (activity.Milliseconds <= 0 || Groups.All(group => group.Name != activity.Group)))
                yield return $"'{activity.Name}' is executed, so it wants milliseconds and a group.";
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectRequiredConstructorParameters = true,
    ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(QuantityTable))]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class QuantityJson : JsonSerializerContext;
