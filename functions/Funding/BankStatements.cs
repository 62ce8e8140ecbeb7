using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Wire;

namespace CloudPos.Functions.Funding;

/// <summary>What became of one entry of a statement, or of a line that is none.</summary>
/// <param name="Cycles">Which settlement cycles it paid.</param>
internal sealed record StatementLine(
    int Line, EntryResult Result, DateOnly? Booked, Money? Amount, string Text, IReadOnlyList<string> Cycles,
    string What);

/// <summary>The answer to a statement: every entry of it, and how many of each kind.</summary>
internal sealed record StatementResult(
    int Matched, int Duplicate, int NotOurs, int Unmatched, int Faulty, IReadOnlyList<StatementLine> Lines);

/// <summary>A bank entry that names the merchant, as it is kept: row <c>e.{key}</c>.</summary>
internal sealed record KeptEntry(
    DateOnly Booked, Money Amount, string Account, string Reference, string Text,
    IReadOnlyList<string> Cycles, IReadOnlyList<long> Minors, string What, DateTimeOffset At, string By);

/// <summary>
/// The fourth leg: takes bank statements, finds which settlement cycles were paid, and counts it with them.
/// An entry and the cycles that it pays change in one commit, so a statement may be sent again, in part or
/// after a stop, and counts once.
/// </summary>
internal sealed class BankStatements(
    TablePort tables, Merchants merchants, ClearingBatches batches, Chargebacks chargebacks, DueTable due,
    TimeProvider time)
{
    public const string EntryPrefix = "e.";
    private const int DaysBack = 120;
    private const int LinesMax = 5_000;

    /// <summary>
    /// POST /api/backoffice/bank/{merchant}?format=camt053|csv: the file as it is; for CSV the members of
    /// <see cref="CsvMapping"/> beside it.
    /// </summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || await merchants.Find(merchant, cancel) is null)
            return Answer.NotFound("such merchant");
        BankStatement statement;
        switch (call.Query("format"))
        {
            case null or "camt053":
                statement = Camt053.Read(call.Body);
                break;
            case "csv":
                if (CsvMapping.From(call.Query, out var fault) is not { } mapping)
                    return Answer.Refuse(ProblemCode.Malformed, "format", fault!);
                statement = BankCsv.Read(call.Body, mapping, call.Query("account") ?? "");
                break;
            default:
                return Answer.Refuse(ProblemCode.Malformed, "format", "A format is camt053 or csv.");
        }
        if (statement.Refusal is { } refusal)
            return Answer.Refuse(ProblemCode.Malformed, $"line {refusal.Line}", refusal.What);
        var result = await Enter(merchant, statement, call.Person?.Name ?? "", cancel);
        return Answer.Json(result, FundingJson.Default.StatementResult);
    }

    /// <summary>GET /api/backoffice/bank/{merchant}/{currency}: entries that name no cycle.</summary>
    public async Task<Answer> Open(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        var partition = CycleRow.PartitionOf(call.Route("merchant"), currency);
        var open = new List<KeptEntry>();
        await foreach (var row in tables.Range(
            TableNames.Batch, partition, EntryPrefix, Keys.After(EntryPrefix), cancel))
            if (Kept(row) is { Cycles.Count: 0 } entry && open.Count < LinesMax)
                open.Add(entry);
        return Answer.Json([.. open], FundingJson.Default.IReadOnlyListKeptEntry);
    }

    public async Task<StatementResult> Enter(
        string merchant, BankStatement statement, string by, CancellationToken cancel)
    {
        var lines = statement.Faults.Select(fault => new StatementLine(
            fault.Line, EntryResult.Faulty, null, null, "", [], fault.What)).ToList();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in statement.Entries)
        {
            var same = Matching.KeyOf(entry with { Line = 0 }, 0);
            var ordinal = seen[same] = seen.GetValueOrDefault(same) + 1;
            var key = Matching.KeyOf(entry, ordinal - 1);
            lines.Add(await Enter(merchant, entry, key, by, cancel));
        }
        int Count(EntryResult result) => lines.Count(line => line.Result == result);
        return new StatementResult(
            Count(EntryResult.Matched), Count(EntryResult.Duplicate), Count(EntryResult.NotOurs),
            Count(EntryResult.Unmatched), Count(EntryResult.Faulty),
            [.. lines.OrderBy(line => line.Line).Take(LinesMax)]);
    }

    private async Task<StatementLine> Enter(
        string merchant, BankEntry entry, string key, string by, CancellationToken cancel)
    {
        var partition = CycleRow.PartitionOf(merchant, entry.Amount.Currency);
        return await Attempts.UntilCommitted(async () =>
        {
            var known = await tables.Get(TableNames.Batch, partition, EntryPrefix + key, cancel);
            if (known is not null && Kept(known).Cycles.Count > 0)
                return Line(EntryResult.Duplicate, Kept(known).Cycles, "It was entered before.");
            var cases = await chargebacks.All(merchant, entry.Amount.Currency, cancel);
            var cycles = await Recent(merchant, entry, cases, cancel);
            var payouts = new List<Payout>();
            foreach (var row in cycles)
                payouts.Add(await PayoutOf(row, cancel));
            var match = Matching.Of(entry, merchant, payouts, cases);
            if (match.Result == EntryResult.NotOurs)
                return Line(match.Result, [], match.What);
            IReadOnlyList<Allotment> parts =
            [
                .. match.Parts.GroupBy(part => part.Cycle).Select(ofCycle => new Allotment(
                    ofCycle.Key,
                    ofCycle.Select(part => part.Amount).Aggregate((sum, amount) => sum + amount))),
            ];
            IReadOnlyList<string> paid = [.. parts.Select(part => part.Cycle.ToString())];
            var kept = known ?? new Row(partition, EntryPrefix + key);
            Write(kept, entry, parts, match.What, by);
            var changes = new List<Change>
            {
                kept.ETag is null ? Change.Insert(kept) : Change.Replace(kept),
            };
            foreach (var cycle in parts.Select(part => part.Cycle).Union(
                match.Cases.Concat(match.Fees).Select(part => part.Cycle)))
            {
                var row = cycles.Single(row => row.Cycle == cycle);
                changes.Add((row with
                {
                    FundedMinor = checked(row.FundedMinor
                        + parts.Where(part => part.Cycle == cycle).Sum(part => part.Amount.Minor)),
                    ChargedBackMinor = checked(row.ChargedBackMinor
                        + match.Cases.Where(part => part.Cycle == cycle).Sum(part => part.Amount.Minor)),
                    CaseFeesMinor = checked(row.CaseFeesMinor
                        + match.Fees.Where(part => part.Cycle == cycle).Sum(part => part.Amount.Minor)),
                }).Write());
                await OweReports(row, [.. match.Cases, .. match.Fees], cancel);
            }
            changes.AddRange(TakenCases.Write(match.Cases));
            changes.AddRange(CaseFees.Of(match.Fees, entry, key, time.GetUtcNow(), by));
            return await tables.TryCommit(TableNames.Batch, partition, changes, cancel) is null
                ? Line(match.Result, paid, match.What)
                : null;
        });

        StatementLine Line(EntryResult result, IReadOnlyList<string> cycles, string what) =>
            new(entry.Line, result, entry.Booked, entry.Amount, entry.Text, cycles, what);
    }

    /// <summary>The dates that a cycle pays, and those of the payments of cases, tell of it anew.</summary>
    public async Task OweReports(
        CycleRow row, IReadOnlyList<CaseAllotment> cases, CancellationToken cancel)
    {
        foreach (var head in await batches.Heads(row, cancel))
            foreach (var date in head.Dates)
                await ReportOwed.Owe(due, row.Cycle.Merchant, date, cancel);
        foreach (var known in cases.Select(part => part.Case).DistinctBy(one => one.Case))
            await chargebacks.OweReport(row.Cycle.Merchant, known, cancel);
    }

    /// <summary>What the acquirer owes for a cycle: what was claimed, less the fees.</summary>
    public async Task<Payout> PayoutOf(CycleRow row, CancellationToken cancel)
    {
        var heads = (await batches.Heads(row, cancel)).Where(head => head.State != BatchState.Open).ToList();
        var gross = row.Ours is { } ours && row.Through == row.Sequence
            ? ours.NetMinor
            : heads.Sum(head => head.SumMinor);
        return new Payout(
            row.Cycle, new Money(gross - heads.Sum(head => head.FeeMinor), row.Cycle.Currency),
            new Money(row.FundedMinor, row.Cycle.Currency))
        {
            ChargedBack = row.ChargedBackMinor, CaseFees = row.CaseFeesMinor,
        };
    }

    /// <summary>Those of the last months, and older ones of cases that are open, or that the entry names.
    /// </summary>
    private async Task<IReadOnlyList<CycleRow>> Recent(
        string merchant, BankEntry entry, IReadOnlyList<Chargeback> cases, CancellationToken cancel)
    {
        var from = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysBack);
        var recent = (await batches.Cycles(merchant, entry.Amount.Currency, cancel, from)).ToList();
        var older = cases
            .Where(one => one.OwedMinor != 0 || CaseMatching.IsNamed(entry.Text, one.Case))
            .SelectMany(one => one.Taken.Select(part => part.Cycle).Concat(one.Fees.Select(fee => fee.Cycle))
                .Select(CycleOf).Append(one.OwnCycle()))
            .OfType<Cycle>().Distinct().Except(recent.Select(row => row.Cycle)).ToList();
        foreach (var cycle in older)
            if (await batches.FindCycle(cycle, cancel) is { } row)
                recent.Add(row);
        return recent;

        static Cycle? CycleOf(string name) => Cycle.TryParse(name, out var cycle) ? cycle : null;
    }

    private void Write(
        Row row, BankEntry entry, IReadOnlyList<Allotment> parts, string what, string by)
    {
        row["booked"] = entry.Booked.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        row["amountMinor"] = entry.Amount.Minor;
        row["account"] = entry.Account;
        row["reference"] = entry.Reference;
        row["text"] = entry.Text;
        row["cycles"] = string.Join(' ', parts.Select(part => part.Cycle));
        row["minors"] = string.Join(
            ' ', parts.Select(part => part.Amount.Minor.ToString(CultureInfo.InvariantCulture)));
        row["what"] = what;
        row["at"] = time.GetUtcNow();
        row["by"] = by;
    }

    public static KeptEntry Kept(Row row) => new(
        DateOnly.ParseExact(row.Text("booked"), "yyyy-MM-dd", CultureInfo.InvariantCulture),
        new Money(row.Number("amountMinor"), Currency.Parse(row.Partition.Split('.')[1])),
        row.Text("account"), row.Text("reference"), row.Text("text"),
        row.Text("cycles").Split(' ', StringSplitOptions.RemoveEmptyEntries),
        [
            .. row.Text("minors").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(minor => long.Parse(minor, CultureInfo.InvariantCulture)),
        ],
        row.Text("what"), row.Time("at"), row.Text("by"));
}
