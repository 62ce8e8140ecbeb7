using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Collects approved payments into clearing batches and seals them. Run twice, by two at once, or stopped
/// between any two commits and run again, it makes the same batch: a member is inserted under the head's
/// version, then its payment is stamped, and a batch is sealed only under the version at which every member
/// was seen stamped. A payment that a void took away before its stamp leaves the batch again; after the stamp
/// no void is taken.
/// </summary>
internal sealed class ClearingBatches(
    TablePort tables, Register register, PaymentStamps stamps, TimeProvider time)
{
    /// <summary>
    /// Commits that may meet another closer's, and batches that may turn out to be sealed, together.
    /// </summary>
    private const int RoundsMax = 50;

    private const int MembersPerCommit = 90;

    /// <summary>
    /// Brings the payments into the cycle's open batch and seals it; with none it finishes what was begun.
    /// </summary>
    /// <param name="ready">Said to be approved, of this cycle, their sales known. Those that are not any
    /// more are left out.</param>
    /// <returns>The batches of the cycle, all sealed but perhaps a last one without members.</returns>
    public async Task<IReadOnlyList<BatchHead>> Collect(
        Cycle cycle, IReadOnlyList<Member> ready, CancellationToken cancel)
    {
        var waiting = ready.ToList();
        var overtaken = 0;
        for (var round = 0; round < RoundsMax; round++)
        {
            await Attempts.StepBack(overtaken);
            if (await FindCycle(cycle, cancel) is not { } row)
            {
                if (waiting.Count == 0)
                    return [];
                await register.Enter(
                    Register.CurrenciesOf(cycle.Merchant), cycle.Currency.Code, cancel);
                overtaken += await Commit(new CycleRow(cycle, 1).Write(), cancel) ? 0 : 1;
                continue;
            }
            var id = new BatchId(cycle, row.Sequence);
            var head = await FindHead(id, cancel);
            if (head is null && waiting.Count == 0)
                return await Heads(row, cancel);
            if (head is null)
            {
                overtaken += await Commit(
                    new BatchHead(id, BatchState.Open, time.GetUtcNow()).Write(), cancel) ? 0 : 1;
                continue;
            }
            if (head.State != BatchState.Open)
            {
                // Those in a batch already are known by their stamps; they do not join another.
                waiting = await StillApproved(waiting, cancel);
                if (waiting.Count == 0)
                    return await Heads(row, cancel);
                overtaken += await Commit(
                    (row with { Sequence = row.Sequence + 1 }).Write(), cancel) ? 0 : 1;
                continue;
            }
            switch (await Fill(head, waiting, cancel))
            {
                case Filled.Sealed:
                    waiting = [];
                    break;
                case Filled.Empty:
                    return await Heads(row, cancel);
                case Filled.Again:
                    overtaken++;
                    break;
            }
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    public async Task<CycleRow?> FindCycle(Cycle cycle, CancellationToken cancel) =>
        await tables.Get(
            TableNames.Batch, CycleRow.PartitionOf(
                cycle.Merchant, cycle.Currency), CycleRow.KeyOf(cycle), cancel)
        is { } row ? CycleRow.From(row) : null;

    /// <summary>All cycles of a merchant and currency, or those from a date on, oldest first.</summary>
    public async Task<IReadOnlyList<CycleRow>> Cycles(
        string merchant, Currency currency, CancellationToken cancel, DateOnly from = default)
    {
        var cycles = new List<CycleRow>();
        await foreach (var row in tables.Range(
            TableNames.Batch, CycleRow.PartitionOf(merchant, currency), CycleRow.KeyFrom(from),
            Keys.After(CycleRow.KeyPrefix), cancel))
            cycles.Add(CycleRow.From(row));
        return cycles;
    }

    public async Task<BatchHead?> FindHead(BatchId id, CancellationToken cancel) =>
        await tables.Get(TableNames.Batch, id.ToString(), BatchHead.Key, cancel) is { } row
            ? BatchHead.From(id, row)
            : null;

    public async Task<IReadOnlyList<BatchHead>> Heads(CycleRow cycle, CancellationToken cancel)
    {
        var heads = new List<BatchHead>();
        foreach (var id in cycle.Batches)
            if (await FindHead(id, cancel) is { } head)
                heads.Add(head);
        return heads;
    }

    public async Task<IReadOnlyList<Member>> Members(BatchId id, CancellationToken cancel)
    {
        var members = new List<Member>();
        await foreach (var row in tables.Range(
            TableNames.Batch, id.ToString(), Member.KeyPrefix, Keys.After(Member.KeyPrefix), cancel))
            members.Add(Member.From(row));
        return members;
    }

    /// <summary>How a round on an open batch ended.</summary>
    private enum Filled
    {
        /// <summary>Somebody came between: look at it again.</summary>
        Again = 0,

        Sealed = 1,

        /// <summary>None of its members can be in it. It stays open, for those that come later.</summary>
        Empty = 2,
    }

    /// <summary>
    /// One round on an open batch. Who cannot be in it waits no longer: brought in again in the next round,
    /// they would come between others, who take them out.
    /// </summary>
    private async Task<Filled> Fill(BatchHead head, List<Member> waiting, CancellationToken cancel)
    {
        var there = await Members(head.Id, cancel);
        var known = there.Select(member => member.Payment).ToHashSet();
        var missing = waiting.Where(member => !known.Contains(member.Payment)).ToList();
        // In the order of their keys, so that a commit touches few places of the partition.
        foreach (var chunk in missing.OrderBy(member => member.Payment).Chunk(MembersPerCommit))
            if (await Change(
                head, chunk.Select(member => Tables.Change.Insert(member.ToRow(head.Id))), cancel)
                is { } next)
                head = next;
            else
                return Filled.Again;

        IReadOnlyList<Member> members = [.. there, .. missing];
        var refused = await stamps.PutInBatch(head.Id, members, cancel);
        var gone = refused.Select(member => member.Payment).ToHashSet();
        waiting.RemoveAll(member => gone.Contains(member.Payment));
        foreach (var chunk in refused.Chunk(MembersPerCommit))
        {
            var changes = new List<Change>(chunk.Length);
            foreach (var member in chunk)
                if (await tables.Get(
                    TableNames.Batch, head.Id.ToString(), Member.KeyPrefix + member.Payment,
                        cancel) is { } row)
                    changes.Add(Tables.Change.Delete(row));
            if (await Change(head, changes, cancel) is not { } next)
                return Filled.Again;
            head = next;
        }
        var left = members.Where(member => !gone.Contains(member.Payment)).ToList();
        return left.Count == 0 ? Filled.Empty
            : await Seal(head, left, cancel) ? Filled.Sealed : Filled.Again;
    }

    private async Task<bool> Seal(BatchHead head, IReadOnlyList<Member> members, CancellationToken cancel)
    {
        var sealedHead = head with
        {
            State = BatchState.Sealed,
            SealedAt = time.GetUtcNow(),
            Count = members.Count,
            SumMinor = members.Aggregate(0L, (sum, member) => checked(sum + member.AmountMinor)),
            CreditCount = members.Count(member => member.AmountMinor < 0),
            CreditMinor = members.Where(member => member.AmountMinor < 0)
                .Aggregate(0L, (sum, member) => checked(sum - member.AmountMinor)),
            Digest = Member.DigestOf(members),
            Shares =
            [
                .. members.GroupBy(member => member.BusinessDate).OrderBy(day => day.Key).Select(day =>
                    new BatchShare(
                        day.Key, day.Count(), day.Sum(member => member.AmountMinor),
                        day.Sum(member => member.FeeMinor ?? 0),
                        day.Count(member => member.FeeMinor is null),
                        day.Sum(member => Math.Max(0, -member.AmountMinor)))),
            ],
        };
        return await Commit(sealedHead.Write(), cancel);
    }

    /// <summary>
    /// Changes members together with the head; the head as it is then, or null when somebody came between.
    /// </summary>
    private async Task<BatchHead?> Change(
        BatchHead head, IEnumerable<Change> changes, CancellationToken cancel)
    {
        var partition = head.Id.ToString();
        IReadOnlyList<Change> all = [head.Write(), .. changes];
        return await tables.Commit(TableNames.Batch, partition, all, cancel) switch
        {
            CommitResult.Done { ETags: [{ } etag, ..] } => head with { Stored = Versioned(partition, etag) },
            CommitResult.Done or CommitResult.Conflict => null,
            CommitResult.Busy busy => throw new TablesUnavailableException(busy.After),
            _ => throw new TablesUnavailableException(TimeSpan.FromSeconds(1)),
        };
    }

    private static Row Versioned(string partition, string etag) =>
        new(partition, BatchHead.Key) { ETag = etag };

    private async Task<bool> Commit(Change change, CancellationToken cancel) =>
        await tables.TryCommit(TableNames.Batch, change.Partition, [change], cancel) is null;

    private async Task<List<Member>> StillApproved(IReadOnlyList<Member> members, CancellationToken cancel)
    {
        var approved = new List<Member>();
        foreach (var terminal in members.GroupBy(member => member.Terminal))
            foreach (var chunk in terminal.Chunk(TableLimits.CommitChangesMax))
            {
                var rows = await tables.GetMany(
                    TableNames.Terminal, terminal.Key,
                    [.. chunk.Select(member => PaymentRowCodec.KeyOf(member.Payment))], cancel);
                approved.AddRange(chunk.Where((_, place) =>
                    rows[place]?.Number("state") == (int)PaymentState.Approved));
            }
        return approved;
    }
}
