using System.Globalization;
using CloudPos.Cards;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// Requests and reversals for cards as messages of ISO 8583:1987, in the dialect of a profile. The caller
/// disposes the message, which holds clear card data.
/// </summary>
internal static class CardMessages
{
    /// <summary>Entered by key, no PIN could be entered.</summary>
    private const string KeyEntry_22 = "012";

    /// <summary>
    /// The request (0100 or 0200), or with <paramref name="repeat"/> the same as 0101 or 0201.
    /// </summary>
    public static Iso8583Message Request(
        AcquirerProfile profile, CardRequest request, CardData card, bool repeat)
    {
        var message = new Iso8583Message(repeat ? Mti.RepeatOf(profile.RequestMti) : profile.RequestMti);
        Common(message, profile, request, request.Stan, request.TransmittedAt);
        Card(message, card.Pan, card.Expiry);
        message.Set(22, request.Mode.ToField22(profile.PinEntry));
        if (card.PanSequence is { } sequence)
            message.Set(23, sequence.ToString("D3", CultureInfo.InvariantCulture));
        if (card.Track2 is { } track)
            message.SetText(35, track.RevealTrack2Bytes());
        if (card.ChipTlv.Length > 0)
            message.SetBinary(55, card.ChipTlv);
        Dialect(message, profile, request, field => request.IsDeferred ? field.Deferred : field.Live);
        return message;
    }

    /// <summary>
    /// The same money once more after a decline, or back: number and expiry alone; neither track nor
    /// cryptogram
    /// may be kept, and the card is not here (field 22: key entry).
    /// </summary>
    public static Iso8583Message WithoutCard(
        AcquirerProfile profile, CardRequest request, Pan pan, Expiry expiry, bool repeat)
    {
        var message = new Iso8583Message(repeat ? Mti.RepeatOf(profile.RequestMti) : profile.RequestMti);
        Common(message, profile, request, request.Stan, request.TransmittedAt);
        Card(message, pan, expiry);
        var isTyped = request is { Mode: EntryMode.ECommerce, IsRefund: false };
        message.Set(22, isTyped ? EntryMode.ECommerce.ToField22(PinEntryCapability.No) : KeyEntry_22);
        Dialect(
            message, profile, request,
            field => request.IsRefund || isTyped ? field.Live : field.Resubmitted ?? field.Deferred);
        return message;
    }

    /// <summary>
    /// The reversal (0420 or 0400, repeated as 0421 or 0401): number and expiry only, field 90 names the
    /// request that it undoes.
    /// </summary>
    public static Iso8583Message Reversal(
        AcquirerProfile profile, ReversalRequest reversal, Pan pan, Expiry expiry, bool repeat)
    {
        var message = new Iso8583Message(
            repeat ? Mti.RepeatOf(profile.ReversalMti) : profile.ReversalMti);
        var original = reversal.Original;
        Common(message, profile, original, reversal.Stan, reversal.TransmittedAt);
        Card(message, pan, expiry);
        message.Set(90, new OriginalDataElements(
            profile.RequestMti, RetrievalReference.ToField11(original.Stan), Field7(original.TransmittedAt),
            profile.AcquirerId).ToField90());
        return message;
    }

    private static void Dialect(
        Iso8583Message message, AcquirerProfile profile, CardRequest request,
        Func<DialectField, string?> which)
    {
        foreach (var field in profile.Fields)
            if (which(field) is { } text)
                message.Set(field.Field, DialectField.Fill(text, request.SaleAt));
    }

    /// <summary>Field 7: MMDDhhmmss in UTC.</summary>
    public static string Field7(DateTimeOffset at) =>
        at.ToUniversalTime().ToString("MMddHHmmss", CultureInfo.InvariantCulture);

    private static void Common(
        Iso8583Message message, AcquirerProfile profile, CardRequest request, int stan, DateTimeOffset at)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(request.Amount.Minor);
        message.Set(3, request.IsRefund ? ProcessingCode.Refund : ProcessingCode.Purchase);
        message.Set(4, request.Amount.Minor.ToString("D12", CultureInfo.InvariantCulture));
        message.Set(7, Field7(at));
        message.Set(11, RetrievalReference.ToField11(stan));
        message.Set(12, request.SaleAt.ToString("HHmmss", CultureInfo.InvariantCulture));
        message.Set(13, request.SaleAt.ToString("MMdd", CultureInfo.InvariantCulture));
        message.Set(18, profile.MerchantCategory);
        message.Set(25, request.Mode == EntryMode.ECommerce
            ? profile.ECommerceConditionCode
            : profile.ConditionCode);
        message.Set(32, profile.AcquirerId);
        message.Set(37, request.RetrievalReference);
        message.Set(41, request.Terminal);
        message.Set(42, request.Merchant);
        message.Set(49, request.Amount.Currency.Numeric.ToString("D3", CultureInfo.InvariantCulture));
    }

    private static void Card(Iso8583Message message, Pan pan, Expiry expiry)
    {
        message.SetText(2, pan.RevealPanBytes());
        message.Set(14, expiry.RevealYymm());
    }
}
