using System.Globalization;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>
/// POST chargebacks/{merchant}/{currency}: what the acquirer's letter says. The payment is named by its id,
/// or by its terminal and retrieval reference.
/// </summary>
internal sealed record ChargebackBody(
    string Case, string Terminal, long AmountMinor, DateOnly ReceivedOn, string Reason,
    string? Payment = null, string? RetrievalReference = null);

/// <summary>A chargeback against its payment and batch.</summary>
/// <param name="Batch">The clearing batch that the payment is in.</param>
internal sealed record Chargeback(
    string Case, Id Payment, string Terminal, long AmountMinor, DateOnly ReceivedOn, string Reason,
    DateTimeOffset At, string By, string? Batch = null)
{
    /// <summary>The first field that differs from another telling of the same case, or null.</summary>
    public string? DifferenceTo(Chargeback other) =>
        Payment != other.Payment ? "payment"
        : AmountMinor != other.AmountMinor ? "amountMinor"
        : ReceivedOn != other.ReceivedOn ? "receivedOn"
        : null;
}

/// <summary>
/// Keeps chargebacks: rows <c>k.{case}</c> of the merchant's and currency's partition, with a row for each
/// payment <c>kp.{payment}</c> that holds what was charged back of it, changed in the same commit: together
/// they never take more than was paid. A case told again is the same case.
/// </summary>
internal sealed class Chargebacks(TablePort tables, TimeProvider time)
{
    private const string CasePrefix = "k.";
    private const string PaymentPrefix = "kp.";
    private const int TextLengthMax = 200;
    private const int CaseLengthMax = 40;

    /// <summary>POST /api/backoffice/chargebacks/{merchant}/{currency}</summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        if (!call.TryRead(LedgerJson.Default.ChargebackBody, out var body, out var refusal))
            return refusal;
        if (!IsCase(body.Case))
            return Answer.Refuse(ProblemCode.Malformed, "case",
                $"A case has 1 to {CaseLengthMax} letters, digits and hyphens.");
        if (body.Reason.Length is 0 or > TextLengthMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"A reason has 1 to {TextLengthMax} characters.");
        if (!Names.IsTerminal(body.Terminal)
            || await Find(body, cancel) is not { Facts: { } facts } payment
            || facts.Merchant != call.Route("merchant") || facts.Amount.Currency != currency)
            return Answer.NotFound("such payment of this merchant and currency");
        if (payment.IsRefund)
            return Answer.Refuse(ProblemCode.Malformed, "payment",
                "It is a refund: a chargeback names the payment that took the money.");
        if (payment.State is not (PaymentState.Approved or PaymentState.Batched or PaymentState.Settled))
            return Answer.Refuse(ProblemCode.DiffersFromFirst, "payment",
                $"The payment is {payment.State}: nothing was paid that could be charged back.");
        if (body.AmountMinor <= 0 || body.AmountMinor > facts.Amount.Minor)
            return Answer.Refuse(
                ProblemCode.Malformed, "amountMinor", $"The payment was {facts.Amount}.");
        var chargeback = new Chargeback(
            body.Case, payment.Payment, payment.Terminal, body.AmountMinor, body.ReceivedOn,
            CardScrubber.Mask(body.Reason), time.GetUtcNow(), call.Person?.Name ?? "", payment.Batch);
        return await Keep(call.Route("merchant"), facts.Amount, chargeback, cancel);
    }

    /// <summary>GET of the same path: all cases.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel) =>
        Names.IsMerchant(call.Route("merchant"))
        && Currency.TryParse(call.Route("currency"), out var currency)
            ? Answer.Json(
                await All(call.Route("merchant"), currency, cancel),
                LedgerJson.Default.IReadOnlyListChargeback)
            : Answer.NotFound("such merchant and currency");

    public async Task<IReadOnlyList<Chargeback>> All(
        string merchant, Currency currency, CancellationToken cancel)
    {
        var found = new List<Chargeback>();
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CasePrefix,
            Keys.After(CasePrefix), cancel))
            found.Add(From(row));
        return found;
    }

    public async Task<Chargeback?> Find(
        string merchant, Currency currency, string name, CancellationToken cancel) =>
        IsCase(name) && await tables.Get(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CasePrefix + name, cancel) is { } row
            ? From(row)
            : null;

    private Task<Answer> Keep(
        string merchant, Money paid, Chargeback chargeback, CancellationToken cancel) =>
        Attempts.UntilCommitted<Answer>(async () =>
        {
            if (await Find(merchant, paid.Currency, chargeback.Case, cancel) is { } known)
                return known.DifferenceTo(chargeback) is { } field
                    ? Answer.Refuse(ProblemCode.DiffersFromFirst, field, "This case is known otherwise.")
                    : Answer.Json(known, LedgerJson.Default.Chargeback);
            var partition = CycleRow.PartitionOf(merchant, paid.Currency);
            var sum = await tables.Get(
                TableNames.Batch, partition, PaymentPrefix + chargeback.Payment, cancel)
                ?? new Row(partition, PaymentPrefix + chargeback.Payment) { ["minor"] = 0L };
            var taken = checked(sum.Number("minor") + chargeback.AmountMinor);
            if (taken > paid.Minor)
                return Answer.Refuse(ProblemCode.DiffersFromFirst, "amountMinor",
                    $"With the cases that are known it would be more than the {paid} that were paid.");
            sum["minor"] = taken;
            var row = new Row(partition, CasePrefix + chargeback.Case);
            row.SetChunks(
                "case", JsonSerializer.SerializeToUtf8Bytes(chargeback, LedgerJson.Default.Chargeback));
            return await tables.TryCommit(
                TableNames.Batch, partition,
                [Change.Insert(row), sum.ETag is null ? Change.Insert(sum) : Change.Replace(sum)], cancel)
                is null
                ? Answer.Json(chargeback, LedgerJson.Default.Chargeback)
                : null;
        });

    private async Task<PaymentRow?> Find(ChargebackBody body, CancellationToken cancel)
    {
        var key = body.Payment;
        if (key is null && body.RetrievalReference is { Length: RetrievalReference.Length } reference
            && reference.All(char.IsAsciiDigit)
            && await tables.Get(
                TableNames.Terminal, body.Terminal, Asking.ReferenceKey(reference), cancel) is { } index)
            key = index.Text("payment");
        return Id.TryParse(key, out var payment) && await tables.Get(
            TableNames.Terminal, body.Terminal, PaymentRowCodec.KeyOf(payment), cancel) is { } row
            ? PaymentRowCodec.From(row)
            : null;
    }

    private static Chargeback From(Row row) =>
        JsonSerializer.Deserialize(row.Chunked("case"), LedgerJson.Default.Chargeback)!;

    private static bool IsCase(string name) => name.Length is > 0 and <= CaseLengthMax
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
