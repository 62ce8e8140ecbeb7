using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Asks the acquirer whether its totals of a cycle are ours (0500), and when they are, settles the cycle's
/// batches. The question is stored before it is sent; without an answer it is the same question again (0501),
/// so a stop at any moment loses nothing and asks nothing twice. The question is about totals and moves no
/// money.
/// </summary>
internal sealed partial class Reconcile(
    TablePort tables, ClearingBatches batches, ClearingOwed owed, PaymentStamps stamps, Acquirers acquirers,
    TimeProvider time, ILogger<Reconcile> log)
{
    private const string StanPartition = "acquirer";
    private const string StanKey = "stan";

    /// <summary>Asks if there is something to ask.</summary>
    /// <returns>The cycle as it is then; with <see cref="Balance.Asked"/> there was no answer, and it is to
    /// be tried again. Null when there is no such cycle.</returns>
    public async Task<CycleRow?> Run(Cycle cycle, CancellationToken cancel)
    {
        if (await Question(cycle, cancel) is not { } asked)
            return null;
        if (asked.Row.Balance == Balance.Asked)
            asked = asked with { Row = await Ask(asked.Row, asked.IsRepeat, cancel) };
        if (asked.Row.Balance == Balance.InBalance)
            await Settle(asked.Row, cancel);
        return asked.Row;
    }

    /// <summary>
    /// The stored question: one without an answer, a new one where the totals are new, or the last one.
    /// </summary>
    private async Task<StoredQuestion?> Question(Cycle cycle, CancellationToken cancel)
    {
        StoredQuestion? question = null;
        await Attempts.UntilCommitted(async () =>
        {
            if (await batches.FindCycle(cycle, cancel) is not { } row)
                return true;
            question = new StoredQuestion(row, IsRepeat: true);
            if (row.Balance == Balance.Asked)
                return true;
            var heads = await batches.Heads(row, cancel);
            var done = heads.Where(head => head.State != BatchState.Open).ToList();
            var ours = CycleTotals.Of(done, await owed.Undone(cycle, cancel));
            var through = done.Count == 0 ? 0 : done[^1].Id.Sequence;
            var isSettled = row.Balance == Balance.InBalance && row.Ours == ours && row.Through == through;
            if (isSettled || CycleTotals.IsZero(ours))
                return true;
            var next = row with
            {
                Balance = Balance.Asked, Through = through, Ours = ours, Theirs = null, ResponseCode = null,
                Stan = await NextStan(cancel), AskedAt = time.GetUtcNow(), AnsweredAt = null,
            };
            if (await tables.TryCommit(
                TableNames.Batch, Partition(cycle), [next.Write()], cancel) is not null)
                return false;
            question = new StoredQuestion((await batches.FindCycle(cycle, cancel))!, IsRepeat: false);
            return true;
        });
        return question;
    }

    private async Task<CycleRow> Ask(CycleRow row, bool isRepeat, CancellationToken cancel)
    {
        if (acquirers.Named(owed.AcquirerOf(row.Cycle)) is not { } link)
        {
            LogNoAnswer(row.Cycle, $"acquirer {row.Cycle.Acquirer} is not configured any more");
            return row;
        }
        using var request = Reconciliation.Request(
            link.Profile, row.Cycle.Merchant, row.Cycle.Date, row.Cycle.Currency, row.Ours!, row.Stan!.Value,
            row.AskedAt!.Value, isRepeat);
        using var answer = await link.Ask(request, cancel);
        if (answer.Kind != AnswerKind.Answered || Reconciliation.TryRead(answer.Message!) is not { } told)
        {
            LogNoAnswer(row.Cycle, answer.ToString());
            return row;
        }
        var balance = BalanceOf(link.Profile, told, row.Ours!);
        LogAnswered(row.Cycle, balance, told.ResponseCode);
        var next = row with
        {
            Balance = balance, Theirs = told.Totals, ResponseCode = told.ResponseCode,
                AnsweredAt = time.GetUtcNow(),
        };
        // Where somebody else was faster, their answer is to the same question.
        _ = await tables.TryCommit(TableNames.Batch, Partition(row.Cycle), [next.Write()], cancel);
        return (await batches.FindCycle(row.Cycle, cancel))!;
    }

    /// <summary>
    /// In balance only when the acquirer says so and its own figures, if it tells them, say the same.
    /// </summary>
    private static Balance BalanceOf(
        AcquirerProfile profile, ReconciliationAnswer told, SettlementTotals ours)
    {
        var saysYes = told.SettlementCode is null or SettlementCode.InBalance
            && profile.Codes.MeaningOf(told.ResponseCode) == CodeMeaning.Approved;
        if (saysYes && (told.Totals is null || told.Totals == ours))
            return Balance.InBalance;
        return saysYes || told.SettlementCode == SettlementCode.OutOfBalance
            || profile.OutOfBalance.Contains(told.ResponseCode)
            ? Balance.OutOfBalance
            : Balance.Refused;
    }

    private async Task Settle(CycleRow row, CancellationToken cancel)
    {
        foreach (var id in row.Batches.Take(row.Through))
        {
            if (await batches.FindHead(id, cancel) is not { State: BatchState.Sealed } head)
                continue;
            var odd = await stamps.Settle(id, await batches.Members(id, cancel), cancel);
            foreach (var member in odd)
                LogNotSettled(id, member.Payment);
            var next = head with { State = BatchState.Reconciled };
            // A conflict means that another run has written the same.
            _ = await tables.TryCommit(TableNames.Batch, id.ToString(), [next.Write()], cancel);
        }
    }

    /// <summary>
    /// One counter for all merchants: a 0500 carries no terminal to tell its STAN from another's.
    /// </summary>
    private async Task<int> NextStan(CancellationToken cancel)
    {
        var stan = 0;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(
                TableNames.Batch, StanPartition, StanKey, cancel) ?? new Row(StanPartition, StanKey);
            stan = RetrievalReference.Next((int)(row.NumberOrNull("last") ?? 0));
            row["last"] = stan;
            return await tables.TryCommit(
                TableNames.Batch, StanPartition, [row.ETag is null ? Change.Insert(
                    row) : Change.Replace(row)], cancel)
                is null;
        });
        return stan;
    }

    private static string Partition(Cycle cycle) => CycleRow.PartitionOf(cycle.Merchant, cycle.Currency);

    private sealed record StoredQuestion(CycleRow Row, bool IsRepeat);

    [LoggerMessage(
        1701, LogLevel.Warning, "The totals of cycle {Cycle} are not answered: {Why}; they are sent again.")]
    private partial void LogNoAnswer(Cycle cycle, string why);

    [LoggerMessage(
        1702, LogLevel.Information, "The totals of cycle {Cycle}: {Balance}, answered {ResponseCode}.")]
    private partial void LogAnswered(Cycle cycle, Balance balance, string responseCode);

    [LoggerMessage(
        1703, LogLevel.Error, "Payment {Payment} of batch {Batch} is not in the state to be settled.")]
    private partial void LogNotSettled(BatchId batch, Id payment);
}
