using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>
/// The signatures of a back office, without one: key lists, acknowledgements, enrolment answers.
/// </summary>
internal sealed class TestBackOffice : IDisposable
{
    public static readonly Uri Address = new("https://localhost/");
    private readonly Es256Key _root = Es256Key.Generate();
    private readonly Es256Key _acknowledging = Es256Key.Generate();

    public string RootKey => _root.PublicKey.Text;

    public string SignKeys(long version, params IReadOnlyList<PublishedKey> sealing) =>
        SignKeysUntil(DateTimeOffset.MaxValue, version, sealing);

    /// <summary>A key list whose acknowledgement key is valid until a moment.</summary>
    public string SignKeysUntil(
        DateTimeOffset notAfter, long version, params IReadOnlyList<PublishedKey> sealing)
    {
        var acknowledging = new PublishedKey(
            _acknowledging.Thumbprint, _acknowledging.PublicKey.Text, DateTimeOffset.UnixEpoch, notAfter);
        return SignedDocument.Sign(_root, KeyList.Typ, JsonSerializer.SerializeToUtf8Bytes(
            new KeyList(version, sealing, [acknowledging]), WireJson.Default.KeyList));
    }

    public string Acknowledge(
        JournalId journal, long number, EntryHash hash, DateTimeOffset at,
        TerminalStanding standing = TerminalStanding.Active, Es256Key? key = null) =>
        SignedDocument.Sign(key ?? _acknowledging, Acknowledgement.Typ, JsonSerializer.SerializeToUtf8Bytes(
            new Acknowledgement(journal.Terminal, journal.Epoch, number, hash, at, standing),
            WireJson.Default.Acknowledgement));

    public EnrolAnswer Enrol(JournalId journal, DateTimeOffset at) => new(
        journal.Terminal, journal.Epoch, "MERCHANT0000001", "store-1", "Corner Shop",
        ["1 High Street", "Anytown"],
        "EUR", RootKey, SignKeys(1), Acknowledge(journal, 0, EntryHash.Genesis(journal), at));

    public void Dispose()
    {
        _root.Dispose();
        _acknowledging.Dispose();
    }
}
