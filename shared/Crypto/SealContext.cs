namespace CloudPos.Crypto;

/// <summary>
/// What a sealed card is bound to. It opens only under exactly the same values, so that it cannot be moved to
/// another payment, amount, moment or terminal. None of it is secret.
/// </summary>
/// <param name="Purpose">What it may be opened for; see <see cref="SealPurpose"/>.</param>
/// <param name="Merchant">Field 42 of ISO 8583, 15 characters.</param>
/// <param name="Terminal">Field 41 of ISO 8583, 8 characters.</param>
/// <param name="UtcUnixMs">The payment's moment in milliseconds since 1970, UTC, as its attempt records
/// it.</param>
public sealed record SealContext(
    string Purpose, string Merchant, string Terminal, Id Payment, Money Amount, long UtcUnixMs)
{
    /// <summary>The info of RFC 9180: what the keys are derived for.</summary>
    internal byte[] Info() =>
        [.. "CloudPos/card/v1"u8, .. new LengthPrefixed().Add(Purpose).Add(Merchant).Add(Terminal).ToArray()];

    /// <summary>The associated data of RFC 9180: what the ciphertext speaks about.</summary>
    internal byte[] AssociatedData() => new LengthPrefixed()
        .Add(Payment)
        .Add(Amount.Minor)
        .Add(Amount.Currency.Code)
        .Add(UtcUnixMs)
        .Add(Terminal)
        .ToArray();
}

/// <summary>The purposes of sealed cards. A card sealed for one does not open for another.</summary>
public static class SealPurpose
{
    /// <summary>
    /// Card data from the reader, for the authorisation of its payment; deleted when the acquirer answered.
    /// </summary>
    public const string Authorise = "authorise";

    /// <summary>Card number and expiry alone, kept after the answer for retry, reversal and refund.</summary>
    public const string Reference = "reference";
}
