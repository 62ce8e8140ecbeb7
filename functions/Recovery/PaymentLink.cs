using System.Text.Json.Serialization;

namespace CloudPos.Functions.Recovery;

/// <summary>How far a payment link has come. Numbers are stored and never reused.</summary>
internal enum LinkState
{
    /// <summary>To be mailed.</summary>
    Owed = 1,

    Sent = 2,

    /// <summary>Cannot be mailed; the reason says why.</summary>
    SetAside = 3,

    /// <summary>A person took it back.</summary>
    Withdrawn = 4,

    /// <summary>The customer has paid with it.</summary>
    Paid = 5,
}

/// <summary>
/// The customer's way to pay what a case leaves open. Of the secret in its address only digests are kept, so
/// each mail carries a new one; all mails of one sending lead to the case, those of an earlier one no longer.
/// Immutable.
/// </summary>
/// <param name="Number">Which sending; 1 for the first.</param>
/// <param name="By">Who had it sent, or took it back.</param>
internal sealed record PaymentLink(
    int Number, LinkState State, DateTimeOffset At, string By, DateTimeOffset ExpiresAt)
{
    /// <summary>Cards that may be tried with one sending; a person can send it anew.</summary>
    public const int CardsMax = 5;

    /// <summary>Sendings of one case.</summary>
    public const int SendingsMax = 20;

    /// <summary>Digests kept of one sending: a mail whose fate was unknown may have come.</summary>
    private const int DigestsMax = 8;

    /// <summary>Cards tried before this sending.</summary>
    public int CardsBefore { get; init; }

    /// <summary>Why it is set aside, or was last not mailed; names no address.</summary>
    public string? Reason { get; init; }

    /// <summary>Until then another handler may be at work on its mail.</summary>
    public DateTimeOffset? SendingUntil { get; init; }

    /// <summary>The money is there, and the customer has still to be told by mail.</summary>
    public bool ReceiptOwed { get; init; }

    public bool HasAddress => Email is not null;

    /// <summary>Of the customer; kept while something may have to be mailed.</summary>
    [JsonIgnore]
    public string? Email { get; init; }

    /// <summary>Of this sending, newest last; see <see cref="LinkToken"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Digests { get; init; } = [];

    public bool OwesMail => State == LinkState.Owed || ReceiptOwed;

    /// <summary>A mail with this digest's secret is about to be handed over.</summary>
    public PaymentLink Sending(string digest, DateTimeOffset until) => this with
    {
        SendingUntil = until, Digests = [.. Digests.TakeLast(DigestsMax - 1), digest],
    };
}
