using CloudPos.Crypto;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What this terminal is and whom it believes, as its newest enrolment said.</summary>
/// <param name="DeviceKeyName">Names the key that signs for this terminal in the key store.</param>
internal sealed record Enrolment(
    string Terminal,
    int Epoch,
    string Merchant,
    string Store,
    string MerchantName,
    IReadOnlyList<string> StoreAddress,
    Currency Currency,
    Uri BackOffice,
    Es256PublicKey RootKey,
    string DeviceKeyName)
{
    /// <summary>Back office of a terminal that trains: an address that nobody can be reached at.</summary>
    public static Uri NoBackOffice { get; } = new("training:none");

    /// <summary>A terminal that trains has no back office; nothing of it is ever sent.</summary>
    public bool IsTraining => BackOffice.Scheme == NoBackOffice.Scheme;

    public JournalId Journal => new(Terminal, Epoch);
}
