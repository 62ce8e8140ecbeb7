using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Wire;
using CsvHelper;

namespace CloudPos.Functions.Funding;

/// <summary>
/// The ledger as CSV with the merchant's own account numbers, row <c>accounts</c> of its partition. An
/// account without a number is exported by its name.
/// </summary>
internal sealed class LedgerExport(
    TablePort tables, Merchants merchants, MerchantPayments terminals, TerminalDays days,
    ClearingBatches batches, Chargebacks chargebacks)
{
    private const int DaysMax = 400;
    private const int NumberLengthMax = 20;
    private const string Key = "accounts";

    /// <summary>PUT /api/backoffice/merchants/{merchant}/accounts: {"Cash":"1600", ...}</summary>
    public async Task<Answer> PutAccounts(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || await merchants.Find(merchant, cancel) is null)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(LedgerJson.Default.DictionaryStringString, out var table, out var refusal))
            return refusal;
        foreach (var (name, number) in table)
            if (!Enum.TryParse<LedgerAccount>(name, out var account) || $"{account}" != name)
                return Answer.Refuse(ProblemCode.Malformed, name,
                    $"An account is one of {string.Join(", ", Enum.GetNames<LedgerAccount>())}.");
            else if (number.Length is 0 or > NumberLengthMax)
                return Answer.Refuse(
                    ProblemCode.Malformed, name, $"A number has 1 to {NumberLengthMax} characters.");
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, merchant, Key, cancel) ?? new Row(merchant, Key);
            row.SetChunks("table", JsonSerializer.SerializeToUtf8Bytes(
                table, LedgerJson.Default.DictionaryStringString));
            return await tables.TryCommit(
                TableNames.Merchant, merchant,
                [row.ETag is null ? Change.Insert(row) : Change.Replace(row)], cancel) is null;
        });
        return Answer.Json(table, LedgerJson.Default.DictionaryStringString);
    }

    /// <summary>GET of the same path: every account with its number, or its name where it has none.</summary>
    public async Task<Answer> GetAccounts(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || await merchants.Find(merchant, cancel) is null)
            return Answer.NotFound("such merchant");
        var known = await AccountsOf(merchant, cancel);
        return Answer.Json(
            Enum.GetNames<LedgerAccount>().ToDictionary(
                name => name, name => known.GetValueOrDefault(name, name)),
            LedgerJson.Default.DictionaryStringString);
    }

    private async Task<Dictionary<string, string>> AccountsOf(string merchant, CancellationToken cancel) =>
        await tables.Get(TableNames.Merchant, merchant, Key, cancel) is { } row
            ? JsonSerializer.Deserialize(row.Chunked("table"), LedgerJson.Default.DictionaryStringString)!
            : [];

    /// <summary>GET /api/backoffice/ledger/{merchant}/{currency}?from=&amp;to=</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var merchant = call.Route("merchant");
        if (!Names.IsMerchant(merchant) || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such merchant and currency");
        if (Dates.Range(call, DaysMax, out var from, out var to) is { } refusal)
            return refusal;
        var ledger = await Of(merchant, currency, from, to, cancel);
        var accounts = await AccountsOf(merchant, cancel);
        return new Answer(
            StatusCodes.Status200OK, "text/csv; charset=utf-8", Csv(ledger.Lines, accounts, currency));
    }

    public async Task<Ledger> Of(
        string merchant, Currency currency, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var ledger = new Ledger(currency);
        foreach (var (date, tallies) in await Days(merchant, from, to, cancel))
            ledger.Day(date, tallies);
        foreach (var cycle in await batches.Cycles(merchant, currency, cancel, from))
            foreach (var head in await batches.Heads(cycle, cancel))
                if (cycle.Cycle.Date <= to && head.State != BatchState.Open)
                    ledger.Batch(cycle.Cycle.Date, head.Id.ToString(), head.SumMinor, head.FeeMinor);
        foreach (var happened in await Events(merchant, currency, cancel))
            if (happened.Date >= from && happened.Date <= to)
                ledger.Event(happened);
        return ledger;
    }

    private async Task<SortedDictionary<DateOnly, DayTallies>> Days(
        string merchant, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var all = new SortedDictionary<DateOnly, DayTallies>();
        foreach (var terminal in await terminals.TerminalsOf(merchant, cancel))
            foreach (var (date, tallies) in await days.Read(terminal.Terminal, from, to, cancel))
            {
                if (!all.TryGetValue(date, out var day))
                    all[date] = day = new DayTallies();
                foreach (var (key, tally) in tallies.All)
                    day.Add(key, tally);
            }
        return all;
    }

    private async Task<IReadOnlyList<LedgerEvent>> Events(
        string merchant, Currency currency, CancellationToken cancel)
    {
        var events = new List<LedgerEvent>();
        var partition = CycleRow.PartitionOf(merchant, currency);
        await foreach (var row in tables.Range(
            TableNames.Batch, partition, BankStatements.EntryPrefix,
            Keys.After(BankStatements.EntryPrefix), cancel))
            if (BankStatements.Kept(row) is { Cycles.Count: > 0 } entry)
                events.Add(new LedgerEvent(
                    entry.Booked, $"BANK {row.Key[BankStatements.EntryPrefix.Length..][..12]}", entry.Amount,
                    LedgerAccount.Bank));
        foreach (var known in await chargebacks.All(merchant, currency, cancel))
        {
            events.Add(new LedgerEvent(
                known.ReceivedOn, $"CHARGEBACK {known.Case}", new Money(known.AmountMinor, currency),
                LedgerAccount.ChargebackLosses));
            foreach (var back in known.Reversals)
                events.Add(new LedgerEvent(
                    back.ReceivedOn, $"CHARGEBACK {known.Case} {back.Kind} {back.Reference}",
                    new Money(-back.AmountMinor, currency), LedgerAccount.ChargebackLosses));
            foreach (var fee in known.Fees)
                events.Add(new LedgerEvent(
                    fee.On, $"CHARGEBACK {known.Case} FEE {fee.Reference}",
                    new Money(fee.AmountMinor, currency), LedgerAccount.ChargebackFees));
        }
        return [.. events.OrderBy(one => one.Date).ThenBy(one => one.Document, StringComparer.Ordinal)];
    }

    private static byte[] Csv(
        IReadOnlyList<LedgerLine> lines, IReadOnlyDictionary<string, string> accounts, Currency currency)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(
            stream, new CsvWriterOptions { Injection = CsvInjection.Escape, NewLine = "\r\n" },
            leaveOpen: true))
        {
            csv.WriteRecord(["date", "document", "account", "name", "text", "debit", "credit", "currency"]);
            foreach (var line in lines)
            {
                csv.WriteField(line.Date, "yyyy-MM-dd");
                csv.WriteField(line.Document);
                csv.WriteField(accounts.GetValueOrDefault($"{line.Account}") ?? $"{line.Account}");
                csv.WriteField($"{line.Account}");
                csv.WriteField(line.Detail);
                csv.WriteField(Whole(line.Debit), "");
                csv.WriteField(Whole(line.Credit), "");
                csv.WriteField(currency.Code);
                csv.EndRecord();
            }
        }
        return stream.ToArray();

        static decimal Whole(Money amount) =>
            decimal.Parse(Printed.Figure(amount), CultureInfo.InvariantCulture);
    }
}
