using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Receipts;

/// <summary>A receipt's mail in GET receipts. The address is not shown: nobody needs it there.</summary>
internal sealed record ReceiptLine(
    string Terminal, Id Sale, string ReceiptNumber, MailState State, MailKind? Kind, string? MessageId,
    DateTimeOffset? At, string? Reason);

/// <summary>GET /api/backoffice/receipts?terminal=&amp;state=: the mails, terminal by terminal.</summary>
internal sealed class ReceiptList(TablePort tables, Register register)
{
    private const int LinesMax = 10_000;

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var lines = new List<ReceiptLine>();
        var terminals = call.Query("terminal") is { } one
            ? Names.IsTerminal(one) ? [one] : []
            : await register.List(Register.Terminals, cancel);
        var state = call.Query("state");
        foreach (var terminal in terminals)
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, MailRow.KeyPrefix, Keys.After(MailRow.KeyPrefix), cancel))
            {
                var mail = MailRow.From(row);
                if (state is not null && !string.Equals(
                    state, mail.State.ToString(), StringComparison.OrdinalIgnoreCase))
                    continue;
                if (lines.Count == LinesMax)
                    return Answer.Refuse(
                        ProblemCode.TooLarge, null,
                            $"There are more than {LinesMax}; name a terminal or a state.");
                lines.Add(new ReceiptLine(
                    mail.Terminal, mail.Sale, mail.ReceiptNumber, mail.State, mail.Kind, mail.MessageId,
                        mail.At, mail.Reason));
            }
        return Answer.Json(lines, ReceiptJson.Default.IReadOnlyListReceiptLine);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<ReceiptLine>))]
internal sealed partial class ReceiptJson : JsonSerializerContext;
