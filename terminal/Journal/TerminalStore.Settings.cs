using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private TillSettings _settings = TillSettings.Default;

    /// <summary>How the store wants its terminals to serve; defaults until the feed brought some.</summary>
    public TillSettings Settings => Locked(() => _settings);

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
}
