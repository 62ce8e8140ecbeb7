using System.Globalization;
using System.Text;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>
/// How a bank writes its CSV: the names of its columns, and its separator, decimal mark, date and encoding.
/// </summary>
/// <param name="Texts">Columns that tell what an entry is for; joined.</param>
/// <param name="Reference">The bank's own reference; null where there is none.</param>
/// <param name="Currency">A column, or a currency's code where the file has no column for it.</param>
internal sealed record CsvMapping(
    string Date, string Amount, string Currency, IReadOnlyList<string> Texts, string? Reference,
    char Separator, char Point, string DateFormat, Encoding Encoding)
{
    /// <summary>From the members of a query; the defaults are what this program would write.</summary>
    public static CsvMapping? From(Func<string, string?> query, out string? fault)
    {
        fault = null;
        CodePagesEncodingProvider.Instance.GetEncodings();
        var name = (query("encoding") ?? "utf-8").ToLowerInvariant();
        Encoding? encoding = name switch
        {
            "utf-8" => new UTF8Encoding(false, true),
            "iso-8859-1" => Encoding.Latin1,
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
            _ => null,
        };
        var separator = query("separator") switch
        {
            null or "," => ',',
            ";" or "semicolon" => ';',
            "tab" => '\t',
            _ => '\0',
        };
        var point = query("decimal") switch { null or "." => '.', "," => ',', _ => '\0' };
        if (encoding is null)
            fault = "encoding: utf-8, iso-8859-1 or windows-1252.";
        else if (separator == '\0')
            fault = "separator: a comma, ; or tab.";
        else if (point == '\0')
            fault = "decimal: a point or a comma.";
        return fault is not null ? null : new CsvMapping(
            query("date") ?? "date", query("amount") ?? "amount", query("currency") ?? "currency",
            (query("text") ?? "text").Split(','), query("reference"), separator, point,
            query("dateFormat") ?? "yyyy-MM-dd", encoding!);
    }
}

/// <summary>Reads a bank statement that is CSV, line by line: one that cannot be read is named.</summary>
internal static class BankCsv
{
    public static BankStatement Read(ReadOnlyMemory<byte> file, CsvMapping mapping, string account)
    {
        if (!CsvText.TryDecode(file, mapping.Encoding, out var text))
            return BankStatement.Refuse(
                1, $"The file is not {mapping.Encoding.WebName}; name its encoding. Nothing was entered.");
        if (text.Contains('\0', StringComparison.Ordinal))
            return BankStatement.Refuse(1, "The file is not text in this encoding; nothing was entered.");
        var (entries, faults) = (new List<BankEntry>(), new List<FileFault>());
        string[]? heading = null;
        foreach (var (line, fields) in CsvText.Records(text, mapping.Separator))
        {
            if (heading is null)
            {
                heading = [.. fields.Select(field => field.Trim())];
                if (Missing(heading, mapping) is { } column)
                    return BankStatement.Refuse(line, $"The heading has no column '{column}'.");
            }
            else if (entries.Count >= BankStatement.EntriesMax)
                return BankStatement.Refuse(
                    line, $"A file holds at most {BankStatement.EntriesMax} entries; split it.");
            else if (Entry(line, heading, fields, mapping, account, out var entry) is { } fault)
                faults.Add(new FileFault(line, fault));
            else
                entries.Add(entry!);
        }
        return heading is null
            ? BankStatement.Refuse(1, "The file is empty.")
            : new BankStatement(entries, faults);
    }

    private static string? Missing(string[] heading, CsvMapping mapping)
    {
        string?[] wanted = [mapping.Date, mapping.Amount, .. mapping.Texts, mapping.Reference];
        return wanted.FirstOrDefault(name => name is not null && !heading.Contains(name))
            ?? (heading.Contains(mapping.Currency) || Currency.TryParse(mapping.Currency, out _)
                ? null
                : mapping.Currency);
    }

    private static string? Entry(
        int line, string[] heading, string[] fields, CsvMapping mapping, string account,
        out BankEntry? entry)
    {
        entry = null;
        if (fields.Length < heading.Length)
            return $"It has {fields.Length} fields, not {heading.Length}.";
        string Field(string name) => fields[Array.IndexOf(heading, name)];
        var code = heading.Contains(mapping.Currency) ? Field(mapping.Currency).Trim() : mapping.Currency;
        if (!Currency.TryParse(code, out var currency))
            return $"The currency '{Listing.Short(code)}' is not known here.";
        if (!CsvText.TryAmount(Field(mapping.Amount), currency, mapping.Point, out var amount))
            return $"'{Listing.Short(Field(mapping.Amount))}' is no amount of {currency.Code}.";
        if (!DateOnly.TryParseExact(
            Field(mapping.Date).Trim(), mapping.DateFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var date))
            return $"'{Listing.Short(Field(mapping.Date))}' is no date as {mapping.DateFormat}.";
        entry = new BankEntry(
            line, date, amount, account, mapping.Reference is { } name ? Camt053.Cut(Field(name).Trim()) : "",
            Camt053.Cut(string.Join(' ', mapping.Texts.Select(text => Field(text).Trim()))));
        return null;
    }
}
