using CloudPos.Cards;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// Everything that the offline decision depends on, gathered before it is taken, so that the same facts
/// always give the same decision. Amounts are in the payment's currency.
/// </summary>
/// <param name="Amount">Positive.</param>
/// <param name="Exposure">
/// What is accepted and has no outcome yet, at this terminal and in this currency.
/// </param>
/// <param name="CardUses">
/// What this card has paid offline: one element per window that the policy's per-card limits of the currency
/// name.
/// </param>
/// <param name="OfflineSeconds">
/// Since the back office last answered; by server time and the monotonic clock.
/// </param>
internal sealed record OfflineFacts(
    Money Amount,
    OfflinePolicy Policy,
    TerminalFacts Terminal,
    CardChecks Card,
    Exposure Exposure,
    IReadOnlyList<WindowUse> CardUses,
    int OfflineSeconds)
{
    public ApprovalBehaviour Behaviour { get; init; } = ApprovalBehaviour.PreferOnline;

    /// <summary>The card's latest offline payment within the policy's split-sale minutes.</summary>
    public Money? LatestOfCard { get; init; }

    /// <summary>1 to 99, by <see cref="BiasedSelection.Draw"/>; 0 when the policy selects nothing.</summary>
    public int Draw { get; init; }

    /// <summary>The manager who approves what is between the two limits; null for none.</summary>
    public string? Approver { get; init; }
}

/// <param name="JournalSound">
/// False when the journal is damaged: what was accepted before is then not known.
/// </param>
/// <param name="HasSealingKey">A public key of the back office is valid now.</param>
internal sealed record TerminalFacts(
    bool Enrolled, TerminalStanding Standing, bool JournalSound, bool HasSealingKey);

/// <summary>What the sealing call found out about the card; nothing here names it.</summary>
/// <param name="Expired">The last day of its expiry month has passed.</param>
/// <param name="AllowsOffline">
/// The service code does not ask for the issuer (ISO/IEC 7813, second digit).
/// </param>
internal sealed record CardChecks(
    Scheme Scheme, EntryMode Mode, bool Expired, bool AllowsOffline, bool DenyListed)
{
    /// <summary>The policy lists the card's service code, or names none.</summary>
    public bool ServiceCodeAllowed { get; init; } = true;

    /// <summary>The card's number begins within a range that the policy denies.</summary>
    public bool InDeniedRange { get; init; }
}

/// <summary>What one card has paid offline within the last so many minutes.</summary>
internal readonly record struct WindowUse(int WindowMinutes, Money Amount, int Count);
