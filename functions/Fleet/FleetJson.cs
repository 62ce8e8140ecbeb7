using System.Text.Json.Serialization;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>PUT merchants/{merchant}. The currency never changes.</summary>
/// <param name="TaxNumber">The merchant's own; stands on receipts, and invoices need it.</param>
internal sealed record MerchantBody(
    string Name, string Currency, string? TaxNumber = null, string? Locale = null);

/// <summary>PUT stores/{store}.</summary>
/// <param name="TimeZone">An IANA name, for example Europe/Berlin.</param>
/// <param name="CutOff">HH:mm in that zone; before noon it ends the day before.</param>
/// <param name="Locale">How figures and dates are written there, and in which language: de-DE.</param>
internal sealed record StoreBody(
    string Merchant, string Name, IReadOnlyList<string> Address, string TimeZone, string CutOff,
    string? Locale = null);

/// <param name="Products">How many there are now, withdrawn ones included.</param>
internal sealed record CatalogueAnswer(int Products);

/// <summary>POST stores/{store}/terminals: a new terminal, or another code for one that is there.</summary>
/// <param name="Terminal">Eight capital letters and digits; null lets the back office choose.</param>
internal sealed record TerminalBody(string? Terminal = null);

/// <param name="Code">Shown once; enrols the terminal once.</param>
internal sealed record TerminalAnswer(string Terminal, string Code, DateTimeOffset ExpiresAt);

/// <summary>POST terminals/{terminal}/standing.</summary>
internal sealed record StandingBody(TerminalStanding Standing, string Reason);

/// <summary>A terminal in GET terminals, and its newest journal.</summary>
/// <param name="Stored">The highest number stored.</param>
/// <param name="Applied">The number up to which entries have been applied or set aside.</param>
/// <param name="SkewMilliseconds">The terminal's time less the server's at the last contact.</param>
internal sealed record TerminalLine(
    string Terminal, string Store, string Merchant, TerminalStanding Standing, string? Reason, int Epoch,
    long Stored,
    long Applied, int SetAside, DateTimeOffset? LastContact, long? SkewMilliseconds);

/// <summary>PUT stores/{store}/settings; see <see cref="TillSettings"/>.</summary>
internal sealed record SettingsBody(
    int CashierDiscountBasisPoints, int LockSeconds, bool AskContactOffline, bool VoidNeedsManager);

/// <summary>PUT .../tips; see <see cref="TipRule"/>.</summary>
internal sealed record TipsBody(bool? Enabled, IReadOnlyList<int> Percentages);

/// <summary>PUT stores/{store}/staff/{person}.</summary>
/// <param name="Pin">4 to 8 digits; null keeps the one there is.</param>
internal sealed record StaffBody(string Name, StaffRole Role, string? Pin = null)
{
    /// <summary>Without the PIN: it belongs into no log.</summary>
    public override string ToString() => $"{Name} ({Role})";
}

/// <summary>A person in GET stores/{store}/staff.</summary>
/// <param name="PinAt">When the PIN was set or taken.</param>
internal sealed record StaffLine(
    string Person, string Name, StaffRole Role, bool Withdrawn, DateTimeOffset? PinAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(MerchantBody))]
[JsonSerializable(typeof(StoreBody))]
[JsonSerializable(typeof(IReadOnlyList<Product>))]
[JsonSerializable(typeof(CatalogueAnswer))]
[JsonSerializable(typeof(ProductFields))]
[JsonSerializable(typeof(ConflictBody))]
[JsonSerializable(typeof(IReadOnlyList<EditConflict>))]
[JsonSerializable(typeof(Dictionary<string, List<FieldEdit>>))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(TerminalBody))]
[JsonSerializable(typeof(TerminalAnswer))]
[JsonSerializable(typeof(StandingBody))]
[JsonSerializable(typeof(TerminalLine))]
[JsonSerializable(typeof(IReadOnlyList<TerminalLine>))]
[JsonSerializable(typeof(StaffBody))]
[JsonSerializable(typeof(SettingsBody))]
[JsonSerializable(typeof(TillSettings))]
[JsonSerializable(typeof(TipsBody))]
[JsonSerializable(typeof(TipRule))]
[JsonSerializable(typeof(StaffLine))]
[JsonSerializable(typeof(IReadOnlyList<StaffLine>))]
internal sealed partial class FleetJson : JsonSerializerContext;
