using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>Entries that are counted in one transaction.</summary>
    private const int BacklogPage = 500;

    /// <summary>Every key of a dimension with its sum over some business dates.</summary>
    public IReadOnlyList<Figure> Figures(FigureDimension dimension, DateOnly from, DateOnly through) =>
        Locked<IReadOnlyList<Figure>>(() => _enrolment is null
            ? []
            : _figures.Sum(dimension, from, through, _enrolment.Currency));

    /// <summary>The net of each day on which something was sold.</summary>
    public IReadOnlyList<(DateOnly Date, long Count, Money Amount)> FiguresByDay(
        DateOnly from, DateOnly through) => Locked<IReadOnlyList<(DateOnly, long, Money)>>(() =>
            _enrolment is null ? [] : _figures.Days(from, through, _enrolment.Currency));

    /// <summary>Names of cashiers by their keys in <see cref="FigureDimension.Cashier"/>.</summary>
    public IReadOnlyDictionary<string, string> CashierNames => Locked(_figures.Cashiers);

    /// <summary>
    /// Counts what was sold before there were figures: once, in pages that each note how far they came, so
    /// that a stop in between costs one page.
    /// </summary>
    private void CountBacklog()
    {
        while (_figures.Backlog() is { } backlog && _enrolment is not null)
        {
            _database.Begin();
            try
            {
                CountPage(new Place(backlog.Done), new Place(backlog.Until));
                _database.Commit();
            }
            finally
            {
                _database.RollbackIfOpen();
            }
        }
    }

    private void CountPage(Place done, Place until)
    {
        var epoch = Math.Max(1, done.Epoch);
        var lines = _journal.Read(
            _enrolment!.Journal with { Epoch = epoch }, done.Epoch == 0 ? 1 : done.Number + 1, BacklogPage);
        foreach (var line in lines)
        {
            if (line.Entry is not { } entry || Place.Of(entry.Header).CompareTo(until) > 0)
                continue;
            if (entry.Body is SaleCompleted sale)
                _figures.Sold(entry.Header, sale);
            if (entry.Body is SaleVoided voided && _sales.Find(voided.Sale) is { } row
                && ReadSale(row) is { } taken)
                _figures.Voided(entry.Header, taken);
        }
        var last = lines.Count == 0 ? new Place(epoch + 1, 0) : new Place(epoch, lines[^1].Number);
        if (last.CompareTo(until) >= 0)
            _figures.BacklogEnded();
        else
            _figures.BacklogDone(last.Value);
    }
}
