using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>What the acquirer charged for handling a case; below zero, what it gave back of that.</summary>
/// <param name="Reference">Told again, it is the same fee.</param>
/// <param name="Cycle">Whose payout lacks it.</param>
/// <param name="On">The date in the books.</param>
internal sealed record CaseFee(
    string Reference, string Cycle, long AmountMinor, DateOnly On, string Reason, DateTimeOffset At,
    string By)
{
    /// <summary>The first field that differs from another telling of the same fee, or null.</summary>
    public string? DifferenceTo(CaseFee other) =>
        Cycle != other.Cycle ? "settlementDate"
        : AmountMinor != other.AmountMinor ? "amountMinor"
        : On != other.On ? "receivedOn"
        : null;
}

/// <summary>
/// POST chargebacks/{merchant}/{currency}/{case}/fees: this difference is a fee for the case.
/// </summary>
/// <param name="SettlementDate">Whose payout lacks it.</param>
/// <param name="AmountMinor">Below zero for one that came back.</param>
/// <param name="Acquirer">Where several pay for the date.</param>
/// <param name="ReceivedOn">Of the acquirer's letter; else the settlement date.</param>
internal sealed record CaseFeeBody(
    string Reference, DateOnly SettlementDate, long AmountMinor, string Reason, string? Acquirer = null,
    DateOnly? ReceivedOn = null);

/// <summary>
/// Fees on top of chargebacks: row <c>kf.{case}</c>, changed in one commit with the cycle's
/// <c>caseFeesMinor</c>. Bank statements tell them where text or amount are plain; else a person does.
/// </summary>
internal sealed class CaseFees(
    TablePort tables, Chargebacks chargebacks, ClearingBatches batches, BankStatements bank,
    TimeProvider time)
{
    public const string Prefix = "kf.";
    private const int FeesMax = 100;

    /// <summary>POST /api/backoffice/chargebacks/{merchant}/{currency}/{case}/fees</summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || !Currency.TryParse(call.Route("currency"), out var currency)
            || await chargebacks.Find(merchant, currency, call.Route("case"), cancel) is null)
            return Answer.NotFound("such case");
        if (!call.TryRead(LedgerJson.Default.CaseFeeBody, out var body, out var refusal))
            return refusal;
        if (!Chargebacks.IsName(body.Reference))
            return Answer.Refuse(ProblemCode.Malformed, "reference", Chargebacks.NameSentence("reference"));
        if (body.Reason.Length is 0 or > Chargebacks.TextLengthMax)
            return Answer.Refuse(ProblemCode.Malformed, "reason", Chargebacks.ReasonSentence);
        if (body.AmountMinor == 0)
            return Answer.Refuse(ProblemCode.Malformed, "amountMinor", "A fee is not nothing.");
        return await Attempts.UntilCommitted(() => Take(call, currency, body, cancel));
    }

    private async Task<Answer?> Take(
        Call call, Currency currency, CaseFeeBody body, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        var known = (await chargebacks.Find(merchant, currency, call.Route("case"), cancel))!;
        var (row, refusal) = await TakenCases.TheCycle(
            batches, merchant, currency, body.SettlementDate, body.Acquirer, cancel);
        if (row is null)
            return refusal;
        var fee = new CaseFee(
            body.Reference, $"{row.Cycle}", body.AmountMinor, body.ReceivedOn ?? body.SettlementDate,
            CardScrubber.Mask(body.Reason), time.GetUtcNow(), call.Person?.Name ?? "");
        if (known.Fees.FirstOrDefault(one => one.Reference == fee.Reference) is { } first)
            return first.DifferenceTo(fee) is { } field
                ? Answer.Refuse(ProblemCode.DiffersFromFirst, field, "This fee is known otherwise.")
                : Answer.Json(known, LedgerJson.Default.Chargeback);
        var open = Math.Max(0, (await bank.PayoutOf(row, cancel)).Open.Minor);
        var ofCycle = known.Fees.Where(one => one.Cycle == fee.Cycle).Sum(one => one.AmountMinor);
        if (fee.AmountMinor > open || ofCycle + fee.AmountMinor < 0 || known.Fees.Count >= FeesMax)
            return Answer.Refuse(ProblemCode.DiffersFromFirst, "amountMinor",
                $"In this payout {new Money(open, currency)} are missing, and fees of "
                + $"{new Money(ofCycle, currency)} were taken from it for this case: a fee is at most the "
                + "first, and what comes back at most the second.");
        await bank.OweReports(row, [new CaseAllotment(known, row.Cycle, Money.Zero(currency))], cancel);
        IReadOnlyList<Change> changes =
        [
            (row with { CaseFeesMinor = checked(row.CaseFeesMinor + fee.AmountMinor) }).Write(),
            Write(known, row.Cycle, [fee]),
        ];
        return await tables.TryCommit(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), changes, cancel) is null
            ? Answer.Json(
                (await chargebacks.Find(merchant, currency, known.Case, cancel))!,
                LedgerJson.Default.Chargeback)
            : null;
    }

    /// <summary>What a bank entry tells of fees, to be committed with it and with the cycles.</summary>
    /// <param name="key">Of the entry.</param>
    public static IEnumerable<Change> Of(
        IEnumerable<CaseAllotment> parts, BankEntry entry, string key, DateTimeOffset at, string by) =>
        parts.GroupBy(part => part.Case.Case, StringComparer.Ordinal).Select(one => Write(
            one.First().Case, one.First().Cycle,
            one.Select((part, place) => new CaseFee(
                $"bank-{key[..12]}-{place}", $"{part.Cycle}", part.Amount.Minor, entry.Booked,
                "by the bank statement", at, by))));

    private static Change Write(Chargeback known, Cycle cycle, IEnumerable<CaseFee> more)
    {
        // Under the version at which the case was read: two never count the same fee.
        var row = new Row(CycleRow.PartitionOf(cycle.Merchant, cycle.Currency), Prefix + known.Case)
        {
            ETag = known.FeesVersion,
        };
        IReadOnlyList<CaseFee> fees = [.. known.Fees, .. more];
        row.SetChunks(
            "fees", JsonSerializer.SerializeToUtf8Bytes(fees, LedgerJson.Default.IReadOnlyListCaseFee));
        return row.ETag is null ? Change.Insert(row) : Change.Replace(row);
    }

    public static IReadOnlyList<CaseFee> Read(Row row) =>
        JsonSerializer.Deserialize(row.Chunked("fees"), LedgerJson.Default.IReadOnlyListCaseFee)!;
}
