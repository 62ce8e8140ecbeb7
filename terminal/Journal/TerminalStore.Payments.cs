using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// The random token under which this terminal knows a card, or a new one for a card that it does not
    /// know. A new one is kept when the card's attempt is recorded.
    /// </summary>
    /// <param name="tags">One per velocity key, from the sealing call.</param>
    public string TokenOf(IReadOnlyList<VelocityTag> tags) =>
        Locked(() => _cards.TokenOf(tags) ?? CardTable.NewToken());

    /// <summary>
    /// Makes a payment's id and amount durable, with the sealed card beside it. Before this returned stored,
    /// nothing may be asked or sent. The same attempt again is already stored; the same id with another
    /// amount, sale or card differs.
    /// </summary>
    public WriteOutcome RecordAttempt(AttemptDraft attempt)
    {
        lock (_gate)
            return Commit(batch => AddAttempt(batch, attempt));
    }

    /// <summary>
    /// Declined by the issuer, or refused by the offline policy: ends an open attempt. A refusal needs no
    /// attempt, since nothing was asked.
    /// </summary>
    public WriteOutcome FailPayment(PaymentFailed failed)
    {
        lock (_gate)
            return Commit(batch =>
            {
                var known = _payments.Find(failed.Payment);
                if (known is not null && !_payments.IsOpen(failed.Payment))
                    return NotOpen(failed.Payment);
                if (known is null && failed.ResponseCode is not null)
                    return NotOpen(failed.Payment);
                if (known is not null && (known.Amount != failed.Amount || known.Sale != failed.Sale))
                    return Differing(failed.Payment);
                batch.Add(failed, _clocks.Now);
                if (failed.ResponseCode is not null)
                    DropCard(failed.Payment, batch);
                else
                    DropCardIfNeverSent(failed.Payment, batch);
                return null;
            });
    }

    /// <summary>Gives an open attempt up: whatever became of it at the acquirer is to be undone.</summary>
    public WriteOutcome AbandonPayment(Id payment, string reason)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_payments.FindOpen(payment) is not { } known)
                    return NotOpen(payment);
                batch.Add(new PaymentAbandoned(payment, known.Sale, known.Amount, reason), _clocks.Now);
                DropCardIfNeverSent(payment, batch);
                return null;
            });
    }

    /// <summary>Attempts without a result, oldest first: unknown, never to be charged anew.</summary>
    public IReadOnlyList<OpenAttempt> OpenAttempts => Locked(_payments.Open);

    /// <summary>
    /// An open attempt as it was journalled, with its sealed card; null when it has a result, or cannot be
    /// read.
    /// </summary>
    public AttemptDraft? ReadAttempt(Id payment) => Locked(() =>
    {
        if (_enrolment is not { } enrolment || !_payments.IsOpen(payment)
            || _payments.AttemptOf(payment) is not { Attempt: var place })
            return null;
        var journal = enrolment.Journal with { Epoch = place.Epoch };
        var entry = _journal.Read(journal, place.Number).Entry;
        var card = _journal.Attachments(journal, place.Number, out _)
            .FirstOrDefault(beside => beside.Kind == AttachmentKind.SealedCard);
        return entry?.Body is PaymentAttempted body && card is not null
            ? new AttemptDraft(body, entry.Header.At, card, [])
            : null;
    });

    /// <summary>Deferred payments that were declined, or came too late, since then.</summary>
    public int PaymentsLostSince(DateTimeOffset moment) => Locked(() => _payments.LostSince(moment));

    public PaymentRow? FindPayment(Id payment) => Locked(() => _payments.Find(payment));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<PaymentRow> Payments(int most = 1_000) => Locked(() => _payments.Newest(most));

    /// <summary>Of <see cref="PaymentsLostSince"/>, the newest first.</summary>
    public IReadOnlyList<PaymentRow> PaymentsLost(DateTimeOffset moment, int most) =>
        Locked(() => _payments.NewestLost(moment, most));

    /// <summary>Those at risk, oldest first.</summary>
    public IReadOnlyList<PaymentRow> PaymentsWaiting(int most) => Locked(() => _payments.Waiting(most));

    /// <summary>Value and count of deferred payments that have no outcome yet.</summary>
    public Exposure Exposure(Currency currency) => Locked(() => _payments.Exposure(currency));

    /// <summary>The exposure of each currency that has one.</summary>
    public IReadOnlyList<Exposure> Exposures => Locked(_payments.Exposures);

    /// <summary>What a card has paid offline within the window that ends now.</summary>
    public CardUse CardUse(string token, Currency currency, TimeSpan window) =>
        Locked(() => _cards.Use(token, currency, _clocks.Now - window));

    /// <summary>A card's latest offline payment within so many minutes; null for none.</summary>
    public Money? LatestCardUse(string token, Currency currency, TimeSpan window) =>
        Locked(() => _cards.Latest(token, currency, _clocks.Now - window));

    private WriteOutcome? AddAttempt(Batch batch, AttemptDraft attempt)
    {
        var body = attempt.Body;
        if (attempt.SealedCard.Digest != body.SealedDigest)
            return WriteOutcome.Not(
                WriteStatus.Malformed, "The attempt's digest is not that of the sealed card.");
        if (body.Amount.Minor <= 0)
            return WriteOutcome.Not(WriteStatus.Malformed, "A payment's amount is more than nothing.");
        if (_payments.Find(body.Payment) is not null)
            return AttemptedAgain(batch, body);
        var added = batch.Add(body, attempt.At, attempt.SealedCard);
        _cards.Remember(attempt.Tags, body.Card.Token, added.Header.At);
        return null;
    }

    private WriteOutcome AttemptedAgain(Batch batch, PaymentAttempted body)
    {
        var before = _payments.AttemptOf(body.Payment);
        var entry = before is null
            ? null
            : _journal.Read(batch.Head.Journal, before.Value.Attempt.Number).Entry;
        return entry?.Body is PaymentAttempted first && first == body
            ? WriteOutcome.Already(entry)
            : Differing(body.Payment);
    }

    /// <summary>
    /// Deletes a sealed card that nobody needs any more; the WAL is cleared of it with the next contact.
    /// </summary>
    private void DropCard(Id payment, Batch batch)
    {
        if (_payments.AttemptOf(payment) is { } attempt
            && _journal.DeleteAttachments(attempt.Attempt, AttachmentKind.SealedCard))
            batch.After(() => _scrubDue = true);
    }

    /// <summary>
    /// Of a payment that was given up or voided the back office needs the card to undo it, unless it can
    /// never have asked: the attempt was not sent and is not acknowledged. Otherwise the card goes with the
    /// outcome.
    /// </summary>
    private void DropCardIfNeverSent(Id payment, Batch batch)
    {
        if (_payments.AttemptOf(payment) is { Online: false } attempt
            && attempt.Attempt.CompareTo(ProvenPlace(batch.Head.Journal.Epoch)) > 0)
            DropCard(payment, batch);
        else
            DropCardIfToldOf(payment, batch);
    }

    /// <summary>The outcome came while the attempt was open, and does not come again.</summary>
    private void DropCardIfToldOf(Id payment, Batch batch)
    {
        if (_payments.Find(payment) is { OutcomeAt: not null } told && !PaymentStates.IsOpen(told.State))
            DropCard(payment, batch);
    }

    private Place ProvenPlace(int epoch) => new(epoch, _confirmation?.UpTo.Proven ?? 0);

    private static WriteOutcome NotOpen(Id payment) => WriteOutcome.Not(
        WriteStatus.AttemptNotOpen,
        $"Payment {payment} has no attempt, or its attempt has a result already.");

    private static WriteOutcome Differing(Id payment) => WriteOutcome.Not(
        WriteStatus.Differs, $"Payment {payment} is journalled with another amount, sale or card.");
}
