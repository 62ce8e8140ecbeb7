namespace CloudPos.Wire;

/// <summary>
/// What a terminal found wrong with its journal. It appends nothing any more and a person must look at it.
/// </summary>
/// <param name="Entries">How many entries it still has.</param>
/// <param name="Findings">In words, the first ones; each names the entries concerned.</param>
public sealed record DamageReport(long Entries, IReadOnlyList<string> Findings)
{
    public const int FindingsMax = 20;

    /// <summary>Of one finding, in characters.</summary>
    public const int LengthMax = 500;
}
