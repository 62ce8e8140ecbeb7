using System.Security.Cryptography;
using System.Text;
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
internal sealed class PaymentRecorder(
    PaymentStore store, CancelRecovery recovery, CardVault vault, PaymentOptions options, TimeProvider time)
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
    /// <param name="date">The business date of the void.</param>
    public async Task<RecordOutcome> RecordVoided(
        Acceptor acceptor, SaleVoided voided, Id payment, DateOnly date, CancellationToken cancel)
    {
        var (outcome, isGivenBack) =
            await VoidOrGiveBack(acceptor.Terminal, voided, payment, date, cancel);
        foreach (var tried in await recovery.Cancel(acceptor.Terminal, payment, voided.ReceiptNumber, cancel))
            isGivenBack |= (await VoidOrGiveBack(acceptor.Terminal, voided, tried, date, cancel)).GivenBack;
        // No try can bring it in from here on. Where one had, what is given back is what was recovered.
        if (!isGivenBack)
            await Record(acceptor.Terminal, payment, row => RecordDecisions.TakeBack(
                row, voided.ReceiptNumber, time.GetUtcNow()), cancel);
        return outcome;
    }

    /// <summary>A part of a payment, or all of it, is given back to the card that paid.</summary>
    /// <param name="at">The entry's time.</param>
    /// <param name="by">The terminal that gives it back; null for the one that sold.</param>
    public Task<RecordOutcome> RecordRefund(
        PaymentRow original, Id refund, Money amount, DateOnly date, string receiptNumber, DateTimeOffset at,
        CancellationToken cancel, string? by = null)
    {
        var facts = original.Facts! with
        {
            Amount = amount, AttemptAt = at, SealedDigest = null, Requested = null,
        };
        var sale = new AcceptedSale(original.Accepted?.Approval ?? Approval.Online, date, receiptNumber);
        return Record(original.Terminal, refund, row =>
        {
            var now = time.GetUtcNow();
            return RecordDecisions.Refund(
                row, original, refund, by == original.Terminal ? null : by, facts, sale,
                to => vault.Reseal(original, to).Reference,
                now.AddDays(options.ReferenceDays), now);
        }, cancel);
    }

    /// <summary>What is in a batch is not taken out again: it is given back, under an id of its
    /// own.</summary>
    private async Task<(RecordOutcome Outcome, bool GivenBack)> VoidOrGiveBack(
        string terminal, SaleVoided voided, Id payment, DateOnly date, CancellationToken cancel)
    {
        var (outcome, row) = await store.Change(terminal, payment, known => RecordDecisions.Void(
            known, terminal, payment, voided.ReceiptNumber, time.GetUtcNow()), cancel);
        return outcome is { Result: RecordResult.Refused, Detail: RecordDecisions.InBatch }
            ? (await RecordRefund(
                row!, RefundOf(payment), row!.Facts!.Amount, date, voided.ReceiptNumber,
                row.History[^1].At, cancel), true)
            : (outcome, false);
    }

    /// <summary>The same payment always leads to the same id, so a void gives back once.</summary>
    internal static Id RefundOf(Id payment)
    {
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes($"{payment}.void"));
        return Id.Parse(Convert.ToHexStringLower(digest.AsSpan(0, Id.TextLength / 2)));
    }

    /// <summary>Whether a refund gives back what a void could not take out of its batch.</summary>
    internal static bool IsOfVoid(PaymentRow refund) => refund.Payment == RefundOf(refund.Origin!.Payment);

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
