using System.Globalization;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>
/// Keeps chargebacks: rows <c>k.{case}</c> of the merchant's and currency's partition, with a row for each
/// payment <c>kp.{payment}</c> that holds what was charged back of it, changed in the same commit: together
/// they never take more than was paid and not given back. A case told again is the same case. What comes back
/// of one is a row <c>kr.{case}.{reference}</c>; no row of a case is ever taken away.
/// </summary>
internal sealed class Chargebacks(
    TablePort tables, DueTable due, IBus bus, PaidTwice twice, VoidsSetAside voids, FeeTables fees,
    TimeProvider time)
{
    public const string CasePrefix = "k.";
    private const string PaymentPrefix = "kp.";
    private const string ReversalPrefix = "kr.";
    public const int TextLengthMax = 200;
    private const int CaseLengthMax = 40;

    /// <summary>POST /api/backoffice/chargebacks/{merchant}/{currency}</summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        if (!call.TryRead(LedgerJson.Default.ChargebackBody, out var body, out var refusal))
            return refusal;
        if (!IsName(body.Case))
            return Answer.Refuse(ProblemCode.Malformed, "case", NameSentence("case"));
        if (body.Reason.Length is 0 or > TextLengthMax)
            return Answer.Refuse(ProblemCode.Malformed, "reason", ReasonSentence);
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
        var given = await twice.GivenBack(payment, cancel);
        var kept = given.Where(part => part is { Counts: true, PromisedUntil: null })
            .Aggregate(facts.Amount, (left, part) => left - part.Amount);
        var chargeback = new Chargeback(
            body.Case, payment.Payment, payment.Terminal, body.AmountMinor, body.ReceivedOn,
            CardScrubber.Mask(body.Reason), time.GetUtcNow(), call.Person?.Name ?? "", payment.Batch)
        {
            Scheme = facts.Scheme,
        };
        var answer = await Keep(
            call.Route("merchant"), kept, chargeback, payment.Accepted?.BusinessDate, cancel);
        if (answer.Status != StatusCodes.Status200OK)
            return answer;
        await Tell(payment, cancel);
        await twice.Look(payment, cancel);
        var known = (await Find(call.Route("merchant"), currency, chargeback.Case, cancel))!;
        return Answer.Json(
            known with { Beware = await Beware(payment, cancel) }, LedgerJson.Default.Chargeback);
    }

    /// <summary>What a clerk has to know at once: the customer has, or may get, the money twice.</summary>
    private async Task<string?> Beware(PaymentRow payment, CancellationToken cancel)
    {
        if (await twice.Of(payment, cancel) is { } both)
            return both.What;
        var promised = (await twice.GivenBack(payment, cancel))
            .Where(part => part.PromisedUntil > time.GetUtcNow()).ToList();
        return promised.Count == 0 ? null : string.Join(' ', promised.Select(part =>
            $"Refund {part.Refund} of {part.Amount} is promised at {part.Terminal} until "
            + $"{Printed.Utc(part.PromisedUntil!.Value)}: given out, it is paid back twice."));
    }

    /// <summary>The till that sold refuses to undo it from then on, also without a line.</summary>
    private async Task Tell(PaymentRow payment, CancellationToken cancel)
    {
        var owed = await due.Owe(
            TellRefund.Work, PaymentWork.IdOf(payment.Terminal, payment.Payment), null, cancel,
            [("terminal", payment.Terminal), ("payment", payment.Payment.ToString())]);
        await bus.Ring(TellRefund.Work, owed.Doorbell, cancel: cancel);
    }

    /// <summary>GET of the same path: all cases.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        var listed = new List<Chargeback>();
        foreach (var known in await All(call.Route("merchant"), currency, cancel))
        {
            var paid = await tables.Get(
                TableNames.Terminal, known.Terminal, PaymentRowCodec.KeyOf(known.Payment), cancel);
            listed.Add(ToDo(call, paid is null ? known : known with
            {
                VoidSetAside = (await voids.Of(PaymentRowCodec.From(paid), cancel))?.What,
            }));
        }
        return Answer.Json([.. listed], LedgerJson.Default.IReadOnlyListChargeback);
    }

    private static Chargeback ToDo(Call call, Chargeback known) => known with
    {
        Next = known.OwedMinor > 0 ? NextOf(call, known)
            : known.FeeOwedMinor > 0 ? NextOfFee(call, known)
            : null,
    };

    private static string NextOf(Call call, Chargeback known) =>
        $"{new Money(known.OwedMinor, Currency.Parse(call.Route("currency")))} of it are in no payout "
            + "yet. A bank entry that names the case, or is short of exactly it, tells it; else say which "
            + $"payout lacks it: POST chargebacks/{call.Route("merchant")}/{call.Route("currency")}/"
            + $"{known.Case}/taken "
            + $$"""{"settlementDate":"{{Printed.Date(known.OwnCycle()?.Date ?? known.ReceivedOn)}}"}""" + ".";

    private static string NextOfFee(Call call, Chargeback known) =>
        $"The fee agreed for it, {new Money(known.FeeOwedMinor, Currency.Parse(call.Route("currency")))}, "
            + "is in no payout yet. A bank entry that names the case, or is short of exactly it, tells it; "
            + $"else say it: POST chargebacks/{call.Route("merchant")}/{call.Route("currency")}/{known.Case}/"
            + $$"""fees {"reference":"F-1","settlementDate":"{{Printed.Date(known.ReceivedOn)}}",""" 
            + $$""" "amountMinor":{{known.FeeOwedMinor}},"reason":"..."}""" + ".";

    public async Task<IReadOnlyList<Chargeback>> All(
        string merchant, Currency currency, CancellationToken cancel)
    {
        var found = new List<Chargeback>();
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CasePrefix,
            Keys.After(CasePrefix), cancel))
            found.Add(From(row));
        if (found.Count == 0)
            return [];
        var reversals = (await ReversalsOf(merchant, currency, ReversalPrefix, cancel))
            .ToLookup(one => one.Case, StringComparer.Ordinal);
        var taken = new Dictionary<string, Row>(StringComparer.Ordinal);
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), TakenCases.Prefix,
            Keys.After(TakenCases.Prefix), cancel))
            taken[row.Key[TakenCases.Prefix.Length..]] = row;
        var charged = new Dictionary<string, Row>(StringComparer.Ordinal);
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CaseFees.Prefix,
            Keys.After(CaseFees.Prefix), cancel))
            charged[row.Key[CaseFees.Prefix.Length..]] = row;
        var agreed = await fees.Find(merchant, cancel);
        return
        [
            .. found.Select(one => With(
                one with { Reversals = [.. reversals[one.Case]] }, taken.GetValueOrDefault(one.Case),
                charged.GetValueOrDefault(one.Case), agreed, currency)),
        ];
    }

    /// <summary>What is charged back of a payment at the moment, all cases together.</summary>
    public static async Task<Money> Of(TablePort tables, PaymentRow payment, CancellationToken cancel) =>
        payment.Facts is not { } facts
            ? default
            : await tables.Get(
                TableNames.Batch, CycleRow.PartitionOf(facts.Merchant, facts.Amount.Currency),
                PaymentPrefix + payment.Payment, cancel) is { } sum
                ? new Money(sum.Number("minor"), facts.Amount.Currency)
                : Money.Zero(facts.Amount.Currency);

    public async Task<Chargeback?> Find(
        string merchant, Currency currency, string name, CancellationToken cancel) =>
        IsName(name) && await tables.Get(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CasePrefix + name, cancel) is { } row
            ? With(
                From(row) with
                {
                    Reversals = await ReversalsOf(merchant, currency, $"{ReversalPrefix}{name}.", cancel),
                },
                await tables.Get(
                    TableNames.Batch, CycleRow.PartitionOf(merchant, currency), TakenCases.Prefix + name,
                    cancel),
                await tables.Get(
                    TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CaseFees.Prefix + name,
                    cancel),
                await fees.Find(merchant, cancel), currency)
            : null;

    private static Chargeback With(
        Chargeback known, Row? taken, Row? charged, FeeTable agreed, Currency currency) => known with
    {
        Taken = taken is null ? [] : TakenCases.Read(taken), TakenVersion = taken?.ETag,
        Fees = charged is null ? [] : CaseFees.Read(charged), FeesVersion = charged?.ETag,
        AgreedFeeMinor = agreed.OfCase(
            known.Scheme, known.OwnCycle()?.Acquirer, currency, known.ReceivedOn)?.Minor,
    };

    /// <summary>POST /api/backoffice/chargebacks/{merchant}/{currency}/{case}/reversals</summary>
    public async Task<Answer> Reverse(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency)
            || await Find(call.Route("merchant"), currency, call.Route("case"), cancel) is not { } known)
            return Answer.NotFound("such case");
        if (!call.TryRead(LedgerJson.Default.ReversalBody, out var body, out var refusal))
            return refusal;
        if (!IsName(body.Reference))
            return Answer.Refuse(ProblemCode.Malformed, "reference", NameSentence("reference"));
        if (body.Reason.Length is 0 or > TextLengthMax)
            return Answer.Refuse(ProblemCode.Malformed, "reason", ReasonSentence);
        if (!Enum.IsDefined(body.Kind))
            return Answer.Refuse(ProblemCode.Malformed, "kind",
                $"A kind is one of {string.Join(", ", Enum.GetNames<ReversalKind>())}.");
        if (body.AmountMinor <= 0)
            return Answer.Refuse(ProblemCode.Malformed, "amountMinor", "What comes back is above zero.");
        var reversal = new ChargebackReversal(
            known.Case, body.Reference, body.Kind, body.AmountMinor, body.ReceivedOn,
            CardScrubber.Mask(body.Reason), time.GetUtcNow(), call.Person?.Name ?? "");
        var answer = await Keep(call.Route("merchant"), currency, reversal, cancel);
        if (answer.Status == StatusCodes.Status200OK && await tables.Get(
            TableNames.Terminal, known.Terminal, PaymentRowCodec.KeyOf(known.Payment), cancel) is { } paid)
            await Tell(PaymentRowCodec.From(paid), cancel);
        return answer;
    }

    /// <param name="paid">And not given back: what there is to be charged back.</param>
    private Task<Answer> Keep(
        string merchant, Money paid, Chargeback chargeback, DateOnly? date, CancellationToken cancel) =>
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
                    $"With the cases that are known it would be more than the {paid} that were paid and not "
                    + "given back. Object to it: the evidence says so.");
            sum["minor"] = taken;
            await OweReport(merchant, date, cancel);
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

    private Task<Answer> Keep(
        string merchant, Currency currency, ChargebackReversal reversal, CancellationToken cancel) =>
        Attempts.UntilCommitted<Answer>(async () =>
        {
            var partition = CycleRow.PartitionOf(merchant, currency);
            var known = (await Find(merchant, currency, reversal.Case, cancel))!;
            // Whoever reverses a part at the same time changes this row too, so it is read before the others.
            var sum = (await tables.Get(
                TableNames.Batch, partition, PaymentPrefix + known.Payment, cancel))!;
            known = (await Find(merchant, currency, reversal.Case, cancel))!;
            if (known.Reversals.FirstOrDefault(one => one.Reference == reversal.Reference) is { } first)
                return first.DifferenceTo(reversal) is { } field
                    ? Answer.Refuse(ProblemCode.DiffersFromFirst, field, "This reversal is known otherwise.")
                    : Answer.Json(known, LedgerJson.Default.Chargeback);
            if (known.ReversedMinor + reversal.AmountMinor > known.AmountMinor)
                return Answer.Refuse(ProblemCode.DiffersFromFirst, "amountMinor",
                    $"With what came back before it would be more than the "
                    + $"{new Money(known.AmountMinor, currency)} that were charged back.");
            sum["minor"] = checked(sum.Number("minor") - reversal.AmountMinor);
            await OweReport(merchant, known, cancel);
            var row = new Row(partition, $"{ReversalPrefix}{reversal.Case}.{reversal.Reference}");
            row.SetChunks("reversal", JsonSerializer.SerializeToUtf8Bytes(
                reversal, LedgerJson.Default.ChargebackReversal));
            return await tables.TryCommit(
                TableNames.Batch, partition, [Change.Insert(row), Change.Replace(sum)], cancel) is null
                ? Answer.Json(
                    known with { Reversals = [.. known.Reversals, reversal] }, LedgerJson.Default.Chargeback)
                : null;
        });

    public async Task OweReport(string merchant, Chargeback known, CancellationToken cancel)
    {
        var payment = await tables.Get(
            TableNames.Terminal, known.Terminal, PaymentRowCodec.KeyOf(known.Payment), cancel);
        await OweReport(
            merchant, payment is null ? null : PaymentRowCodec.From(payment).Accepted?.BusinessDate, cancel);
    }

    /// <summary>The report of the payment's date tells of it, in a version that names it.</summary>
    private Task OweReport(string merchant, DateOnly? date, CancellationToken cancel) =>
        date is { } day ? ReportOwed.Owe(due, merchant, day, cancel) : Task.CompletedTask;

    private async Task<IReadOnlyList<ChargebackReversal>> ReversalsOf(
        string merchant, Currency currency, string prefix, CancellationToken cancel)
    {
        var found = new List<ChargebackReversal>();
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), prefix, Keys.After(prefix), cancel))
            found.Add(JsonSerializer.Deserialize(
                row.Chunked("reversal"), LedgerJson.Default.ChargebackReversal)!);
        return [.. found.OrderBy(one => one.At)];
    }

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

    public static Chargeback From(Row row) =>
        JsonSerializer.Deserialize(row.Chunked("case"), LedgerJson.Default.Chargeback)!;

    public static string ReasonSentence { get; } = $"A reason has 1 to {TextLengthMax} characters.";

    public static string NameSentence(string field) =>
        $"A {field} has 1 to {CaseLengthMax} letters, digits and hyphens.";

    public static bool IsName(string name) => name.Length is > 0 and <= CaseLengthMax
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
