namespace CloudPos.Wire;

/// <summary>How a store wants its terminals to serve, delivered by the feed.</summary>
/// <param name="Version">Rises with each change; shown beside the settings.</param>
/// <param name="CashierDiscountBasisPoints">A cashier may take so much off a sale; a manager any
/// share.</param>
/// <param name="LockSeconds">Untouched for so long, the screen asks for a PIN again.</param>
/// <param name="AskContactOffline">While the line is down a card sale asks for an e-mail or a phone
/// number.</param>
/// <param name="VoidNeedsManager">A cashier takes a sale back only with a manager's PIN.</param>
public sealed record TillSettings(
    long Version,
    int CashierDiscountBasisPoints,
    int LockSeconds,
    bool AskContactOffline,
    bool VoidNeedsManager)
{
    public const int LockSecondsMin = 30;
    public const int LockSecondsMax = 3_600;

    /// <summary>What holds until the back office says otherwise.</summary>
    public static TillSettings Default { get; } = new(0, 1_000, 300, true, true);
}
