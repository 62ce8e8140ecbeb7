using System.CommandLine;

namespace CloudPos.Local.Quantities;

/// <summary>Files of one's own in place of the shipped table, prices, and whether to explain.</summary>
internal sealed record QuantitiesOptions(string? Table = null, string? Prices = null, bool Explain = false);

/// <summary>cloudpos-local quantities: what a fleet uses in Azure in a month, and what that costs.</summary>
internal static class QuantitiesCommand
{
    public static Command Build()
    {
        var table = new Option<FileInfo?>("--table")
        {
            Description = "Assumptions of one's own, in the form of infra/quantities.json.",
        };
        var prices = new Option<FileInfo?>("--prices")
        {
            Description = "Prices in the form of infra/prices.example.json; without them, quantities alone.",
        };
        var explain = new Option<bool>("--explain")
        {
            Description = "Say for each activity how often it happens and how many table requests it makes.",
        };
        var command = new Command("quantities", "What a fleet uses in Azure in a month, by meter.")
        {
            table, prices, explain,
        };
        command.SetAction(parsed => Run(
            new QuantitiesOptions(
                parsed.GetValue(table)?.FullName, parsed.GetValue(prices)?.FullName,
                parsed.GetValue(explain)),
            Console.Out, Console.Error));
        return command;
    }

    /// <returns>0; 2 when a file cannot be read, with the reason on the errors.</returns>
    public static int Run(QuantitiesOptions options, TextWriter output, TextWriter errors)
    {
        var (tablePath, pricesPath, explain) = options;
        string? fault = null;
        var table = tablePath is null
            ? QuantityTable.Shipped()
            : ReadFile(tablePath, ref fault) is { } own ? QuantityTable.TryRead(own, out fault) : null;
        if (table is null)
            return Refuse(errors, tablePath!, fault!);
        PriceList? prices = null;
        if (pricesPath is not null)
        {
            prices = ReadFile(pricesPath, ref fault) is { } text
                ? PriceList.TryRead(text, table, out fault)
                : null;
            if (prices is null)
                return Refuse(errors, pricesPath, fault!);
        }
        output.Write(QuantityReport.Write(table, prices));
        if (explain)
            output.Write("\n" + QuantityReport.Explain(table));
        return 0;
    }

    private static string? ReadFile(string path, ref string? fault)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            fault = refused.Message;
            return null;
        }
    }

    private static int Refuse(TextWriter errors, string path, string fault)
    {
        errors.WriteLine($"{path}: {fault}");
        return 2;
    }
}
