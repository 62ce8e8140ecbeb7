using System.Text.Json.Serialization;

namespace CloudPos.Local.Acquirer;

/// <summary>What names a request for good: the same four again are the same request, sent again.</summary>
internal sealed record TransactionKey(string Merchant, string Terminal, string Stan, string Rrn);

/// <summary>
/// How a reversal names its original: by terminal, and by STAN and field 7 as field 90 has them.
/// </summary>
internal sealed record OriginalKey(string Merchant, string Terminal, string Stan, string Transmitted);

/// <summary>
/// A request about a card and the one answer that it got, as the acquirer remembers them. The card is an HMAC
/// over its whole number; no part of the number is kept.
/// </summary>
/// <param name="Mti">Of the request, repeats counted as the request: 0100, 0120, 0200 or 0220.</param>
/// <param name="Processing">Field 3.</param>
/// <param name="Transmitted">Field 7: MMDDhhmmss.</param>
/// <param name="EntryMode">Field 22; empty where it was absent.</param>
/// <param name="AmountMinor">Field 4, in minor units.</param>
/// <param name="Currency">Field 49, numeric.</param>
/// <param name="Card">64 hexadecimal digits.</param>
/// <param name="Deferred">The merchant had accepted it before it asked (field 60, or where the
/// dialect has it).</param>
/// <param name="Code">Field 39 of the answer.</param>
/// <param name="AuthorisationCode">Field 38 of the answer; null for a decline.</param>
/// <param name="SettlementDate">Field 15 of the answer, with its year.</param>
/// <param name="OfflineTime">When the merchant had accepted it, as told; null where it was not.</param>
/// <param name="PartMinor">What was approved where that is less than was asked for.</param>
internal sealed record Transaction(
    DateTimeOffset At,
    string Mti,
    string Processing,
    string Merchant,
    string Terminal,
    string Stan,
    string Rrn,
    string Transmitted,
    string EntryMode,
    long AmountMinor,
    string Currency,
    string Card,
    bool Deferred,
    string Code,
    string? AuthorisationCode,
    DateOnly SettlementDate,
    string? OfflineTime = null,
    long? PartMinor = null)
{
    [JsonIgnore]
    public TransactionKey Key => new(Merchant, Terminal, Stan, Rrn);

    [JsonIgnore]
    public OriginalKey Original => new(Merchant, Terminal, Stan, Transmitted);

    [JsonIgnore]
    public bool IsApproved => Code is Iso8583.ResponseCode.Approved or Iso8583.ResponseCode.PartialApproval;

    /// <summary>What an approval moves.</summary>
    [JsonIgnore]
    public long ApprovedMinor => PartMinor ?? AmountMinor;

    /// <summary>Approved and captured: 0200 and 0220 move money, 0100 and 0120 only hold it.</summary>
    [JsonIgnore]
    public bool MovesMoney => IsApproved && Mti[1] == '2';

    /// <summary>A refund: the cardholder is credited (processing codes 20 to 29).</summary>
    [JsonIgnore]
    public bool IsCredit => Processing[0] == '2';

    /// <summary>What a second request under the same key must agree in; null where it does.</summary>
    public string? DifferenceTo(Transaction other) =>
        AmountMinor != other.AmountMinor ? "amount"
        : Currency != other.Currency ? "currency"
        : Card != other.Card ? "card"
        : Processing != other.Processing ? "processing code"
        : null;
}
