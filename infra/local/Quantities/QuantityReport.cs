using System.Globalization;
using System.Text;

namespace CloudPos.Local.Quantities;

/// <summary>The quantities as a Markdown table: a row for each meter, a column for each fleet.</summary>
internal static class QuantityReport
{
    /// <param name="table">What is used, and for which fleets.</param>
    /// <param name="prices">Adds what it costs; null for quantities alone.</param>
    public static string Write(QuantityTable table, PriceList? prices)
    {
        var fleets = table.Fleets
            .Select(fleet => (Fleet: fleet, Amounts: Quantities.Of(table, fleet)))
            .ToList();
        var text = new StringBuilder();
        Row(text, "a month", fleets.Select(f => $"{Number(f.Fleet)} terminals"));
        Row(text, "---", fleets.Select(_ => "---:"));
        foreach (var meter in table.Meters)
            Row(text, $"{meter.Bill} ({meter.Unit})", fleets.Select(f => Number(f.Amounts[meter.Name])));
        foreach (var limit in table.Limits)
            Row(text, $"{limit.Name} (one deployment takes {Number(limit.PerSecond)})", fleets.Select(
                f => Number(Quantities.PerSecond(table, limit, f.Amounts))));
        if (prices is not null)
            Costs(text, table, prices, [.. fleets.Select(f => f.Amounts)]);
        return text.ToString();
    }

    /// <summary>
    /// Which activities the table requests come from: how often each happens, and its requests together.
    /// </summary>
    public static string Explain(QuantityTable table)
    {
        var text = new StringBuilder();
        Row(
            text, "times a month, and requests to the tables",
            table.Fleets.Select(f => $"{Number(f)} terminals"));
        Row(text, "---", table.Fleets.Select(_ => "---:"));
        var values = table.Fleets.Select(fleet => Quantities.Values(table, fleet)).ToList();
        foreach (var activity in table.Activities)
        {
            var requests = activity.Uses.Where(use => use.Key.StartsWith("table", StringComparison.Ordinal))
                .Sum(use => use.Value);
            Row(text, activity.Name, values.Select(
                v => $"{Number(v[activity.Times])}, {Number(v[activity.Times] * requests)}"));
        }
        return text.ToString();
    }

    private static void Costs(
        StringBuilder text, QuantityTable table, PriceList prices,
        IReadOnlyList<IReadOnlyDictionary<string, double>> fleets)
    {
        var rows = table.Meters
            .Select(meter => (
                Name: meter.Bill,
                Costs: fleets.Select(amounts => prices.CostOf(meter.Name, amounts[meter.Name])).ToList()))
            .Concat(prices.Monthly.Select(fee => (fee.Name, Costs: fleets.Select(_ => fee.Amount).ToList())))
            .ToList();
        foreach (var (name, costs) in rows)
            Row(text, $"{name} ({prices.Currency})", costs.Select(Amount));
        // A sum that leaves something out would look like an offer.
        Row(text, $"together ({prices.Currency})", fleets.Select((_, i) =>
            Amount(rows.All(row => row.Costs[i] is not null) ? rows.Sum(row => row.Costs[i]) : null)));
    }

    private static void Row(StringBuilder text, string name, IEnumerable<string> cells) =>
        text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Amount(decimal? amount) =>
        amount?.ToString("#,##0.00", CultureInfo.InvariantCulture) ?? "not known";

    /// <summary>Three digits: more would claim to know the assumptions better than anybody does.</summary>
    private static string Number(double number)
    {
        if (number < 1000)
            return number.ToString("#,##0", CultureInfo.InvariantCulture);
        var step = Math.Pow(10, Math.Floor(Math.Log10(number)) - 2);
        return (Math.Round(number / step) * step).ToString("#,##0", CultureInfo.InvariantCulture);
    }
}
