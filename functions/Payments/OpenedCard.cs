using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Payments;

/// <summary>
/// The card of a payment that is about to be asked for: all that the reader gave, or of a try that the back
/// office makes itself, number and expiry alone. Disposing it zeroes them.
/// </summary>
internal sealed class OpenedCard : IDisposable
{
    private readonly CardData? _whole;
    private readonly Pan? _pan;
    private readonly Expiry _expiry;

    private OpenedCard(CardData? whole, Pan? pan, Expiry expiry, string? fault) =>
        (_whole, _pan, _expiry, Fault) = (whole, pan, expiry, fault);

    /// <summary>Why it cannot be opened; null when it could.</summary>
    public string? Fault { get; }

    public static OpenedCard Of(PaymentRow payment, CardVault vault)
    {
        if (payment.Origin is null)
        {
            var (whole, fault) = vault.Open(payment);
            return new OpenedCard(whole, null, default, fault);
        }
        var (pan, expiry, wrong) = vault.OpenReference(payment);
        return new OpenedCard(null, pan, expiry, wrong);
    }

    /// <summary>The caller disposes the message.</summary>
    public Iso8583Message Request(AcquirerProfile profile, CardRequest request, bool repeat) =>
        _whole is not null
            ? CardMessages.Request(profile, request, _whole, repeat)
            : CardMessages.WithoutCard(profile, request, _pan!, _expiry, repeat);

    /// <summary>Number and expiry for later; null where they are all that there is of it already.</summary>
    public byte[]? SealReference(PaymentRow payment, CardVault vault) =>
        _whole is null ? null : vault.SealReference(payment, _whole);

    public void Dispose()
    {
        _whole?.Dispose();
        _pan?.Dispose();
    }
}
