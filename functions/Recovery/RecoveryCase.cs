using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>Where the recovery of a lost payment stands. Numbers are stored and never reused.</summary>
internal enum CaseState
{
    /// <summary>It will be asked for again at a time that is set.</summary>
    Planned = 1,

    /// <summary>A try is under way.</summary>
    Trying = 2,

    /// <summary>No try is left; a person decides what comes next.</summary>
    Open = 3,

    /// <summary>A try was approved: the money is claimed after all.</summary>
    Recovered = 4,

    /// <summary>A person has given it up, with a reason.</summary>
    WrittenOff = 5,
}

/// <summary>One more request for the same money, as a payment of its own.</summary>
/// <param name="ResponseCode">Null while there is no answer.</param>
internal sealed record RecoveryTry(Id Payment, DateTimeOffset At, string? ResponseCode)
{
    /// <summary>Of the customer's own card, where it was paid by link; null for a try of the plan.</summary>
    public string? LastFour { get; init; }

    [JsonIgnore]
    public bool IsByLink => LastFour is not null;
}

/// <summary>
/// What is done about a deferred payment that was declined or expired after its goods had left: row
/// <c>rc.{payment}</c> in the payment's partition. It comes in the same commit as the decline, and each try
/// changes it in the same commit as its own payment, so the two cannot disagree. Immutable.
/// </summary>
/// <param name="Lost">The state in which the payment ended, Declined or Expired.</param>
/// <param name="Reason">Of a write-off; by whom is <paramref name="ClosedBy"/>.</param>
internal sealed record RecoveryCase(
    string Terminal, Id Payment, CaseState State, string Merchant, string Store, Money Amount, Scheme Scheme,
    string LastFour, string ReceiptNumber, DateOnly BusinessDate, PaymentState Lost, string? ResponseCode,
    DateTimeOffset LostAt, DateTimeOffset FirstAskedAt, DateTimeOffset? NextAt,
    IReadOnlyList<RecoveryTry> Tries, DateTimeOffset? ClosedAt, string? ClosedBy, string? Reason)
{
    public const string Prefix = "rc.";

    /// <summary>By which the customer can pay; null while none was made.</summary>
    public PaymentLink? Link { get; init; }

    /// <summary>What the card had, less than was asked for; null where it was declined whole.</summary>
    public Money? Available { get; init; }

    /// <summary>Oldest first; of a case that an older release opened, from then on.</summary>
    public IReadOnlyList<CaseStep> Steps { get; init; } = [];

    public bool IsClosed => State is CaseState.Recovered or CaseState.WrittenOff;

    public static string KeyOf(Id payment) => Prefix + payment;

    /// <summary>The case of a payment that has just been lost.</summary>
    public static RecoveryCase Open(PaymentRow lost, RetryRules rules, DateTimeOffset now)
    {
        var (facts, sale) = (lost.Facts!, lost.Accepted!);
        var firstAsked = lost.Asked?.TransmittedAt ?? now;
        var next = lost.Answer is null ? null : rules.Next(
            facts.Scheme, lost.Answer.Meaning, now, 0, [firstAsked],
            lost.Reference is null ? null : lost.ReferenceUntil);
        return new RecoveryCase(
            lost.Terminal, lost.Payment, next is null ? CaseState.Open : CaseState.Planned, facts.Merchant,
            facts.Store, facts.Amount, facts.Scheme, facts.LastFour, sale.ReceiptNumber, sale.BusinessDate,
            lost.State, lost.Answer?.ResponseCode, now, firstAsked, next, [], null, null, null)
        {
            Available = SaleDecline.AvailableOf(lost),
        }.Step(
            now, $"{lost.State} {lost.Answer?.ResponseCode}".TrimEnd() + Planned(next),
            lost.Answer is null ? PaymentEvent.BackOffice : PaymentEvent.Acquirer);
    }

    /// <summary>The same case, and one line more of what was done.</summary>
    public RecoveryCase Step(DateTimeOffset at, string what, string by) => this with
    {
        Steps =
        [
            .. Steps.TakeLast(CaseStep.Max - 1),
            new CaseStep(
                at, what.Length <= CaseStep.WhatLengthMax ? what : what[..CaseStep.WhatLengthMax], by),
        ],
    };

    private static string Planned(DateTimeOffset? next) => next is { } at
        ? string.Create(CultureInfo.InvariantCulture, $"; next try at {at.UtcDateTime:yyyy-MM-dd HH:mm}Z")
        : "; no further try is planned";

    /// <summary>A try begins.</summary>
    public RecoveryCase Begin(Id payment, DateTimeOffset now) => (this with
    {
        State = CaseState.Trying, NextAt = null, Tries = [.. Tries, new RecoveryTry(payment, now, null)],
    }).Step(now, $"try {Tries.Count + 1} begins", PaymentEvent.BackOffice);

    /// <summary>The customer pays by link. The plan stands still meanwhile, and goes on after a no.</summary>
    public RecoveryCase BeginByLink(Id payment, string lastFour, DateTimeOffset now) => (this with
    {
        State = CaseState.Trying,
        Tries = [.. Tries, new RecoveryTry(payment, now, null) { LastFour = lastFour }],
    }).Step(now, $"try {Tries.Count + 1} by link, card ending in {lastFour}", PaymentEvent.Customer);

    /// <summary>A link is to be mailed; one that was mailed before leads nowhere from then on.</summary>
    public RecoveryCase Offer(string email, string by, DateTimeOffset now, TimeSpan lasts) => (this with
    {
        Link = new PaymentLink((Link?.Number ?? 0) + 1, LinkState.Owed, now, by, now + lasts)
        {
            Email = email, CardsBefore = Tries.Count(tried => tried.IsByLink),
        },
    }).Step(now, $"payment link {(Link?.Number ?? 0) + 1} is to be mailed", by);

    /// <summary>Its link leads nowhere any more.</summary>
    public RecoveryCase Withdraw(string by, DateTimeOffset now) => (this with
    {
        Link = Link! with { State = LinkState.Withdrawn, At = now, By = by, Reason = null },
    }).Step(now, $"payment link {Link.Number} withdrawn", by);

    /// <summary>Nobody will pay: a person says so, or the goods came back.</summary>
    public RecoveryCase WriteOff(string reason, string by, DateTimeOffset now) => (this with
    {
        State = CaseState.WrittenOff, NextAt = null, ClosedAt = now, ClosedBy = by, Reason = reason,
    }).Step(now, $"written off: {reason}", by);

    /// <summary>A try has its answer. One for a case that is closed already only notes the code.</summary>
    public RecoveryCase Answered(PaymentRow tried, RetryRules rules, DateTimeOffset now)
    {
        var next = After(tried, rules, now);
        var end = next.IsClosed ? "" : Planned(next.NextAt);
        return next.Step(
            now, $"try {tried.Origin?.Number}: {tried.State} {tried.Answer?.ResponseCode}".TrimEnd() + end,
            tried.Answer is null ? PaymentEvent.BackOffice : PaymentEvent.Acquirer);
    }

    private RecoveryCase After(PaymentRow tried, RetryRules rules, DateTimeOffset now)
    {
        var tries = Tries.Select(known => known.Payment == tried.Payment
            ? known with { ResponseCode = tried.Answer?.ResponseCode }
            : known).ToArray();
        var noted = this with { Tries = tries };
        if (tried.State == PaymentState.Approved && State != CaseState.WrittenOff)
            return noted with
            {
                State = CaseState.Recovered, NextAt = null, ClosedAt = now, ClosedBy = PaymentEvent.Acquirer,
                Link = IsByLink(tried.Payment)
                    ? Link! with { State = LinkState.Paid, At = now, ReceiptOwed = Link.HasAddress }
                    : Link,
            };
        if (IsClosed)
            return noted;
        if (IsByLink(tried.Payment))
            return noted with { State = NextAt is null ? CaseState.Open : CaseState.Planned };
        var planned = tries.Where(known => !known.IsByLink).ToArray();
        var next = tried.Answer is null ? null : rules.Next(
            Scheme, tried.Answer.Meaning, LostAt, planned.Length,
            [FirstAskedAt, .. planned.Select(known => known.At)], tried.ReferenceUntil);
        return noted with { State = next is null ? CaseState.Open : CaseState.Planned, NextAt = next };
    }

    public Row ToRow(string? etag = null)
    {
        var row = new Row(Terminal, KeyOf(Payment))
        {
            ETag = etag, ["state"] = (int)State,
            // The address goes as soon as nothing can have to be mailed any more.
            ["email"] = IsClosed && Link is not { ReceiptOwed: true } ? null : Link?.Email,
            ["digests"] = Link is null ? null : string.Join(' ', Link.Digests),
        };
        row.SetChunks("case", JsonSerializer.SerializeToUtf8Bytes(this, RecoveryJson.Default.RecoveryCase));
        return row;
    }

    public static RecoveryCase From(Row row)
    {
        var known = JsonSerializer.Deserialize(row.Chunked("case"), RecoveryJson.Default.RecoveryCase)
            ?? throw new RowShapeException($"Row {row} holds no case.");
        return known.Link is not { } link ? known : known with
        {
            Link = link with
            {
                Email = row.TextOrNull("email"),
                Digests = row.TextOrNull("digests")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [],
            },
        };
    }

    private bool IsByLink(Id payment) => Tries.Any(tried => tried.Payment == payment && tried.IsByLink);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(RecoveryCase))]
[JsonSerializable(typeof(IReadOnlyList<RecoveryCase>))]
[JsonSerializable(typeof(WriteOffRequest))]
[JsonSerializable(typeof(LinkRequest))]
internal sealed partial class RecoveryJson : JsonSerializerContext;

/// <summary>A person gives a lost payment up.</summary>
internal sealed record WriteOffRequest(string Reason);

/// <summary>A person has a payment link sent.</summary>
/// <param name="Email">Null: to the address that the customer gave.</param>
internal sealed record LinkRequest(string? Email = null);
