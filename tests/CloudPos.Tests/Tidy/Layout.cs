namespace CloudPos.Tests.Tidy;

/// <summary>
/// Rules over the tree's shape: what stands at the top, and which rooms explain themselves.
/// </summary>
internal static class Layout
{
    private static readonly HashSet<string> TopAllowed =
    [
        "CloudPos.sln", "README.md", "Directory.Build.props", "Directory.Packages.props", "global.json",
        "BannedSymbols.txt", "shared", "terminal", "functions", "infra", "tests",
    ];

    /// <summary>Rooms that keep state. One that exists has a DESIGN.md; a new one is added here.</summary>
    public static readonly string[] RoomsWithState =
    [
        "terminal/Journal", "terminal/Uplink", "terminal/Risk", "terminal/Checkout", "terminal/Web",
        "terminal/Catalogue", "terminal/Customers", "terminal/Invoices", "terminal/People",
        "terminal/Printing",
        "functions/Journals", "functions/Payments", "functions/Acquiring", "functions/Settlement",
        "functions/Stock", "functions/Recovery", "functions/Totals", "functions/Funding",
        "functions/Receipts", "functions/Tables", "functions/Bus", "functions/Customers",
        "functions/Fleet", "functions/Hosting", "functions/CustomHandler", "functions/Vault",
        "functions/Telemetry",
        "infra/local/Acquirer", "infra/local/FunctionsHost",
    ];

    public static IEnumerable<Finding> StrangersAtTheTop(IEnumerable<string> names) =>
        names.Where(name => !name.StartsWith('.') && !TopAllowed.Contains(name))
            .Select(name => new Finding(name, 1, "does not belong at the top"));

    public static IEnumerable<Finding> UnexplainedRooms(IReadOnlyCollection<SourceFile> files) =>
        RoomsWithState.Where(room => files.Any(file => file.IsIn(room)))
            .Where(room => !EndsInDecisions(files.FirstOrDefault(file => file.Path == room + "/DESIGN.md")))
            .Select(room => new Finding(room, 1, "no DESIGN.md that ends in Decisions and trade-offs"));

    private static bool EndsInDecisions(SourceFile? design) =>
        design?.Lines.LastOrDefault(line => line.StartsWith("## ", StringComparison.Ordinal))?.Trim()
            .Equals("## Decisions and trade-offs", StringComparison.OrdinalIgnoreCase) ?? false;
}
