using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>A part of a case that the payout of a cycle lacks; below zero, what it got back.</summary>
internal sealed record TakenPart(string Cycle, long AmountMinor);

/// <summary>POST chargebacks/{merchant}/{currency}/{case}/taken</summary>
/// <param name="SettlementDate">Whose payout lacks it, as the acquirer's letter says.</param>
/// <param name="Acquirer">Where several pay for the date.</param>
/// <param name="AmountMinor">Null: all that is not taken yet.</param>
internal sealed record TakenBody(DateOnly SettlementDate, string? Acquirer = null, long? AmountMinor = null);

/// <summary>
/// Out of which payouts chargebacks were taken: row <c>kt.{case}</c>, changed in one commit with the cycle's
/// <c>chargedBackMinor</c>. Bank statements tell it where the text or the amount is plain; what they leave
/// open a person says.
/// </summary>
internal sealed class TakenCases(
    TablePort tables, Chargebacks chargebacks, ClearingBatches batches, BankStatements bank)
{
    public const string Prefix = "kt.";

    /// <summary>POST /api/backoffice/chargebacks/{merchant}/{currency}/{case}/taken</summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || !Currency.TryParse(call.Route("currency"), out var currency)
            || await chargebacks.Find(merchant, currency, call.Route("case"), cancel) is null)
            return Answer.NotFound("such case");
        if (!call.TryRead(LedgerJson.Default.TakenBody, out var body, out var refusal))
            return refusal;
        return await Attempts.UntilCommitted<Answer>(async () =>
        {
            var known = (await chargebacks.Find(merchant, currency, call.Route("case"), cancel))!;
            var (row, unclear) = await TheCycle(
                batches, merchant, currency, body.SettlementDate, body.Acquirer, cancel);
            if (row is null)
                return unclear;
            var open = Math.Max(0, (await bank.PayoutOf(row, cancel)).Open.Minor);
            var minor = body.AmountMinor ?? Math.Min(open, known.OwedMinor);
            if (minor <= 0 || minor > known.OwedMinor || minor > open)
                return Answer.Refuse(ProblemCode.DiffersFromFirst, "amountMinor",
                    $"Of this case {new Money(Math.Max(0, known.OwedMinor), currency)} are not taken yet, "
                    + $"and {new Money(open, currency)} are missing in this payout.");
            var part = new CaseAllotment(known, row.Cycle, new Money(minor, currency));
            await bank.OweReports(row, [part], cancel);
            IReadOnlyList<Change> changes =
            [
                (row with { ChargedBackMinor = checked(row.ChargedBackMinor + minor) }).Write(),
                .. Write([part]),
            ];
            return await tables.TryCommit(
                TableNames.Batch, CycleRow.PartitionOf(merchant, currency), changes, cancel) is null
                ? Answer.Json(
                    (await chargebacks.Find(merchant, currency, known.Case, cancel))!,
                    LedgerJson.Default.Chargeback)
                : null;
        });
    }

    /// <summary>The one cycle that a person means, or why it is not known which.</summary>
    public static async Task<(CycleRow? Row, Answer? Refusal)> TheCycle(
        ClearingBatches batches, string merchant, Currency currency, DateOnly date, string? acquirer,
        CancellationToken cancel)
    {
        var cycles = (await batches.Cycles(merchant, currency, cancel, date))
            .Where(row => row.Cycle.Date == date
                && (acquirer is null || row.Cycle.Acquirer == acquirer)).ToList();
        return cycles switch
        {
            [var row] => (row, null),
            [] => (null, Answer.NotFound("payout of this settlement date")),
            _ => (null, Answer.Refuse(ProblemCode.Malformed, "acquirer",
                "Several acquirers pay for this date: name one of "
                + string.Join(", ", cycles.Select(one => one.Cycle.Acquirer)) + ".")),
        };
    }

    /// <summary>The rows of the cases with these parts added, to be committed with their cycles.</summary>
    public static IReadOnlyList<Change> Write(IEnumerable<CaseAllotment> parts)
    {
        var changes = new List<Change>();
        foreach (var one in parts.GroupBy(part => part.Case.Case, StringComparer.Ordinal))
        {
            var partition = CycleRow.PartitionOf(one.First().Cycle.Merchant, one.First().Cycle.Currency);
            var known = one.First().Case;
            // Under the version at which the case was read: two never take the same part of it.
            var row = new Row(partition, Prefix + one.Key) { ETag = known.TakenVersion };
            IReadOnlyList<TakenPart> taken =
            [
                .. known.Taken,
                .. one.Select(part => new TakenPart($"{part.Cycle}", part.Amount.Minor)),
            ];
            row.SetChunks("taken", JsonSerializer.SerializeToUtf8Bytes(
                taken, LedgerJson.Default.IReadOnlyListTakenPart));
            changes.Add(row.ETag is null ? Change.Insert(row) : Change.Replace(row));
        }
        return changes;
    }

    public static IReadOnlyList<TakenPart> Read(Row row) =>
        JsonSerializer.Deserialize(row.Chunked("taken"), LedgerJson.Default.IReadOnlyListTakenPart)!;
}
