using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>An outage that is being practised; kept on disk, so that a restart does not end it.</summary>
/// <param name="FromNumber">The first entry that belongs to it.</param>
internal sealed record DrillRunning(DateTimeOffset From, DateTimeOffset Until, string StartedBy,
    long FromNumber);

internal sealed partial class TerminalStore
{
    public const int DrillMinutesMax = 240;

    private DrillRunning? _drill;

    /// <summary>Null when none runs, or its time is over.</summary>
    public DrillRunning? Drill => Locked(() => _drill is { } drill
        && _time.GetUtcNow() < drill.Until ? drill : null);

    /// <summary>From now on the terminal behaves as if it had no line.</summary>
    public WriteOutcome StartDrill(int minutes, string startedBy)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_drill is not null)
                    return WriteOutcome.Not(WriteStatus.Malformed, "A drill runs already; end it first.");
                if (minutes is < 1 or > DrillMinutesMax)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"A drill takes 1 to {DrillMinutesMax} minutes.");
                var from = _time.GetUtcNow();
                var drill = new DrillRunning(from, from.AddMinutes(minutes), startedBy, batch.Next);
                _values.Set(ValueTable.Drill, drill, StoreJson.Default.DrillRunning);
                batch.After(() => _drill = drill);
                return null;
            });
    }

    /// <summary>Ends a drill whose time is over; nothing else.</summary>
    /// <returns>The entry that tells what it showed; null when there was nothing to end.</returns>
    public WriteOutcome? EndDrillIfOver() =>
        Locked(() => _drill is { } drill && _time.GetUtcNow() >= drill.Until) ? EndDrill(null) : null;

    /// <summary>Writes down what the drill showed; the line is used again from then on.</summary>
    /// <param name="endedBy">Who ends it before its time; null when its time is over.</param>
    public WriteOutcome EndDrill(string? endedBy)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_drill is not { } drill)
                    return WriteOutcome.Not(WriteStatus.Malformed, "No drill runs.");
                var figures = new DrillFigures();
                for (var number = drill.FromNumber; number < batch.Next; number++)
                    if (_journal.Read(batch.Head.Journal, number).Entry is { } entry)
                        figures.Look(entry);
                var currency = _enrolment!.Currency;
                var over = endedBy is null ? drill.Until : _time.GetUtcNow();
                batch.Add(
                    new DrillEnded(
                        drill.From, over, drill.StartedBy, endedBy, figures.Sales, figures.Cash,
                            figures.Deferred,
                        figures.DeferredTotals, figures.Refused, [_payments.Exposure(currency).Amount],
                        batch.Next - 1 - (_confirmation?.UpTo.Number ?? 0)),
                    _clocks.Now);
                _values.Remove(ValueTable.Drill);
                batch.After(() => _drill = null);
                return null;
            });
    }

    /// <summary>What happened at the till while the outage was practised.</summary>
    private sealed class DrillFigures
    {
        private readonly Dictionary<Currency, Money> _cash = [];
        private readonly Dictionary<Currency, Money> _deferred = [];

        public int Sales { get; private set; }

        public int Deferred { get; private set; }

        public int Refused { get; private set; }

        public IReadOnlyList<Money> Cash => [.. _cash.Values];

        public IReadOnlyList<Money> DeferredTotals => [.. _deferred.Values];

        public void Look(Entry entry)
        {
            if (entry.Body is PaymentFailed { Decision: not null })
                Refused++;
            if (entry.Body is not SaleCompleted sale)
                return;
            Sales++;
            foreach (var tender in sale.Tenders)
                if (tender.Kind == TenderKind.Cash)
                    Add(_cash, tender.Amount);
                else if (tender.Payment is { Approval: Approval.Deferred })
                {
                    Deferred++;
                    Add(_deferred, tender.Amount);
                }
        }

        private static void Add(Dictionary<Currency, Money> sums, Money amount) =>
            sums[amount.Currency] = sums.GetValueOrDefault(amount.Currency,
                Money.Zero(amount.Currency)) + amount;
    }
}
