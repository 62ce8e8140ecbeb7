using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Terminal.Uplink;

/// <summary>What joining came to: the answer with everything in it verified, or why not.</summary>
internal sealed record EnrolResult(VerifiedEnrolment? Enrolment, Reply<EnrolAnswer> Reply, string Sentence);

/// <summary>An enrolment answer whose signatures hold under the root key that came with it.</summary>
internal sealed record VerifiedEnrolment(
    EnrolAnswer Answer,
    Currency Currency,
    Es256PublicKey RootKey,
    KeyList Keys,
    Acknowledgement Acknowledgement);

/// <summary>
/// Joins with a one-time code. This is the one moment in which a key is believed because of the way it came
/// (https, or loopback); everything later is verified under the root key learnt here.
/// </summary>
internal static class Enroller
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<EnrolResult> Enrol(
        BackOfficeClient client, string code, Es256Key deviceKey, string software, CancellationToken cancel,
        EpochEnd? previous = null)
    {
        var request = new EnrolRequest(code, deviceKey.PublicKey.Text, software, previous);
        var reply = await client.Enrol(request, Patience, cancel);
        if (!reply.IsAnswered)
            return new EnrolResult(null, reply, reply.Reason);
        return TryVerify(reply.Value, out var verified, out var fault)
            ? new EnrolResult(verified, reply, "")
            : new EnrolResult(null, reply, fault);
    }

    private static bool TryVerify(EnrolAnswer answer, out VerifiedEnrolment? verified, out string fault)
    {
        (verified, fault) = (null, "");
        if (!Currency.TryParse(answer.Currency, out var currency))
            fault = $"This version does not know {answer.Currency}, in which the back office sells.";
        else if (!Es256PublicKey.TryParse(answer.RootKey, out var root))
            fault = "The back office sent a root key that cannot be read.";
        else if (Verify(answer.Keys, KeyList.Typ, root) is not { } keyBytes
            || JsonSerializer.Deserialize(keyBytes, WireJson.Default.KeyList) is not { } keys)
            fault = "The back office's key list is not signed by its root key.";
        else if (Acknowledge(answer, keys) is not { } acknowledgement)
            fault = "The back office's acknowledgement is not signed by a key of its list.";
        else
            verified = new VerifiedEnrolment(answer, currency, root, keys, acknowledgement);
        return verified is not null;
    }

    private static Acknowledgement? Acknowledge(EnrolAnswer answer, KeyList keys)
    {
        foreach (var published in keys.AcknowledgementKeys)
            if (Es256PublicKey.TryParse(published.PublicKey, out var key)
                && Verify(answer.Acknowledgement, Acknowledgement.Typ, key) is { } bytes)
                return JsonSerializer.Deserialize(bytes, WireJson.Default.Acknowledgement);
        return null;
    }

    private static byte[]? Verify(string document, string type, Es256PublicKey key) =>
        SignedDocument.Verify(document, type, id => id == key.Thumbprint ? key : null, out var payload)
            == SignedDocumentResult.Verified
            ? payload
            : null;
}
