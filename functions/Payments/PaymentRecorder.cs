using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Recovery;
using CloudPos.Journal;

namespace CloudPos.Functions.Payments;

/// <summary>
/// What entries do to payments: each verb is idempotent and decides by the payment's row, under its version,
/// in its terminal's partition. Differs and Refused are answers about the entry, which is then set aside;
/// <see cref="Tables.TablesUnavailableException"/> means to try again later.
/// </summary>
internal sealed class PaymentRecorder(PaymentStore store, CancelRecovery recovery, TimeProvider time)
{
    /// <summary>
    /// The attempt's entry. Its sealed card moves to the payment; where nothing remains to be asked with it,
    /// it is deleted in the same commit.
    /// </summary>
    /// <param name="attemptAt">The entry's time with its offset: the card's seal binds it.</param>
    /// <param name="card">The attachment as it lies beside the entry; null when it has been taken
    /// before.</param>
    public Task<RecordOutcome> RecordAttempt(
        Acceptor acceptor, JournalId journal, PaymentAttempted attempt, DateTimeOffset attemptAt,
        StoredAttachment? card, CancellationToken cancel)
    {
        var facts = FactsOf(
            acceptor, journal, attempt.Sale, attempt.Amount, attemptAt, attempt.SealedDigest, attempt.Card);
        return Record(acceptor.Terminal, attempt.Payment, row => RecordDecisions.Attempt(
            row, acceptor.Terminal, attempt.Payment, facts, card, time.GetUtcNow()), cancel);
    }

    /// <summary>A completed sale and the payment that paid the amount of it.</summary>
    /// <param name="at">The entry's time.</param>
    public Task<RecordOutcome> RecordAccepted(
        Acceptor acceptor, JournalId journal, SaleCompleted sale, CardPayment payment, Money amount,
        DateOnly businessDate, DateTimeOffset at, CancellationToken cancel)
    {
        var facts = FactsOf(acceptor, journal, sale.Sale, amount, at, null, payment.Card);
        var accepted = new AcceptedSale(payment.Approval, businessDate, sale.ReceiptNumber)
        {
            Card = CardKinds.Of(payment.Card),
        };
        return Record(acceptor.Terminal, payment.Payment, row => RecordDecisions.Accept(
            row, acceptor.Terminal, payment.Payment, facts, accepted, time.GetUtcNow()), cancel);
    }

    /// <summary>A payment that was not accepted, by the issuer or by the policy.</summary>
    public Task<RecordOutcome> RecordFailed(
        Acceptor acceptor, JournalId journal, PaymentFailed failed, DateTimeOffset at,
        CancellationToken cancel)
    {
        var facts = FactsOf(acceptor, journal, failed.Sale, failed.Amount, at, null, failed.Card);
        return Record(acceptor.Terminal, failed.Payment, row => RecordDecisions.Fail(
            row, acceptor.Terminal, failed.Payment, facts, failed.ResponseCode, time.GetUtcNow()), cancel);
    }

    /// <summary>An attempt that was given up, before or after the acquirer was asked.</summary>
    public Task<RecordOutcome> RecordAbandoned(
        Acceptor acceptor, PaymentAbandoned abandoned, CancellationToken cancel) =>
        Record(acceptor.Terminal, abandoned.Payment, row => RecordDecisions.Abandon(
            row, acceptor.Terminal, abandoned.Payment, abandoned.Amount, CardScrubber.Mask(abandoned.Reason),
            time.GetUtcNow()),
            cancel);

    /// <summary>One payment of a sale that was taken back.</summary>
    public async Task<RecordOutcome> RecordVoided(
        Acceptor acceptor, SaleVoided voided, Id payment, CancellationToken cancel)
    {
        var outcome = await Record(acceptor.Terminal, payment, row => RecordDecisions.Void(
            row, acceptor.Terminal, payment, voided.ReceiptNumber, time.GetUtcNow()), cancel);
        await recovery.Cancel(acceptor.Terminal, payment, voided.ReceiptNumber, cancel);
        return outcome;
    }

    /// <summary>
    /// What may stay readable of a card. Anything but four digits is not kept: it could be the number.
    /// </summary>
    internal static string LastFourOf(CardFacts? card) =>
        card?.LastFour is { Length: 4 } four && four.All(char.IsAsciiDigit) ? four : "";

    private static PaymentFacts FactsOf(
        Acceptor acceptor, JournalId journal, Id sale, Money amount, DateTimeOffset at, string? sealedDigest,
        CardFacts? card) => new(
        acceptor.Merchant, acceptor.Store, journal.Epoch, sale, amount, at, sealedDigest,
        card?.Scheme ?? Scheme.Unknown, card?.Mode ?? EntryMode.Unknown, LastFourOf(card));

    private async Task<RecordOutcome> Record(
        string terminal, Id payment, Func<PaymentRow?, PaymentChange> decide, CancellationToken cancel) =>
        (await store.Change(terminal, payment, decide, cancel)).Outcome;
}
