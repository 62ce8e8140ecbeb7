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
    public JournalId Journal => new(Terminal, Epoch);
}
