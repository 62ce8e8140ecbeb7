using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Invoices;

/// <summary>An invoice in a list.</summary>
/// <param name="Party">Whom it is made out to; null when they are forgotten.</param>
internal sealed record InvoiceListLine(
    string InvoiceNumber, string ReceiptNumber, string? Cancels, string? Credits, DateTimeOffset At,
    InvoiceParty? Party, DateTimeOffset? ForgottenAt);

/// <param name="Forgotten">All numbers of the sale that were made out to them.</param>
internal sealed record ForgottenAnswer(IReadOnlyList<string> Forgotten);

/// <summary>What people do with invoices: find them, and forget whose they are.</summary>
internal sealed class InvoiceAdmin(TablePort tables, InvoiceSource source, InvoiceRecords records)
{
    private const int LinesMax = 2_000;

    /// <summary>GET /api/backoffice/terminals/{terminal}/invoices?text=: number, receipt or name.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal))
            return Answer.NotFound("such terminal");
        var (text, lines) = (call.Query("text") ?? "", new List<InvoiceListLine>());
        await foreach (var invoice in All(terminal, cancel))
        {
            var party = await source.Party(new JournalId(terminal, invoice.Epoch), invoice.Number, cancel);
            string?[] words = [invoice.InvoiceNumber, invoice.ReceiptNumber, party?.Name, party?.TaxNumber];
            if (!words.Any(word => word?.Contains(text, StringComparison.OrdinalIgnoreCase) == true))
                continue;
            if (lines.Count == LinesMax)
                return Answer.Refuse(
                    ProblemCode.TooLarge, "text", $"There are more than {LinesMax}; say a part of the name.");
            lines.Add(new InvoiceListLine(
                invoice.InvoiceNumber, invoice.ReceiptNumber, invoice.Cancels, invoice.Credits, invoice.At,
                party, invoice.ForgottenAt));
        }
        return Answer.Json(lines, InvoicesJson.Default.IReadOnlyListInvoiceListLine);
    }

    /// <summary>
    /// POST /api/backoffice/terminals/{terminal}/invoices/{invoice}/forget: the sale's other numbers with it,
    /// here and, by the feed, at the terminal. Figures stay.
    /// </summary>
    public async Task<Answer> Forget(Call call, CancellationToken cancel)
    {
        var (terminal, number) = (call.Route("terminal"), call.Route("invoice"));
        if (!Names.IsTerminal(terminal) || !InvoiceRow.IsNumber(number)
            || await records.Find(terminal, number, cancel) is not { } named)
            return Answer.NotFound("such invoice");
        var forgotten = new List<string>();
        await foreach (var invoice in All(terminal, cancel))
            if (invoice.Sale == named.Sale
                && await records.Forget(terminal, invoice.InvoiceNumber, tell: true, cancel))
                forgotten.Add(invoice.InvoiceNumber);
        return Answer.Json(new ForgottenAnswer(forgotten), InvoicesJson.Default.ForgottenAnswer);
    }

    private async IAsyncEnumerable<InvoiceRow> All(
        string terminal,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, InvoiceRow.Prefix, Keys.After(InvoiceRow.Prefix), cancel))
            yield return InvoiceRow.From(row);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<InvoiceListLine>))]
[JsonSerializable(typeof(ForgottenAnswer))]
internal sealed partial class InvoicesJson : JsonSerializerContext;
