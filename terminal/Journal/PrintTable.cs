namespace CloudPos.Terminal.Journal;

/// <summary>
/// What waits for the printer beside the receipts of sales, which the table of sales knows: the places of
/// entries. What they print follows from the entry, so nothing else is kept. Within the caller's transaction.
/// </summary>
internal sealed class PrintTable(Database database)
{
    /// <summary>
    /// So many wait at most; the oldest go, since their entries can be printed at any time.
    /// </summary>
    public const int WaitingMax = 500;

    private const string TooMany =
        "(SELECT place FROM print_job ORDER BY place DESC LIMIT 1 OFFSET $1)";

    public void Add(Place place)
    {
        database.Run("INSERT OR IGNORE INTO print_job (place) VALUES ($1)", place.Value);
        database.Run(
            "DELETE FROM print_begun WHERE place IN (SELECT place FROM print_job) AND place <= " + TooMany,
            WaitingMax);
        database.Run("DELETE FROM print_job WHERE place <= " + TooMany, WaitingMax);
    }

    public void Done(Place place)
    {
        database.Run("DELETE FROM print_job WHERE place = $1", place.Value);
        TakenBack(place);
    }

    /// <summary>From here on it may be on paper, whatever becomes of this program.</summary>
    public void Begun(Place place) =>
        database.Run("INSERT OR IGNORE INTO print_begun (place) VALUES ($1)", place.Value);

    /// <summary>It is out, or certainly not whole.</summary>
    public void TakenBack(Place place) =>
        database.Run("DELETE FROM print_begun WHERE place = $1", place.Value);

    public bool IsBegun(Place place) =>
        database.Number("SELECT 1 FROM print_begun WHERE place = $1", place.Value) == 1;

    public void Clear()
    {
        database.Run("DELETE FROM print_job");
        database.Run("DELETE FROM print_begun");
    }

    /// <summary>Oldest first.</summary>
    public List<Place> Waiting() =>
        database.All("SELECT place FROM print_job ORDER BY place", row => new Place(row.GetInt64(0)));

    public int Copies(Id sale) =>
        (int)(database.Number("SELECT count(*) FROM receipt_copy WHERE sale = $1", sale.ToString()) ?? 0);

    public void Copied(Place place, Id sale) =>
        database.Run("INSERT INTO receipt_copy (place, sale) VALUES ($1, $2)", place.Value, sale.ToString());
}
