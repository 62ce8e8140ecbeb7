using System.Globalization;
using System.Security.Cryptography;
using CloudPos.Cards;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// What people do with terminals: make one, hand out a code, change its standing, list them.
/// </summary>
internal sealed class TerminalAdmin(
    TablePort tables, Register register, Stores stores, Terminals terminals, TerminalContacts contacts,
    EnrolmentCodes codes, JournalHeads heads, ApplyOwed applyOwed, BranchDecisions branches)
{
    private const int ReasonLengthMax = 200;
    private const int DrawsMax = 10;

    /// <summary>POST /api/backoffice/stores/{store}/terminals</summary>
    public async Task<Answer> IssueCode(Call call, CancellationToken cancel)
    {
        if (!Names.IsStore(call.Route("store"))
            || await stores.Find(call.Route("store"), cancel) is not { } store)
            return Answer.NotFound("such store");
        var body = new TerminalBody();
        if (call.Body.Length > 0 && !call.TryRead(FleetJson.Default.TerminalBody, out body, out var refusal))
            return refusal;
        if (body.Terminal is not null && !Names.IsTerminal(body.Terminal))
            return Answer.Refuse(
                ProblemCode.Malformed, "terminal", "An id is eight capital letters and digits.");

        var terminal = body.Terminal ?? await Draw(cancel);
        await register.Enter(Register.Terminals, terminal, cancel);
        await register.Enter(Register.TerminalsOf(store.Merchant), terminal, cancel);
        var identity = await Make(terminal, store, cancel);
        if (identity.Store != store.Id)
            return Answer.Refuse(
                ProblemCode.DiffersFromFirst, "store",
                $"This terminal belongs to the store {identity.Store}.");
        var (code, expiresAt) = await codes.Issue(terminal, cancel);
        return Answer.Json(new TerminalAnswer(terminal, code, expiresAt), FleetJson.Default.TerminalAnswer);
    }

    /// <summary>POST /api/backoffice/terminals/{terminal}/standing</summary>
    public async Task<Answer> SetStanding(Call call, CancellationToken cancel)
    {
        var terminal = call.Route("terminal");
        if (!call.TryRead(FleetJson.Default.StandingBody, out var body, out var refusal))
            return refusal;
        if (!Enum.IsDefined(body.Standing))
            return Answer.Refuse(
                ProblemCode.Malformed, "standing", "A standing is Active, Quarantined or Revoked.");
        if (body.Reason.Length is 0 or > ReasonLengthMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"A reason has 1 to {ReasonLengthMax} characters.");
        if (!Names.IsTerminal(terminal) || await terminals.Find(terminal, cancel) is not { } before)
            return Answer.NotFound("such terminal");
        // What was stored while the terminal was not active is applied from here on.
        var waiting = body.Standing == TerminalStanding.Active ? await Waiting(before, cancel) : [];
        foreach (var head in waiting)
            await applyOwed.Owe(head.Journal, head.Number, cancel);
        var identity = await terminals.SetStanding(
            terminal, body.Standing, CardScrubber.Mask(body.Reason), cancel);
        foreach (var head in waiting)
            await applyOwed.Ring(head.Journal, head.Number, cancel);
        return Answer.Json(await Line(identity!, cancel), FleetJson.Default.TerminalLine);
    }

    /// <summary>The current journal and those of adopted branches, where they hold anything.</summary>
    private async Task<IReadOnlyList<JournalHead>> Waiting(
        TerminalIdentity identity, CancellationToken cancel)
    {
        var current = identity.Epoch == 0
            ? null
            : await heads.Find(new JournalId(identity.Terminal, identity.Epoch), cancel);
        var adopted = await branches.Adopted(identity.Terminal, cancel);
        return current is { Number: > 0 } ? [current, .. adopted] : adopted;
    }

    /// <summary>GET /api/backoffice/terminals</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        var lines = new List<TerminalLine>();
        foreach (var terminal in await register.List(Register.Terminals, cancel))
            if (await terminals.Find(terminal, cancel) is { } identity)
                lines.Add(await Line(identity, cancel));
        return Answer.Json(lines, FleetJson.Default.IReadOnlyListTerminalLine);
    }

    private async Task<TerminalLine> Line(TerminalIdentity identity, CancellationToken cancel)
    {
        var journal = new JournalId(identity.Terminal, identity.Epoch);
        var head = await heads.Find(journal, cancel);
        var contact = await contacts.Find(identity.Terminal, cancel);
        return new TerminalLine(
            identity.Terminal, identity.Store, identity.Merchant, identity.Standing, identity.Reason,
            identity.Epoch, head?.Number ?? 0, await heads.Applied(journal, cancel),
            await heads.CountSetAside(journal, cancel), contact?.LastContact, contact?.SkewMilliseconds);
    }

    /// <summary>Makes the terminal unless it is there already.</summary>
    private Task<TerminalIdentity> Make(string terminal, Store store, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            if (await terminals.Find(terminal, cancel) is { } known)
                return known;
            var made = new TerminalIdentity(
                terminal, store.Merchant, store.Id, 0, TerminalStanding.Active, null, null);
            var row = new Row(terminal, TerminalIdentity.Key);
            made.WriteTo(row);
            return await tables.TryCommit(TableNames.Terminal, terminal, [Change.Insert(row)], cancel) is null
                ? made
                : null;
        });

    /// <summary>An id that no terminal has: T and seven random digits.</summary>
    private async Task<string> Draw(CancellationToken cancel)
    {
        for (var draw = 0; draw < DrawsMax; draw++)
        {
            var terminal = string.Create(
                CultureInfo.InvariantCulture, $"T{RandomNumberGenerator.GetInt32(10_000_000):D7}");
            if (await terminals.Find(terminal, cancel) is null)
                return terminal;
        }
        throw new InvalidOperationException("No free terminal id was drawn.");
    }
}
