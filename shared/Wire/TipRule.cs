namespace CloudPos.Wire;

/// <summary>Who says whether customers are asked for a tip; the narrower goes before the wider.</summary>
public enum TipScope
{
    Merchant = 1,
    Store = 2,
    Terminal = 3,
}

/// <summary>Whether customers are asked for a tip, delivered by the feed. Where nobody says, they are not.
/// </summary>
/// <param name="Version">Rises with each change of its scope.</param>
/// <param name="Enabled">Null: this scope says nothing, and a wider one holds.</param>
/// <param name="Percentages">Offered beside another amount and none.</param>
public sealed record TipRule(
    TipScope Scope, long Version, bool? Enabled, IReadOnlyList<int> Percentages)
{
    public const int ChoicesMax = 4;

    /// <summary>A tip is at most what it is given on: more is a slip of the finger.</summary>
    public const int PercentMax = 100;
}
