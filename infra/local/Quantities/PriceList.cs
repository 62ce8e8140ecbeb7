using System.Text.Json;

namespace CloudPos.Local.Quantities;

/// <summary>What so many units of a meter cost. An amount that is left out is not known.</summary>
internal sealed record Price(string Meter, double Per, decimal? Amount);

/// <summary>What is paid each month whatever is used. An amount that is left out is not known.</summary>
internal sealed record Fee(string Name, decimal? Amount);

/// <summary>
/// Prices of one's own contract, in one currency. Free grants and steps are left to whoever fills it in: the
/// amount is that of the step the fleet is in.
/// </summary>
internal sealed record PriceList(string Currency, IReadOnlyList<Price> Prices, IReadOnlyList<Fee> Monthly)
{
    /// <summary>Null, and where it is wrong, when the text is no price list for these meters.</summary>
    public static PriceList? TryRead(string json, QuantityTable table, out string? fault)
    {
        try
        {
            var list = JsonSerializer.Deserialize(json, QuantityJson.Default.PriceList);
            fault = list is null ? "The price list is empty." : list.Faults(table).FirstOrDefault();
            return fault is null ? list : null;
        }
        catch (JsonException broken)
        {
            fault = $"{broken.Path ?? "the beginning"}, line {broken.LineNumber + 1}: this is no price list.";
            return null;
        }
    }

    /// <summary>What the amount costs; null when the price is not known.</summary>
    public decimal? CostOf(string meter, double amount) =>
        Prices.FirstOrDefault(price => price.Meter == meter) is { Amount: { } cost } known
            ? (decimal)(amount / known.Per) * cost
            : null;

    private IEnumerable<string> Faults(QuantityTable table)
    {
        foreach (var price in Prices)
        {
            if (table.Meters.All(meter => meter.Name != price.Meter))
                yield return $"{price.Meter} is no meter.";
            if (price.Per <= 0 || price.Amount < 0)
                yield return $"The price of {price.Meter} is for a number above zero, and not negative.";
        }
    }
}
