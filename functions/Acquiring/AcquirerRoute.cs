using CloudPos.Cards;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// Which payments go to an acquirer: null takes all. Routes are looked at in order, and the first that fits
/// decides. Immutable.
/// </summary>
internal sealed record AcquirerRoute(string? Merchant, Scheme? Scheme, Currency? Currency, string Acquirer)
{
    public bool IsForAll => Merchant is null && Scheme is null && Currency is null;

    public bool Fits(string merchant, Scheme scheme, Currency currency) =>
        (Merchant ?? merchant) == merchant && (Scheme ?? scheme) == scheme
        && (Currency ?? currency) == currency;
}
