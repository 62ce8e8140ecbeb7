using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Keeps the versions of reports: rows <c>{date}.{currency}.v.{version}</c> and a head
/// <c>{date}.{currency}.h</c> in the merchant's partition, committed together. The same figures make no new
/// version, so it can be called at any time.
/// </summary>
internal sealed class ReportVersions(
    TablePort tables, ReportReader reader, Register register, Merchants merchants, MerchantPayments payments,
    TerminalDays days, ReportFiles files, TimeProvider time)
{
    /// <summary>
    /// Makes the reports of a date, and sees to it that whatever changes the date from here on owes them
    /// anew.
    /// </summary>
    public async Task Begin(string merchant, DateOnly date, CancellationToken cancel)
    {
        foreach (var terminal in await payments.TerminalsOf(merchant, cancel))
            await days.MarkReported(terminal.Terminal, merchant, date, cancel);
        await Refresh(merchant, date, cancel);
    }

    /// <summary>Makes the reports of a date in each currency, where their figures are new.</summary>
    public async Task Refresh(string merchant, DateOnly date, CancellationToken cancel)
    {
        // Others are seen with the first reading; where they have a report, it takes a second one.
        var currencies = (await register.List(Register.CurrenciesOf(merchant), cancel))
            .ToHashSet(StringComparer.Ordinal);
        if (await merchants.Find(merchant, cancel) is { } known)
            currencies.Add(known.Currency.Code);
        await Attempts.UntilCommitted(async () =>
        {
            // Before the rows are read: where another version is written meanwhile, it may know more than
            // these figures, so they are made anew and never put after it.
            var heads = new Dictionary<string, Row?>(StringComparer.Ordinal);
            foreach (var currency in currencies)
                heads[currency] = await tables.Get(
                    TableNames.Report, merchant, Head(date, currency), cancel);
            var areKept = true;
            foreach (var facts in await reader.Read(merchant, date, cancel))
            {
                var figures = FiguresOf.Facts(facts);
                currencies.Add(figures.Currency);
                if (await Keep(figures, heads.GetValueOrDefault(figures.Currency), cancel) is { } version)
                    files.Write(version);
                else
                    areKept = false;
            }
            return areKept;
        });
    }

    /// <summary>As <see cref="Refresh"/>, for a date of which there is a report already.</summary>
    public async Task RefreshIfClosed(string merchant, DateOnly date, CancellationToken cancel)
    {
        var prefix = Date(date) + ".";
        await foreach (
            var row in tables.Range(TableNames.Report, merchant, prefix, Keys.After(prefix), cancel))
        {
            await Refresh(merchant, date, cancel);
            return;
        }
    }

    /// <param name="version">Null asks for the newest.</param>
    public async Task<ReportVersion?> Find(
        string merchant, DateOnly date, Currency currency, int? version, CancellationToken cancel)
    {
        var head = await tables.Get(TableNames.Report, merchant, Head(date, currency.Code), cancel);
        if ((version ?? (int?)head?.Number("version")) is not { } number
            || await tables.Get(
                TableNames.Report, merchant, Key(date, currency.Code, number), cancel) is not { } row)
            return null;
        return From(row);
    }

    /// <returns>Null where another version came between.</returns>
    private async Task<ReportVersion?> Keep(
        SettlementFigures figures, Row? known, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(figures, ReportsJson.Default.SettlementFigures);
        var digest = Convert.ToHexStringLower(SHA256.HashData(json));
        var head = known ?? new Row(figures.Merchant, Head(figures.Date, figures.Currency));
        var last = (int)(head.NumberOrNull("version") ?? 0);
        ReportVersion? before = null;
        if (last > 0)
        {
            before = From((await tables.Get(
                TableNames.Report, figures.Merchant, Key(figures.Date, figures.Currency, last), cancel))!);
            if (head.Text("digest") == digest)
                return before;
        }
        var changes = before is null ? [] : FigureLines.Changes(before.Figures, figures);
        var next = new ReportVersion(last + 1, time.GetUtcNow(), changes, figures);
        var row = new Row(
            figures.Merchant, Key(figures.Date, figures.Currency, next.Version)) { ["at"] = next.At };
        row.SetChunks("figures", json);
        row.SetChunks(
            "changes", JsonSerializer.SerializeToUtf8Bytes(
                next.Changes, ReportsJson.Default.IReadOnlyListString));
        head["version"] = next.Version;
        head["digest"] = digest;
        IReadOnlyList<Change> commit =
            [head.ETag is null ? Change.Insert(head) : Change.Replace(head), Change.Insert(row)];
        return await tables.TryCommit(
            TableNames.Report, figures.Merchant, commit, cancel) is null ? next : null;
    }

    private static ReportVersion From(Row row) => new(
        int.Parse(row.Key.AsSpan(row.Key.LastIndexOf('.') + 1), CultureInfo.InvariantCulture), row.Time("at"),
        JsonSerializer.Deserialize(row.Chunked("changes"), ReportsJson.Default.IReadOnlyListString)!,
        JsonSerializer.Deserialize(row.Chunked("figures"), ReportsJson.Default.SettlementFigures)!);

    private static string Head(DateOnly date, string currency) => $"{Date(date)}.{currency}.h";

    private static string Key(DateOnly date, string currency, int version) =>
        string.Create(CultureInfo.InvariantCulture, $"{Date(date)}.{currency}.v.{version:D6}");

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
