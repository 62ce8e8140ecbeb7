using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Recovery;

/// <summary>What people see of lost payments, and how they give one up.</summary>
internal sealed class CaseAdmin(TablePort tables, Register register, TimeProvider time)
{
    private const int CasesMax = 10_000;
    private const int ReasonLengthMax = 200;

    /// <summary>GET /api/backoffice/cases?terminal=&amp;state=: the newest losses first.</summary>
    public async Task<Answer> List(Call call, CancellationToken cancel)
    {
        CaseState? state = null;
        if (call.Query("state") is { Length: > 0 } text)
        {
            if (!Enum.TryParse<CaseState>(text, ignoreCase: true, out var parsed) || !Enum.IsDefined(parsed))
                return Answer.Refuse(
                    ProblemCode.Malformed, "state",
                    "A case is Planned, Trying, Open, Recovered or WrittenOff.");
            state = parsed;
        }
        var one = call.Query("terminal") ?? "";
        if (one.Length > 0 && !Names.IsTerminal(one))
            return Answer.Refuse(
                ProblemCode.Malformed, "terminal", "A terminal has eight capitals and digits.");
        var cases = new List<RecoveryCase>();
        foreach (var terminal in one.Length > 0 ? [one] : await register.List(Register.Terminals, cancel))
            await foreach (var row in tables.Range(
                TableNames.Terminal, terminal, RecoveryCase.Prefix, Keys.After(RecoveryCase.Prefix), cancel))
                if (RecoveryCase.From(row) is var known && (state is null || known.State == state))
                {
                    if (cases.Count == CasesMax)
                        return Answer.Refuse(
                            ProblemCode.TooLarge, "terminal",
                            $"More than {CasesMax} cases: name a terminal or a state.");
                    cases.Add(known);
                }
        return Answer.Json(
            [.. cases.OrderByDescending(known => known.LostAt)],
            RecoveryJson.Default.IReadOnlyListRecoveryCase);
    }

    /// <summary>
    /// POST /api/backoffice/cases/{terminal}/{payment}/write-off: nobody will pay. A try that is under way is
    /// waited for first, since it may still be approved.
    /// </summary>
    public async Task<Answer> WriteOff(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(RecoveryJson.Default.WriteOffRequest, out var request, out var refusal))
            return refusal;
        var reason = CardScrubber.Mask(request.Reason.Trim());
        if (reason.Length is 0 or > ReasonLengthMax || reason.Any(char.IsControl))
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"Say why, in 1 to {ReasonLengthMax} characters.");
        var terminal = call.Route("terminal");
        if (!Names.IsTerminal(terminal) || !Id.TryParse(call.Route("payment"), out var payment))
            return Answer.NotFound("such case");
        Answer? answer = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
            var known = row is null ? null : RecoveryCase.From(row);
            answer = FaultOf(known);
            if (answer is not null)
                return true;
            var closed = known!.WriteOff(reason, call.Person!.Name, time.GetUtcNow());
            answer = Answer.Json(closed, RecoveryJson.Default.RecoveryCase);
            return await tables.TryCommit(
                TableNames.Terminal, terminal, [Change.Replace(closed.ToRow(row!.ETag))], cancel) is null;
        });
        return answer!;
    }

    private static Answer? FaultOf(RecoveryCase? known) => known?.State switch
    {
        null => Answer.NotFound("such case"),
        CaseState.Trying => Answer.Refuse(
            ProblemCode.WrongState, "state", "A try is under way; wait for its answer."),
        CaseState.Recovered => Answer.Refuse(
            ProblemCode.WrongState, "state", "The money came in after all; there is nothing to write off."),
        CaseState.WrittenOff => Answer.Json(known, RecoveryJson.Default.RecoveryCase),
        _ => null,
    };
}
