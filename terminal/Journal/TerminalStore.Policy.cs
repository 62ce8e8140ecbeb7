using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// The offline policy in force; allows nothing until the feed brought one. What has fallen due is applied
    /// by <see cref="PolicyNow"/>.
    /// </summary>
    public OfflinePolicy Policy => Locked(() => _policy);

    /// <summary>The policy in force and those of a later date.</summary>
    public PolicyPlan Plan => Locked(() => _plan);

    /// <summary>
    /// The policy that holds now. When another one has fallen due, also while the line is down, its entry is
    /// written first; where that fails it holds all the same, since a sale could not be written either.
    /// </summary>
    public OfflinePolicy PolicyNow()
    {
        lock (_gate)
        {
            var due = Locked(() => _plan.InForceAt(_clocks.Now));
            if (due.Version == _policy.Version && due.From == _policy.From)
                return _policy;
            _ = Commit(batch =>
            {
                Begin(due, batch);
                return null;
            });
            return due;
        }
    }

    /// <summary>
    /// Takes over the newest plan of a page. The back office resolves a plan as it is read, so whichever
    /// comes last is the newest, after a restore of the back office too; a policy alone must be of a higher
    /// version.
    /// </summary>
    private void ApplyPlan(IReadOnlyList<FeedRow> rows, Batch batch)
    {
        var plan = rows.LastOrDefault(row => row.Plan is not null)?.Plan;
        var alone = rows.LastOrDefault(row => row.Policy is not null)?.Policy;
        if (plan is null && alone is not null && alone.Version > _policy.Version)
            plan = new PolicyPlan(alone.Version, [alone]);
        if (plan is null)
            return;
        _values.Set(ValueTable.Plan, plan, StoreJson.Default.PolicyPlan);
        batch.After(() => _plan = plan);
        var due = plan.InForceAt(_clocks.Now);
        if (Text(due) != Text(_policy))
            Begin(due, batch);
    }

    private void Begin(OfflinePolicy policy, Batch batch)
    {
        batch.Add(new PolicyApplied(policy), _clocks.Now);
        batch.After(() => _policy = policy);
    }

    /// <summary>Records with lists are equal by reference only.</summary>
    private static string Text(OfflinePolicy policy) =>
        JsonSerializer.Serialize(policy, StoreJson.Default.OfflinePolicy);
}
