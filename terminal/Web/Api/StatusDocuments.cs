using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>What every screen needs before anything else.</summary>
/// <param name="Who">Null until somebody has signed in.</param>
/// <param name="Locale">How figures, dates and times are written, as on the papers.</param>
/// <param name="SignIn">People sign in here with a PIN.</param>
internal sealed record SessionDocument(
    bool Enrolled,
    string? Terminal,
    string? MerchantName,
    string? Store,
    string? Currency,
    int MinorDigits,
    string Language,
    Operator? Who,
    bool SignIn,
    int LockSeconds,
    bool AskContactOffline,
    string Version,
    string Locale,
    bool Training = false);

/// <summary>
/// What the bar on top says, live: never a guess whether the next card is tried online.
/// </summary>
/// <param name="Changes">Moves whenever anything was written down; screens ask again then.</param>
/// <param name="Copied">A copy of this terminal has written as well: its folder is a branch.</param>
/// <param name="Asked">False while nothing was asked since the program started.</param>
/// <param name="OfflineSeconds">Since the back office last answered with its signature; null before it
/// did.</param>
/// <param name="OfflineSecondsMax">From then on no card is accepted offline.</param>
/// <param name="CardsOffline">The policy allows cards while the line is down.</param>
/// <param name="Waiting">Deferred payments without an outcome.</param>
/// <param name="Unknown">Attempts that need a person.</param>
/// <param name="RefundsRefused">Refunds that the cards' banks refused in the last days.</param>
/// <param name="RefundsOpen">Refunds that were asked for and have no answer.</param>
/// <param name="Lost">Deferred payments that were declined or came too late in the last days.</param>
internal sealed record BarDocument(
    long Changes,
    bool Enrolled,
    TerminalStanding Standing,
    bool Up,
    LinePart Missing,
    DateTimeOffset Since,
    string Reason,
    int? OfflineSeconds,
    int OfflineSecondsMax,
    bool CardsOffline,
    RiskDocument? Risk,
    long Unsent,
    int Waiting,
    int Unknown,
    int NotPrinted,
    int Lost,
    int RefundsRefused,
    int RefundsOpen,
    bool Damaged,
    DateTimeOffset Now,
    bool Asked = true,
    bool Copied = false)
{
    /// <summary>The line is away on purpose, until then.</summary>
    public DateTimeOffset? DrillUntil { get; init; }

    /// <summary>Moments are shown by the shop's clock, as on its papers; null while it is unknown.</summary>
    public int? ShopOffsetMinutes { get; init; }
}

/// <summary>What is at risk, and how much more may be.</summary>
internal sealed record RiskDocument(Money Amount, int Count, Money Limit, int CountLimit);

internal sealed record PaymentsDocument(
    IReadOnlyList<WaitingPaymentDocument> Payments, IReadOnlyList<UnknownDocument> Unknown);

/// <summary>A card payment as the payments screen shows it.</summary>
/// <param name="Contact">The customer gave an e-mail or a phone number, which the back office has.</param>
/// <param name="Deadline">Until when it should be submitted; null for what is not waiting.</param>
internal sealed record WaitingPaymentDocument(
    Id Payment,
    Id Sale,
    string? ReceiptNumber,
    Money Amount,
    Approval Approval,
    PaymentState State,
    string? ResponseCode,
    DateTimeOffset At,
    DateTimeOffset? OutcomeAt,
    bool AtRisk,
    DateTimeOffset? Deadline,
    Scheme? Scheme,
    string? LastFour,
    bool Contact)
{
    /// <summary>Of a decline: what the card had, less than was asked for; null where not known.</summary>
    public Money? Available { get; init; }

    /// <summary>Of a decline afterwards: who bought, where the shop knows them.</summary>
    public CustomerData? Customer { get; init; }
}

/// <param name="MayBeCharged">The issuer may have been asked.</param>
/// <param name="AtCounter">Its basket is the open one, so it may be kept.</param>
/// <param name="IsParked">Its basket is parked: taken up again, it may be kept.</param>
/// <param name="Deadline">Until when it should be submitted, if it is kept.</param>
internal sealed record UnknownDocument(
    Id Payment, Id Sale, Money Amount, bool MayBeCharged, DateTimeOffset At, bool AtCounter, bool IsParked,
    DateTimeOffset Deadline);

internal sealed record AbandonBody(Id Payment, string Reason);

internal sealed record VoidBody(string ReceiptNumber, string Reason, PinBody? Manager = null);

internal sealed record CopyBody(string ReceiptNumber);

internal sealed record SlipDocument(string ReceiptNumber, string Text)
{
    /// <summary>Which copy it is; null for the first print.</summary>
    public int? Copy { get; init; }
}

/// <param name="OpenRefunds">Asked for, and the answer is not known.</param>
internal sealed record SaleListDocument(
    IReadOnlyList<SaleItemDocument> Sales, IReadOnlyList<OpenRefundItem> OpenRefunds)
{
    /// <summary>What goes back to cards of other tills' sales, newest first.</summary>
    public IReadOnlyList<ForeignRefundItem> Foreign { get; init; } = [];
}

internal sealed record OpenRefundItem(
    Id Sale, string ReceiptNumber, Money Total, DateTimeOffset At, string Reason);

/// <param name="State">Pending until the card's bank has answered.</param>
internal sealed record ForeignRefundItem(
    string ReceiptNumber, Money Amount, PaymentState State, string? ResponseCode);

internal sealed record SaleItemDocument(
    Id Sale, string ReceiptNumber, Money Total, DateOnly BusinessDate, bool Voided, bool Printed)
{
    /// <summary>When it was sold; null where its entry cannot be read.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What was given back so far; null when nothing was.</summary>
    public Money? Given { get; init; }

    /// <summary>What of it goes back to cards, and what became of each.</summary>
    public IReadOnlyList<CardRefundItem> ToCards { get; init; } = [];

    /// <summary>There is an invoice for it, or was one.</summary>
    public bool Invoiced { get; init; }

    /// <summary>Nothing is left to give back, of goods or tip.</summary>
    public bool AllGiven { get; init; }
}

/// <param name="State">Pending until the card's bank has answered.</param>
internal sealed record CardRefundItem(Money Amount, PaymentState State, string? ResponseCode);

/// <summary>What the feed set, and where it comes from.</summary>
internal sealed record SettingsDocument(
    string? BackOffice,
    string? Terminal,
    int? Epoch,
    string? Merchant,
    string? Store,
    TillSettings Settings,
    OfflinePolicy Policy,
    int Staff,
    long Unsent,
    int OpenAttempts,
    bool HoldBack)
{
    /// <summary>Entries that are neither acknowledged nor in a sealed file.</summary>
    public long Unsaved { get; init; }
}

internal sealed record EnrolBody(string Url, string Code);
