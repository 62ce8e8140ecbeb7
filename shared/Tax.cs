namespace CloudPos;

/// <summary>Value-added tax at one rate within a receipt. Rate in basis points (1900 is 19 %).</summary>
public sealed record TaxLine(int RateBasisPoints, Money Net, Money Tax, Money Gross)
{
    /// <summary>
    /// Splits a gross sum, tax included. Tax is computed once per rate on the receipt's sum, never per line,
    /// and rounded half away from zero; net is the rest, so that net and tax always add up to gross.
    /// </summary>
    public static TaxLine Included(Money gross, int rateBasisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rateBasisPoints);
        var tax = gross.Share(rateBasisPoints, 10_000L + rateBasisPoints);
        return new TaxLine(rateBasisPoints, gross - tax, tax, gross);
    }
}
