namespace CloudPos.Functions.Vault;

/// <summary>
/// How keys follow each other. A new one is listed at once and used only after <see cref="ListedBefore"/>, so
/// that every instance and every terminal with a line knows it by then. Several are valid at once: a dark
/// terminal goes on with the one it has.
/// </summary>
internal sealed record KeyPeriods
{
    /// <summary>Longer than any instance goes without reading the keys anew.</summary>
    public TimeSpan ListedBefore { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The next key follows so long after the last one came into use.</summary>
    public TimeSpan NextAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>From first use to last.</summary>
    public TimeSpan ValidFor { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long a key is kept after its end at least, whatever else is known.</summary>
    public TimeSpan KeptAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>After this an instance reads the keys anew.</summary>
    public TimeSpan ReadEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>People make all keys, the first ones too; here is no right to create any.</summary>
    public bool ByHand { get; init; }
}
