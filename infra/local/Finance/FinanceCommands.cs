using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Finance;

/// <summary>
/// `bank` and `listing`: hand to a back office the files that a finance clerk gets, and say of each line what
/// became of it. 0: nothing is left to look at; 1: a person has to look at what is listed; 2: nothing was
/// entered.
/// </summary>
internal static class FinanceCommands
{
    public const string TokenVariable = "CLOUDPOS_TOKEN";

    private const string TokenNote =
        $"A bearer token with the role finance is in {TokenVariable}.";

    public static Command Bank()
    {
        var (url, merchant, file) = (Url(), Merchant(), StatementFile("The bank's statement."));
        var format = new Option<string>("--format")
        {
            Description = "What the file is: camt053 (XML) or csv.", DefaultValueFactory = _ => "camt053",
        };
        format.AcceptOnlyFromAmong("camt053", "csv");
        var csv = new Option<string[]>("--csv")
        {
            Description = "How the bank writes its CSV, once for each: date=COLUMN, amount=COLUMN, "
                + "currency=COLUMN or CODE, text=COLUMN,COLUMN, reference=COLUMN, separator=; decimal=, "
                + "dateFormat=dd.MM.yyyy, encoding=windows-1252, account=NAME.",
            DefaultValueFactory = _ => [],
        };
        csv.Validators.Add(result =>
        {
            foreach (var pair in result.GetValueOrDefault<string[]>() ?? [])
                if (pair.IndexOf('=', StringComparison.Ordinal) <= 0)
                    result.AddError($"--csv {pair}: write NAME=VALUE.");
        });
        var command = new Command("bank", $"Enters a bank statement: which payouts came. {TokenNote}")
        {
            url, merchant, file, format, csv,
        };
        command.SetAction((parsed, cancel) => FileUpload.Run(
            new FileUpload(
                new Uri(parsed.GetRequiredValue(url)), parsed.GetRequiredValue(file).FullName,
                $"bank/{parsed.GetRequiredValue(merchant)}",
                [
                    KeyValuePair.Create("format", parsed.GetRequiredValue(format)),
                    .. (parsed.GetValue(csv) ?? []).Select(pair => KeyValuePair.Create(
                        pair[..pair.IndexOf('=', StringComparison.Ordinal)],
                        pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..])),
                ],
                Statement),
            Environment.GetEnvironmentVariable(TokenVariable), Console.Out, cancel));
        return command;
    }

    public static Command Listing()
    {
        var (url, merchant, file) = (Url(), Merchant(), StatementFile("The acquirer's listing, CSV."));
        var currency = new Option<string>("--currency") { Description = "EUR", Required = true };
        var date = new Option<string>("--date")
        {
            Description = "The settlement date: yyyy-MM-dd.", Required = true,
        };
        var acquirer = new Option<string?>("--acquirer")
        {
            Description = "Whose listing it is, where the date was cleared with several acquirers.",
        };
        date.Validators.Add(result =>
        {
            if (!DateOnly.TryParseExact(result.GetValueOrDefault<string>(), "yyyy-MM-dd",
                CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                result.AddError("--date is yyyy-MM-dd.");
        });
        var command = new Command(
            "listing",
            $"Compares a settlement date with the acquirer's listing, payment by payment. {TokenNote}")
        {
            url, merchant, currency, date, acquirer, file,
        };
        command.SetAction((parsed, cancel) => FileUpload.Run(
            new FileUpload(
                new Uri(parsed.GetRequiredValue(url)), parsed.GetRequiredValue(file).FullName,
                $"cycles/{parsed.GetRequiredValue(merchant)}/{parsed.GetRequiredValue(currency)}"
                + $"/{parsed.GetRequiredValue(date)}/listing",
                parsed.GetValue(acquirer) is { } name ? [KeyValuePair.Create("acquirer", name)] : [],
                Comparison),
            Environment.GetEnvironmentVariable(TokenVariable), Console.Out, cancel));
        return command;
    }

    /// <summary>How many lines of each kind, and those at which a person has to look.</summary>
    internal static bool Statement(JsonNode answer, TextWriter output)
    {
        int Count(string name) => (int)answer[name]!;
        output.WriteLine(
            $"{Count("matched")} matched, {Count("duplicate")} known already, {Count("notOurs")} not ours, "
            + $"{Count("unmatched")} unmatched, {Count("faulty")} not readable.");
        foreach (var line in answer["lines"]!.AsArray())
            if ((string?)line!["result"] is "Matched" or "Unmatched" or "Faulty")
                output.WriteLine(
                    $"  line {line["line"]}  {line["result"]}  {(string?)line["booked"]}  "
                    + $"{Amount(line["amount"])}  {line["what"]}");
        return Count("unmatched") + Count("faulty") == 0;
    }

    internal static bool Comparison(JsonNode answer, TextWriter output)
    {
        var (differences, faults) = (answer["differences"]!.AsArray(), answer["faults"]!.AsArray());
        output.WriteLine(
            $"{answer["listed"]} lines of the acquirer: {differences.Count} differences, "
            + $"{faults.Count} lines not readable.");
        foreach (var one in differences)
            output.WriteLine(
                $"  {one!["kind"]}  {one["of"]}  {one["terminal"]}  {one["retrievalReference"]}  "
                + $"{one["what"]}");
        foreach (var fault in faults)
            output.WriteLine($"  line {fault!["line"]}  {fault["what"]}");
        return differences.Count + faults.Count == 0;
    }

    private static string Amount(JsonNode? amount) => amount is null
        ? ""
        : new Money((long)amount["minor"]!, Currency.Parse((string)amount["currency"]!)).ToString();

    private static Option<string> Url()
    {
        var url = new Option<string>("--url")
        {
            Description = "The back office: https://HOST, or http://127.0.0.1:PORT.", Required = true,
        };
        url.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var given)
                || !(given.Scheme == "https" || given is { Scheme: "http", IsLoopback: true }))
                result.AddError("--url is https://HOST; http only on this machine.");
        });
        return url;
    }

    private static Option<string> Merchant() =>
        new("--merchant") { Description = "The merchant's id.", Required = true };

    private static Option<FileInfo> StatementFile(string what) =>
        new Option<FileInfo>("--file") { Description = what, Required = true }.AcceptExistingOnly();
}
