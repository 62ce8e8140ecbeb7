using System.Globalization;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Payments;

/// <summary>What came of asking for a payment, or of asking for its reversal.</summary>
internal enum AskResult
{
    /// <summary>The answer is recorded.</summary>
    Answered = 1,

    /// <summary>The request is stored and may have left. Nothing is known.</summary>
    Unanswered = 2,

    /// <summary>Somebody else changed the payment: look at it again.</summary>
    Overtaken = 3,

    /// <summary>
    /// Nothing was stored or sent, and asking again cannot help: the card does not open, or no message can be
    /// made of it. A person has to look.
    /// </summary>
    Impossible = 4,
}

/// <summary>
/// Asks the acquirer for a payment or its reversal, and records the answer. Before each beginning, first or
/// repeat, the payment's row says that it begins and until when it lasts, so that two processes never ask at
/// once, and a reversal can wait until no byte of the request leaves any more. A new request's STAN is drawn
/// in the same commit.
/// </summary>
internal sealed class Asking(
    TablePort tables, PaymentStore store, CardVault vault, Acquirers acquirers, LiveFirst live,
    PaymentOptions options, TimeProvider time)
{
    private const string StanKey = "stan";
    private const int StanSkipsMax = 100;

    /// <summary>Customers who wait go before a backlog.</summary>
    public LiveFirst Live => live;

    /// <summary>Why a payment would not be sent now; null when it would, or can never be.</summary>
    public string? RefusalOf(PaymentRow payment) => LinkOf(payment)?.Refusal;

    /// <summary>When to look again at a payment that was begun so many times; 1 for the first wait.</summary>
    public TimeSpan RepeatDelay(PaymentRow payment, int requests) =>
        (LinkOf(payment) ?? acquirers.All[0]).Profile.RepeatDelay(requests);

    /// <summary>
    /// A place for a payment of the backlog at its acquirer; null while others have all of them.
    /// </summary>
    public IDisposable? TryEnterBacklog(PaymentRow payment) =>
        acquirers.TryEnterBacklog(LinkOf(payment) ?? acquirers.All[0]);

    /// <summary>The same for a reversal.</summary>
    public IDisposable? TryEnterReversals(PaymentRow payment) =>
        acquirers.TryEnterReversals(LinkOf(payment) ?? acquirers.All[0]);

    /// <summary>Asks, or asks again, for a payment as it was just read (or made by the caller).</summary>
    /// <param name="turn">Of a payment that can wait: paused while the acquirer has it.</param>
    public async Task<(AskResult Result, string? Why)> Ask(
        PaymentRow payment, bool isDeferred, string? work, CancellationToken cancel, bool takesPart = false,
        LiveFirst.Turn? turn = null)
    {
        if (LinkOf(payment) is not { } link)
            return (AskResult.Impossible, UnknownAcquirer(payment));
        using var card = OpenedCard.Of(payment, vault);
        if (card.Fault is not null)
            return (AskResult.Impossible, card.Fault);
        if (payment.Asked is null && FaultOf(link, payment, card) is { } unsendable)
            return (AskResult.Impossible, unsendable);
        if (await Begin(link, payment, isDeferred, takesPart, work, cancel) is not { } begun)
            return (AskResult.Overtaken, null);
        var asked = begun.Asked!;
        using var message = card.Request(link.Profile, RequestOf(begun), repeat: asked.Count > 1);
        turn?.Pause();
        using var answer = await link.Ask(message, asked.Until - time.GetUtcNow(), cancel);
        if (turn is not null)
            await turn.Resume();
        return await Record(
            begun, answer,
            (told, token) => RecordAnswer(begun, told, row => ReferenceOf(row, card), token), cancel);
    }

    /// <summary>Asks, or asks again, for the reversal of a payment as it was just read.</summary>
    /// <param name="turn">Paused while the acquirer has it.</param>
    public async Task<(AskResult Result, string? Why)> Reverse(
        PaymentRow payment, LiveFirst.Turn turn, CancellationToken cancel)
    {
        if (LinkOf(payment) is not { } link)
            return (AskResult.Impossible, UnknownAcquirer(payment));
        var (pan, expiry, fault) = vault.OpenReference(payment);
        using (pan)
        {
            if (pan is null)
                return (AskResult.Impossible, fault);
            if (await BeginReversal(link.Profile, payment, cancel) is not { } begun)
                return (AskResult.Overtaken, null);
            var reversal = begun.Reversal!;
            var request = new ReversalRequest(RequestOf(begun), reversal.Stan, reversal.TransmittedAt);
            using var message = CardMessages.Reversal(
                link.Profile, request, pan, expiry, repeat: reversal.Count > 1);
            turn.Pause();
            using var answer = await link.Ask(message, reversal.Until - time.GetUtcNow(), cancel);
            await turn.Resume();
            return await Record(begun, answer, (told, token) => RecordReversed(begun, told, token), cancel);
        }
    }

    /// <summary>Records the answer to a request, whenever and however it came.</summary>
    public Task<RecordOutcome> RecordAnswer(
        PaymentRow payment, CardAnswer answer, CancellationToken cancel) =>
        RecordAnswer(payment, answer, ReferenceOf, cancel);

    private async Task<RecordOutcome> RecordAnswer(
        PaymentRow payment, CardAnswer answer, Func<PaymentRow?, byte[]?> referenceOf,
        CancellationToken cancel)
    {
        if (LinkOf(payment)?.Profile.Codes is not { } codes)
            return RecordOutcome.Refused(UnknownAcquirer(payment));
        var (outcome, _) = await store.Change(payment.Terminal, payment.Payment, row =>
        {
            var now = time.GetUtcNow();
            return AnswerDecisions.Answer(
                row, answer, codes, referenceOf(row), now.AddDays(options.ReferenceDays), now);
        }, cancel);
        return outcome;
    }

    /// <summary>Records the answer to a reversal, whenever and however it came.</summary>
    public async Task<RecordOutcome> RecordReversed(
        PaymentRow payment, CardAnswer answer, CancellationToken cancel)
    {
        if (LinkOf(payment)?.Profile is not { } profile)
            return RecordOutcome.Refused(UnknownAcquirer(payment));
        var (outcome, _) = await store.Change(
            payment.Terminal, payment.Payment,
            row => AnswerDecisions.Reversed(row, answer, profile, time.GetUtcNow()), cancel);
        return outcome;
    }

    /// <summary>
    /// The payment of a terminal that was asked for under this reference; null when there is none.
    /// </summary>
    public async Task<PaymentRow?> FindByReference(
        string terminal, string reference, CancellationToken cancel)
    {
        if (reference.Length != RetrievalReference.Length || !reference.All(char.IsAsciiDigit))
            return null;
        var row = await tables.Get(TableNames.Terminal, terminal, ReferenceKey(reference), cancel);
        return row is null ? null : await store.Find(terminal, Id.Parse(row.Text("payment")), cancel);
    }

    /// <summary>
    /// The line over which a payment was asked for, or is to be. Null: its acquirer is not configured any
    /// more, and another one knows nothing of it.
    /// </summary>
    private AcquirerLink? LinkOf(PaymentRow payment) =>
        payment.Asked is { } asked ? acquirers.Named(asked.Acquirer)
        : payment.Origin?.Acquirer is { } other ? acquirers.Named(other)
        : payment.Facts is { } facts
            ? acquirers.For(facts.Merchant, facts.Scheme, facts.Amount.Currency)
        : null;

    private static string UnknownAcquirer(PaymentRow payment) =>
        $"acquirer {payment.Asked?.Acquirer ?? payment.Origin?.Acquirer} is not configured any more";

    private static async Task<(AskResult, string?)> Record(
        PaymentRow begun, AcquirerAnswer answer,
        Func<CardAnswer, CancellationToken, Task<RecordOutcome>> record, CancellationToken cancel)
    {
        if (answer.Message is not { } message)
            return (AskResult.Unanswered, answer.Why);
        if (CardAnswer.TryRead(message) is not { } told)
            return (AskResult.Unanswered, "the answer has no response code");
        var outcome = await record(told, cancel);
        return outcome.Result is RecordResult.Recorded or RecordResult.AlreadyRecorded
            ? (AskResult.Answered, null)
            : (AskResult.Unanswered, $"the answer does not fit: {outcome.Detail}");
    }

    /// <summary>
    /// Why no message can be made of the payment; null when one can. Told before a request begins, because
    /// what has begun is asked for until it is answered.
    /// </summary>
    private string? FaultOf(AcquirerLink link, PaymentRow payment, OpenedCard card)
    {
        const int anyStan = 1;
        var now = time.GetUtcNow();
        var trial = payment with
        {
            Asked = new AskedRequest(
                link.Profile.Name, anyStan, RetrievalReference.Of(now, anyStan), now, IsDeferred: true, now,
                1),
        };
        using var message = card.Request(link.Profile, RequestOf(trial), repeat: false);
        return link.FaultOf(message);
    }

    /// <summary>The card is open already: opening it again would cost more than all the rest.</summary>
    private byte[]? ReferenceOf(PaymentRow? row, OpenedCard card) =>
        row?.Sealed is null || row.Answer is not null ? null : card.SealReference(row, vault);

    private byte[]? ReferenceOf(PaymentRow? row)
    {
        if (row?.Sealed is null || row.Answer is not null)
            return null;
        var (card, _) = vault.Open(row);
        using (card)
            return card is null ? null : vault.SealReference(row, card);
    }

    /// <summary>Stores that the request begins. Null when the payment was changed meanwhile.</summary>
    private async Task<PaymentRow?> Begin(
        AcquirerLink link, PaymentRow payment, bool isDeferred, bool takesPart, string? work,
        CancellationToken cancel)
    {
        using var turn = await store.Turn(payment.Terminal, cancel);
        var now = time.GetUtcNow();
        var until = now + link.Profile.AnswerTimeout;
        if (payment.Asked is { } before)
            return await Commit(
                payment, AnswerDecisions.Begin(payment, before, until, now), work, [], cancel);

        var (stan, drawn) = await DrawStan(payment.Terminal, now, cancel);
        var asked = new AskedRequest(
            link.Profile.Name, stan, RetrievalReference.Of(now, stan), WholeSeconds(now), isDeferred, until,
            1)
        {
            TakesPart = takesPart,
        };
        var index = new Row(payment.Terminal, ReferenceKey(asked.RetrievalReference))
        {
            ["payment"] = payment.Payment.ToString(),
        };
        var next = AnswerDecisions.Begin(payment, asked, until, now);
        return await Commit(payment, next, work, [drawn, Change.Insert(index)], cancel);
    }

    private async Task<PaymentRow?> BeginReversal(
        AcquirerProfile profile, PaymentRow payment, CancellationToken cancel)
    {
        using var turn = await store.Turn(payment.Terminal, cancel);
        var now = time.GetUtcNow();
        var until = now + profile.AnswerTimeout;
        if (payment.Reversal is { } before)
            return await Commit(
                payment, AnswerDecisions.BeginReversal(payment, before, until), null, [], cancel);
        var (stan, drawn) = await DrawStan(payment.Terminal, now, cancel);
        var reversal = new PaymentReversal(stan, WholeSeconds(now), until, 1, null);
        return await Commit(
            payment, AnswerDecisions.BeginReversal(payment, reversal, until), null, [drawn], cancel);
    }

    private async Task<PaymentRow?> Commit(
        PaymentRow before, PaymentRow next, string? work, IReadOnlyList<Change> beside,
        CancellationToken cancel)
    {
        var change = PaymentChange.To(next)
            with { Owes = work, OwedFrom = next.Asked?.Until, Beside = beside };
        return await store.Commit(before.Stored is null ? null : before, change, cancel) ? next : null;
    }

    /// <summary>
    /// The terminal's next STAN, as a change of the commit that uses it. One whose reference was used ten
    /// years ago is left out.
    /// </summary>
    private async Task<(int Stan, Change Change)> DrawStan(
        string terminal, DateTimeOffset now, CancellationToken cancel)
    {
        var row = await tables.Get(TableNames.Terminal, terminal, StanKey, cancel)
            ?? new Row(terminal, StanKey);
        var stan = RetrievalReference.Next((int)(row.NumberOrNull("last") ?? 0));
        for (var skipped = 0; skipped < StanSkipsMax; skipped++)
        {
            var reference = ReferenceKey(RetrievalReference.Of(now, stan));
            if (await tables.Get(TableNames.Terminal, terminal, reference, cancel) is null)
                break;
            stan = RetrievalReference.Next(stan);
        }
        row["last"] = stan;
        return (stan, row.ETag is null ? Change.Insert(row) : Change.Replace(row));
    }

    private static CardRequest RequestOf(PaymentRow payment)
    {
        var (facts, asked) = (payment.Facts!, payment.Asked!);
        return new CardRequest(
            facts.Merchant, payment.Terminal, facts.AskedFor, facts.Mode, asked.Stan,
            asked.RetrievalReference, asked.TransmittedAt, facts.AttemptAt, asked.IsDeferred)
        {
            IsRefund = payment.IsRefund,
        };
    }

    public static string ReferenceKey(string reference) => $"n.{reference}";

    /// <summary>Field 7 has seconds; what is stored is what was sent.</summary>
    private static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(
        at.ToUnixTimeSeconds());
}
