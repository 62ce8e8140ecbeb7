using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>What people see of journals and do with held ones.</summary>
internal sealed class JournalAdmin(
    TablePort tables, Register register, Terminals terminals, JournalHeads heads, ApplyOwed applyOwed,
    BranchDecisions decisions, JournalNotes notes)
{
    private const int UnaccountedMax = 1_000;

    /// <summary>GET /api/backoffice/journals/{terminal}: all epochs, the newest first, and then
    /// what adopted branches became.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal) || await terminals.Find(terminal, cancel) is not { } identity)
            return Answer.NotFound("such terminal");
        var lines = await Lines(identity, cancel);
        return Answer.Json(lines, JournalsJson.Default.IReadOnlyListJournalLine);
    }

    /// <summary>
    /// POST /api/backoffice/journals/{terminal}/{epoch}/release: what was held is applied like everything
    /// else.
    /// </summary>
    public async Task<Answer> Release(Call call, CancellationToken cancel)
    {
        if (!TryJournal(call, out var journal) || await heads.Find(journal, cancel) is not { } head)
            return Answer.NotFound("such journal");
        await applyOwed.Owe(head.Journal, head.Number, cancel);
        await heads.Release(head.Journal, cancel);
        await applyOwed.Ring(head.Journal, head.Number, cancel);
        return await List(call, cancel);
    }

    /// <summary>
    /// GET /api/backoffice/unaccounted: journals of all terminals about which a person has to decide or to
    /// know something: closed and not complete, branched, damaged, with a gap, held, or not applied because
    /// the terminal's standing is not active.
    /// </summary>
    public async Task<Answer> Unaccounted(Call call, CancellationToken cancel)
    {
        var found = new List<UnaccountedLine>();
        foreach (var terminal in await register.List(Register.Terminals, cancel))
            if (await terminals.Find(terminal, cancel) is { } identity)
                foreach (var line in await Lines(identity, cancel))
                    if (found.Count < UnaccountedMax && Waits(line))
                        found.Add(new UnaccountedLine(terminal, identity.Store, line));
        return Answer.Json(found, JournalsJson.Default.IReadOnlyListUnaccountedLine);
    }

    public static bool TryJournal(Call call, out JournalId journal)
    {
        journal = default;
        if (!Names.IsTerminal(call.Route("terminal"))
            || !int.TryParse(
                call.Route("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || epoch is < 1 or > JournalRows.EpochMax)
            return false;
        journal = new JournalId(call.Route("terminal"), epoch);
        return true;
    }

    private static bool Waits(JournalLine line) =>
        line.Closed is { IsComplete: false, WrittenOffBy: null } || line.Hold is not null
        || line.Gaps.Count > 0 || (line.Damage is not null && line.Closed?.WrittenOffBy is null)
        || line.Branches.Any(branch => branch.Decision is null || branch.Since > 0);

    private async Task<List<JournalLine>> Lines(TerminalIdentity identity, CancellationToken cancel)
    {
        var lines = new List<JournalLine>();
        for (var epoch = identity.Epoch; epoch >= 1; epoch--)
            if (await heads.Find(new JournalId(identity.Terminal, epoch), cancel) is { } head)
                lines.Add(await LineOf(identity, head, cancel));
        foreach (var adopted in await decisions.Adopted(identity.Terminal, cancel))
            lines.Add(await LineOf(identity, adopted, cancel));
        return lines;
    }

    private async Task<JournalLine> LineOf(
        TerminalIdentity identity, JournalHead head, CancellationToken cancel)
    {
        var (journal, applied) = (head.Journal, await heads.Applied(head.Journal, cancel));
        var hold = head.Hold is null && applied < head.Number && identity.Standing != TerminalStanding.Active
            ? $"The terminal's standing is {identity.Standing}: nothing is applied until it is Active again."
            : head.Hold;
        return new JournalLine(
            journal.Epoch, head.Number, applied, await heads.CountSetAside(journal, cancel), hold,
            await Branches(journal, cancel), await notes.Gaps(journal, cancel),
            await notes.Damage(journal, cancel), await notes.Closed(journal, cancel));
    }

    private async Task<IReadOnlyList<BranchLine>> Branches(JournalId journal, CancellationToken cancel)
    {
        var prefix = JournalRows.BranchPrefix(journal.Epoch);
        var lines = new List<BranchLine>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Keys.After(prefix), cancel))
            lines.Add(BranchDecisions.Line(row, journal.Epoch));
        return lines;
    }
}

/// <summary>What is noted beside a journal, for people.</summary>
internal sealed class JournalNotes(JournalGaps gaps, JournalDamages damages, ClosedEpochs closed)
{
    public Task<IReadOnlyList<GapLine>> Gaps(JournalId journal, CancellationToken cancel) =>
        gaps.Of(journal, cancel);

    public Task<DamageLine?> Damage(JournalId journal, CancellationToken cancel) =>
        damages.Of(journal, cancel);

    public Task<ClosedLine?> Closed(JournalId journal, CancellationToken cancel) =>
        closed.Of(journal, cancel);
}
