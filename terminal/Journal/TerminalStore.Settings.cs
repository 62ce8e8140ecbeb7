using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private TillSettings _settings = TillSettings.Default;

    /// <summary>One for each scope that ever said anything.</summary>
    private IReadOnlyList<TipRule> _tips = [];

    /// <summary>How the store wants its terminals to serve; defaults until the feed brought some.</summary>
    public TillSettings Settings => Locked(() => _settings);

    /// <summary>The percentages that a customer may choose a tip of; null where none is asked for.</summary>
    public IReadOnlyList<int>? TipChoices => Locked(() =>
        _tips.Where(rule => rule.Enabled is not null).MaxBy(rule => rule.Scope) is { Enabled: true } rule
            ? rule.Percentages
            : null);

    /// <summary>What each scope says about tips, merchant, store and terminal.</summary>
    public IReadOnlyList<TipRule> TipRules => Locked(() => _tips);

    /// <summary>A manager let something pass that a cashier may not: it names both.</summary>
    public WriteOutcome RecordOverride(Overridden body)
    {
        lock (_gate)
            return Commit(batch => Added(batch, body));
    }

    private void ApplySettings(TillSettings settings, Batch batch)
    {
        _values.Set(ValueTable.Settings, settings, StoreJson.Default.TillSettings);
        batch.After(() => _settings = settings);
    }

    private void ApplyTips(TipRule rule, Batch batch)
    {
        // Within one page two scopes may speak: each sees what the one before stored.
        var kept = _values.Get(ValueTable.Tips, StoreJson.Default.IReadOnlyListTipRule, out _) ?? [];
        IReadOnlyList<TipRule> next = [.. kept.Where(one => one.Scope != rule.Scope), rule];
        _values.Set(ValueTable.Tips, next, StoreJson.Default.IReadOnlyListTipRule);
        batch.After(() => _tips = next);
    }
}
