using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>What people see of journals and do with held ones.</summary>
internal sealed class JournalAdmin(
    TablePort tables, Terminals terminals, JournalHeads heads, ApplyOwed applyOwed)
{
    /// <summary>GET /api/backoffice/journals/{terminal}: all epochs, the newest first.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal) || await terminals.Find(terminal, cancel) is not { } identity)
            return Answer.NotFound("such terminal");
        var lines = new List<JournalLine>();
        for (var epoch = identity.Epoch; epoch >= 1; epoch--)
        {
            var journal = new JournalId(terminal, epoch);
            if (await heads.Find(journal, cancel) is { } head)
                lines.Add(new JournalLine(
                    epoch, head.Number, await heads.Applied(journal, cancel),
                    await heads.CountSetAside(journal, cancel), head.Hold, await Branches(journal, cancel)));
        }
        return Answer.Json(lines, JournalsJson.Default.IReadOnlyListJournalLine);
    }

    /// <summary>
    /// POST /api/backoffice/journals/{terminal}/{epoch}/release: what was held is applied like everything
    /// else.
    /// </summary>
    public async Task<Answer> Release(Call call, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal)
            || !int.TryParse(
                call.Route("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || epoch is < 1 or > JournalRows.EpochMax
            || await heads.Find(new JournalId(terminal, epoch), cancel) is not { } head)
            return Answer.NotFound("such journal");
        await applyOwed.Owe(head.Journal, head.Number, cancel);
        await heads.Release(head.Journal, cancel);
        await applyOwed.Ring(head.Journal, head.Number, cancel);
        return await List(call, cancel);
    }

    private async Task<IReadOnlyList<BranchLine>> Branches(JournalId journal, CancellationToken cancel)
    {
        var prefix = JournalRows.BranchPrefix(journal.Epoch);
        var lines = new List<BranchLine>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Keys.After(prefix), cancel))
            lines.Add(new BranchLine(
                row.Key[prefix.Length..], row.Number("first"), row.Number("number"), row.Time("at")));
        return lines;
    }
}
