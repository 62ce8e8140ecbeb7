using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// What a payment's step brings with it for its recovery, to be written in the same commit: a case for a
/// deferred payment that is lost, and the answer of a try in the case that it belongs to. The next try is
/// owed before the commit, as all work is.
/// </summary>
internal sealed class RecoverySteps(
    TablePort tables, DueTable due, RetryRules rules, TimeProvider time, LinkOptions? links = null,
    Acquirers? acquirers = null)
{
    public const string Queue = "recover-payment";

    /// <summary>The changes of the step; empty when it concerns no recovery.</summary>
    public async Task<IReadOnlyList<Change>> Of(
        PaymentRow? before, PaymentRow next, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (next.IsRefund)
            return [];
        if (next.Origin is { } origin)
            return before is not null && before.State != next.State && HasEnded(next)
                ? await Answered(origin, next, now, cancel)
                : [];
        return IsLost(next) && !IsLost(before) ? await Lost(next, now, cancel) : [];
    }

    /// <summary>The lost payment about which a mail may be owed after this step; null when none is.</summary>
    public static Id? MayOweMail(PaymentRow? before, PaymentRow next) =>
        before?.State == next.State && IsLost(before) == IsLost(next) ? null
        : IsLost(next) && !IsLost(before) ? next.Payment
        : next is { State: PaymentState.Approved, Origin: { Kind: OriginKind.Link } origin } ? origin.Payment
        : null;

    /// <summary>Its goods have left and nobody pays for them.</summary>
    private static bool IsLost(PaymentRow? payment) => SaleDecline.IsLost(payment);

    private static bool HasEnded(PaymentRow tried) => tried.State is PaymentState.Approved
        or PaymentState.Declined or PaymentState.Expired or PaymentState.Voided or PaymentState.Reversed;

    private async Task<IReadOnlyList<Change>> Lost(
        PaymentRow lost, DateTimeOffset now, CancellationToken cancel)
    {
        var key = RecoveryCase.KeyOf(lost.Payment);
        if (await tables.Get(TableNames.Terminal, lost.Terminal, key, cancel) is not null)
            return [];
        var opened = RecoveryCase.Open(lost, RulesOf(lost), now);
        var mail = links is not { IsOn: true } ? null : await tables.Get(
            TableNames.Terminal, lost.Terminal, MailRow.KeyOf(lost.Facts!.Sale), cancel);
        if (mail?.TextOrNull("email") is { } email)
            opened = opened.Offer(email, PaymentEvent.BackOffice, now, links!.Lasts);
        await Owe(opened, cancel);
        return [Change.Insert(opened.ToRow())];
    }

    private async Task<IReadOnlyList<Change>> Answered(
        PaymentOrigin origin, PaymentRow tried, DateTimeOffset now, CancellationToken cancel)
    {
        var key = RecoveryCase.KeyOf(origin.Payment);
        if (await tables.Get(TableNames.Terminal, tried.Terminal, key, cancel) is not { } row)
            throw new RowShapeException($"The case of try {tried.Payment} is gone.");
        var next = RecoveryCase.From(row).Answered(tried, RulesOf(tried), now);
        await Owe(next, cancel);
        return [Change.Replace(next.ToRow(row.ETag))];
    }

    /// <summary>The waits are those of the acquirer that was asked, where its table has its own.</summary>
    private RetryRules RulesOf(PaymentRow asked) =>
        asked.Asked is { } request && acquirers?.Named(request.Acquirer)?.Profile.RetryWaits is { } waits
            ? rules with { Waits = waits }
            : rules;

    private async Task Owe(RecoveryCase next, CancellationToken cancel)
    {
        if (next.NextAt is { } at)
            await due.Owe(
                Queue, PaymentWork.IdOf(next.Terminal, next.Payment), at, cancel,
                [("terminal", next.Terminal), ("payment", next.Payment.ToString())]);
        if (next.Link is { OwesMail: true })
            await due.Owe(
                SendLink.Queue, PaymentWork.IdOf(next.Terminal, next.Payment), null, cancel,
                [("terminal", next.Terminal), ("payment", next.Payment.ToString())]);
    }
}
