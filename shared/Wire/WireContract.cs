using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>Names that both sides of the wire must spell alike, and bounds that both keep.</summary>
public static class WireContract
{
    public const string EnrolPath = "/api/enrol";

    /// <summary>
    /// Scheme of the Authorization header of terminals; behind it a JWT (see Crypto/RequestToken).
    /// </summary>
    public const string TerminalScheme = "CloudPos-Terminal";

    /// <summary>
    /// On every answer: server time as Unix milliseconds, refusals included, so that a clock can be set
    /// right.
    /// </summary>
    public const string TimeHeader = "CloudPos-Time";

    public const string SegmentMediaType = "application/vnd.cloudpos.segment";
    public const string JwsMediaType = "application/jose";

    /// <summary>Bound of any JSON body, in bytes.</summary>
    public const int JsonBytesMax = 256 * 1024;

    /// <summary>Where people hand in a journal that came as a sealed file.</summary>
    public const string SealedJournalPath = "/api/backoffice/journals/sealed";

    /// <summary>Bound of such a file, in bytes.</summary>
    public const int SealedJournalBytesMax = 32 * 1024 * 1024;

    public static string JournalPath(JournalId journal) => $"/api/journal/{journal.Terminal}/{journal.Epoch}";

    /// <summary>Where a terminal names entries that it has deleted and the back office lost.</summary>
    public static string GapPath(JournalId journal) => JournalPath(journal) + "/gap";

    public static string DamagePath(JournalId journal) => JournalPath(journal) + "/damage";

    public static string AuthorisePath(Id payment) => $"/api/payments/{payment}/authorise";

    public static string LinePath(string terminal) => $"/api/line/{terminal}";

    public const string RefundsPath = "/api/refunds";

    /// <summary>A sale of the merchant by its receipt number, for a refund at another terminal.</summary>
    public static string SalePath(string receiptNumber) => $"/api/sales/{receiptNumber}";

    /// <summary>
    /// In a terminal's query, which is signed: when the oldest entry was made that it has not handed in, as
    /// Unix milliseconds; 0 when there is none. Where it is absent, nothing is said about it.
    /// </summary>
    public const string OldestUnsent = "oldest";

    public static string Telling(string path, long oldestUnsent) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{path}{(path.Contains('?') ? '&' : '?')}{OldestUnsent}={oldestUnsent}");

    public static string FeedPath(string terminal, string cursor) =>
        $"/api/feed/{terminal}?cursor={Uri.EscapeDataString(cursor)}";
}

/// <summary>
/// The JSON of the wire: camelCase, enums as names, source-generated, so that it works under NativeAOT.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(AuthoriseRequest))]
[JsonSerializable(typeof(AuthoriseAnswer))]
[JsonSerializable(typeof(LineAnswer))]
[JsonSerializable(typeof(PolicyPlan))]
[JsonSerializable(typeof(IReadOnlyList<OfflinePolicy>))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(RefundAnswer))]
[JsonSerializable(typeof(ForeignSale))]
[JsonSerializable(typeof(FeedPage))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(CustomerData))]
[JsonSerializable(typeof(LoyaltyRule))]
[JsonSerializable(typeof(IReadOnlyList<CustomerPurchase>))]
[JsonSerializable(typeof(InvoiceParty))]
[JsonSerializable(typeof(PrunedGap))]
[JsonSerializable(typeof(DamageReport))]
[JsonSerializable(typeof(Problem))]
public sealed partial class WireJson : JsonSerializerContext;
