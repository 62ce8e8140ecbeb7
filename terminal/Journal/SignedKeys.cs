using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>A key list that its root key has signed, with the text that proves it.</summary>
internal sealed class SignedKeys
{
    private SignedKeys(string jws, KeyList list) => (Jws, List) = (jws, list);

    public string Jws { get; }

    public KeyList List { get; }

    /// <summary>Verifies a key list under the root key learnt at enrolment.</summary>
    public static SignedKeys? TryVerify(string jws, Es256PublicKey root)
    {
        var result = SignedDocument.Verify(
            jws, KeyList.Typ, keyId => keyId == root.Thumbprint ? root : null, out var payload);
        if (result != SignedDocumentResult.Verified)
            return null;
        return Read(payload, WireJson.Default.KeyList) is { } list ? new SignedKeys(jws, list) : null;
    }

    /// <summary>
    /// Verifies an acknowledgement under the acknowledgement keys, whose validity is asked at the time that
    /// the acknowledgement itself names: the terminal's own clock may be wrong.
    /// </summary>
    public Acknowledgement? TryVerifyAcknowledgement(string jws)
    {
        PublishedKey? used = null;
        var result = SignedDocument.Verify(
            jws, Acknowledgement.Typ, keyId => Find(keyId, out used), out var payload);
        if (result != SignedDocumentResult.Verified)
            return null;
        var read = Read(payload, WireJson.Default.Acknowledgement);
        return read is not null && used!.IsValidAt(read.At) ? read : null;
    }

    private Es256PublicKey? Find(string keyId, out PublishedKey? used)
    {
        used = List.AcknowledgementKeys.FirstOrDefault(key => key.KeyId == keyId);
        return used is not null && Es256PublicKey.TryParse(used.PublicKey, out var key)
            && key.Thumbprint == keyId
            ? key
            : null;
    }

    private static T? Read<T>(byte[] payload, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type);
        }
        catch (JsonException)
        {
            // Signed, yet no document of this version: as good as not signed.
            return null;
        }
    }
}
