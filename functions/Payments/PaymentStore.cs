using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Reads payments and commits decisions about them: the payment, what changes beside it, and the outcome that
/// the terminal's feed tells, in one commit under the versions that were read. What the payment owes is
/// written before and rung for after. A decision whose commit meets another one is taken again from the row
/// as it then is.
/// </summary>
internal sealed class PaymentStore(
    TablePort tables, TerminalDays days, RecoverySteps recovery, DueTable due, IBus bus, TimeProvider time)
{
    /// <summary>Other versions kept per payment; more of them are counted only.</summary>
    private const int DifferingMax = 16;

    private readonly Turns _turns = new();

    /// <summary>
    /// The terminal's turn to commit, for whoever calls <see cref="Commit"/>; see <see cref="Turns"/>.
    /// </summary>
    public Task<IDisposable> Turn(string terminal, CancellationToken cancel) => _turns.Take(terminal, cancel);

    public async Task<PaymentRow?> Find(string terminal, Id payment, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, PaymentRowCodec.KeyOf(payment), cancel) is { } row
            ? PaymentRowCodec.From(row)
            : null;

    /// <summary>All payments of a terminal, in no order that means anything.</summary>
    public async IAsyncEnumerable<PaymentRow> All(
        string terminal, [EnumeratorCancellation] CancellationToken cancel)
    {
        const string prefix = PaymentRowCodec.KeyPrefix;
        await foreach (
            var row in tables.Range(TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel))
            yield return PaymentRowCodec.From(row);
    }

    /// <summary>What else was told under a payment's id, in the order in which it came.</summary>
    public async Task<IReadOnlyList<OtherVersion>> OthersOf(PaymentRow payment, CancellationToken cancel)
    {
        var (others, prefix) = (new List<OtherVersion>(), ReviewPrefix(payment.Payment));
        await foreach (var row in tables.Range(
            TableNames.Terminal, payment.Terminal, prefix, Keys.After(prefix), cancel))
            others.Add(OtherVersion.Of(row));
        return others;
    }

    /// <summary>Takes a decision until it is committed, or found to change nothing.</summary>
    /// <returns>The outcome, and the payment as it then is; null when there is none.</returns>
    /// <exception cref="TablesUnavailableException">The store did not answer, or others kept coming
    /// between.</exception>
    public async Task<(RecordOutcome Outcome, PaymentRow? Payment)> Change(
        string terminal, Id payment, Func<PaymentRow?, PaymentChange> decide, CancellationToken cancel)
    {
        (RecordOutcome, PaymentRow?) done = default;
        using var turn = await Turn(terminal, cancel);
        await Attempts.UntilCommitted(async () =>
        {
            var before = await Find(terminal, payment, cancel);
            var change = decide(before);
            done = (change.Outcome, change.Next ?? before);
            return change.Next is null || await Commit(before, change, cancel);
        });
        return done;
    }

    /// <summary>One try of a change, in the terminal's turn. False when it met another commit.</summary>
    public async Task<bool> Commit(PaymentRow? before, PaymentChange change, CancellationToken cancel)
    {
        var next = change.Next ?? throw new ArgumentException("Nothing changes.", nameof(change));
        var changes = new List<Change>(change.Beside);
        if (change.Differing is { } other)
        {
            var (field, now) = (change.Outcome.Detail ?? "content", time.GetUtcNow());
            if (await Review(next, other, field, now, cancel) is not { } review)
                return true;
            changes.Add(Tables.Change.Insert(review));
            next = (next with { DifferingCount = next.DifferingCount + 1 }).Note(
                now, $"told again with another {field}; the first stays", PaymentEvent.Terminal);
        }
        if (change.Owes is { } work)
            await Owe(
                work, next, change.OwedFrom, cancel, isFirst: before is null || change.OwedFrom is null);
        var isDeclined = SaleDecline.IsLost(next) && !SaleDecline.IsLost(before);
        if (isDeclined)
            await Owe(SaleDecline.Work, next, null, cancel);
        var isToldElsewhere = TellRefund.IsNews(before, next);
        if (isToldElsewhere)
            await Owe(TellRefund.Work, next, null, cancel);
        var recovered = SaleDecline.RecoveredBy(before, next);
        if (recovered is { } lostBefore)
            await Owe(SaleDecline.Work, next with { Payment = lostBefore }, null, cancel);

        var row = next.ToRow();
        // A terminal knows nothing of what the back office asks for by itself, but gave refunds.
        var isNews = before?.State != next.State || isDeclined;
        if (isNews && (next.Origin is null || next.IsRefund) && OutcomeOf(next) is { } outcome)
        {
            var feed = await FeedAppend.Begin(tables, TableNames.Terminal, next.Terminal, cancel);
            await feed.Add(row, new FeedRow(Outcome: outcome), cancel);
            changes.AddRange(feed.Changes);
        }
        if (before is not null && PaidTwice.Counts(before.State) != PaidTwice.Counts(next.State))
            await PaidTwice.OweReport(tables, due, next, cancel);
        changes.AddRange(await recovery.Of(before, next, cancel));
        changes.AddRange(await days.Paid(next.Terminal, [new PaymentStep(before, next)], cancel));
        changes.Insert(0, row.ETag is null ? Tables.Change.Insert(row) : Tables.Change.Replace(row));
        if (await tables.TryCommit(TableNames.Terminal, next.Terminal, changes, cancel) is not null)
            return false;
        if (change.Owes is { } owed)
            await Ring(owed, next, change.OwedFrom, cancel);
        if (isDeclined)
            await Ring(SaleDecline.Work, next, null, cancel);
        if (isToldElsewhere)
            await Ring(TellRefund.Work, next, null, cancel);
        if (recovered is { } foundAgain)
            await Ring(SaleDecline.Work, next with { Payment = foundAgain }, null, cancel);
        if (RecoverySteps.MayOweMail(before, next) is { } lost)
            await bus.Ring(
                SendLink.Queue, new Doorbell(SendLink.Queue, PaymentWork.IdOf(next.Terminal, lost)),
                cancel: cancel);
        // A mail that waits for the outcome is owed already and asks again by itself; this saves the wait.
        if (before?.State != next.State && next.Facts is { } facts && PaymentStates.IsOpen(
            before?.State ?? default)
            && !PaymentStates.IsOpen(next.State))
            await bus.Ring(
                SendReceipt.Queue, new Doorbell(
                    SendReceipt.Queue, SendReceipt.IdOf(next.Terminal, facts.Sale)),
                cancel: cancel);
        return true;
    }

    /// <summary>The points that a lost payment earned are to go back.</summary>
    public async Task OweTakeBack(PaymentRow lost, CancellationToken cancel)
    {
        await Owe(SaleDecline.Work, lost, null, cancel);
        await Ring(SaleDecline.Work, lost, null, cancel);
    }

    /// <summary>Shows the payment to a person. It stays in its state, and what it owes stays owed.</summary>
    public Task Hold(PaymentRow payment, string why, DateTimeOffset now, CancellationToken cancel) => Change(
        payment.Terminal, payment.Payment,
        row => row is null || row.Held == why || row.State != payment.State
            ? PaymentChange.None(RecordOutcome.AlreadyRecorded)
            : PaymentChange.To((row with { Held = why }).Note(now, why, PaymentEvent.BackOffice)),
        cancel);

    /// <summary>
    /// What the terminal is told: every state in which nothing is open at its side any more. Of a refund that
    /// a void led to it knows the payment only, which is at its end once the money is back.
    /// </summary>
    public static Outcome? OutcomeOf(PaymentRow payment) => payment.State switch
    {
        _ when payment.IsRefund && PaymentRecorder.IsOfVoid(payment) =>
            payment.State == PaymentState.Approved
                ? new Outcome(
                    payment.Origin!.Payment, PaymentState.Reversed, payment.Answer?.ResponseCode, null, null,
                    false, payment.History[^1].At)
                : null,
        _ when SaleDecline.IsLost(payment) && SaleDecline.IsPartLost(payment) => new Outcome(
            payment.Payment, PaymentState.Declined, payment.Answer?.ResponseCode, null,
            payment.Asked?.RetrievalReference, false, payment.History[^1].At)
        {
            Available = SaleDecline.AvailableOf(payment),
        },
        PaymentState.Approved or PaymentState.Declined or PaymentState.Expired or PaymentState.Voided
            or PaymentState.Reversed or PaymentState.Abandoned => new Outcome(
            payment.Payment, payment.State, payment.Answer?.ResponseCode, payment.Answer?.AuthorisationCode,
            payment.Asked?.RetrievalReference,
            payment.Answer?.Meaning == Acquiring.CodeMeaning.DeclinedForNow,
            payment.History[^1].At),
        _ => null,
    };

    private Task Owe(
        string work, PaymentRow payment, DateTimeOffset? from, CancellationToken cancel, bool isFirst = false)
    {
        var id = PaymentWork.IdOf(payment.Terminal, payment.Payment);
        IReadOnlyList<(string, string)> refs =
            [("terminal", payment.Terminal), ("payment", payment.Payment.ToString())];
        return isFirst
            ? due.OweFirst(work, id, from, cancel, refs)
            : due.Owe(work, id, from, cancel, refs);
    }

    private async Task Ring(string work, PaymentRow payment, DateTimeOffset? from, CancellationToken cancel)
    {
        // Work for later is rung for by whoever is at it, or by the sweep.
        if (from is null)
            await bus.Ring(
                work, new Doorbell(
                    work, PaymentWork.IdOf(payment.Terminal, payment.Payment)), cancel: cancel);
    }

    /// <summary>
    /// The row <c>d.{payment}.{n}</c> that keeps another version; null when this version is kept already or
    /// there are too many.
    /// </summary>
    private async Task<Row?> Review(
        PaymentRow payment, PaymentFacts other, string field, DateTimeOffset now, CancellationToken cancel)
    {
        var json = JsonSerializer.Serialize(other, PaymentsJson.Default.PaymentFacts);
        var prefix = ReviewPrefix(payment.Payment);
        var rows = tables.Range(TableNames.Terminal, payment.Terminal, prefix, Keys.After(prefix), cancel);
        await foreach (var kept in rows)
            if (kept.Text("facts") == json)
                return null;
        if (payment.DifferingCount >= DifferingMax)
            return null;
        var number = payment.DifferingCount.ToString("D3", CultureInfo.InvariantCulture);
        return new Row(payment.Terminal, prefix + number)
        {
            ["facts"] = json, ["field"] = field, ["at"] = now,
        };
    }

    private static string ReviewPrefix(Id payment) => $"d.{payment}.";
}
