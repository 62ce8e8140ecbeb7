using System.Text.Json.Serialization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Totals;

/// <summary>The answer to asking for a rebuild.</summary>
/// <param name="Before">Each terminal's last one before it; the report over a range tells the newest.</param>
internal sealed record RebuildAnswer(int Terminals, IReadOnlyList<RebuildStamp> Before);

/// <summary>Lets people check the kept totals, and have them counted anew.</summary>
internal sealed class TotalsAdmin(TablePort tables, Register register, DueTable due, IBus bus)
{
    private const int DifferencesMax = 1_000;

    /// <summary>POST /api/backoffice/totals/{merchant}/rebuild</summary>
    public async Task<Answer> Rebuild(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant")))
            return Answer.NotFound("such merchant");
        var terminals = await register.List(Register.TerminalsOf(call.Route("merchant")), cancel);
        var before = new List<RebuildStamp>();
        foreach (var terminal in terminals)
        {
            if (await RebuildTotals.StampOf(tables, terminal, cancel) is { } stamp)
                before.Add(stamp);
            var owed = await due.Owe(
                RebuildTotals.Queue, terminal, cancel: cancel, 
                refs: [("terminal", terminal), ("by", call.Person?.Name ?? "")]);
            await bus.Ring(RebuildTotals.Queue, owed.Doorbell, cancel: cancel);
        }
        return Answer.Json(new RebuildAnswer(terminals.Count, before), TotalsAnswers.Default.RebuildAnswer);
    }

    /// <summary>
    /// GET /api/backoffice/totals/{merchant}/check/{terminal}: reads every row of the terminal. While it
    /// sells, what changed during the reading may be listed too.
    /// </summary>
    public async Task<Answer> Check(Call call, CancellationToken cancel)
    {
        var terminals = Names.IsMerchant(call.Route("merchant"))
            ? await register.List(Register.TerminalsOf(call.Route("merchant")), cancel)
            : [];
        if (!terminals.Contains(call.Route("terminal")))
            return Answer.NotFound("such terminal of the merchant");
        var scan = new TotalsScan(tables);
        await scan.Read(call.Route("terminal"), cancel);
        return Answer.Json(
            [.. scan.Differences().Take(DifferencesMax)],
            TotalsAnswers.Default.IReadOnlyListTotalsDifference);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RebuildAnswer))]
[JsonSerializable(typeof(IReadOnlyList<TotalsDifference>))]
internal sealed partial class TotalsAnswers : JsonSerializerContext;
