using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>How far the closing of a store's day has come. The numbers are stored and never reused.</summary>
internal enum DayState
{
    /// <summary>Never closed.</summary>
    Open = 0,

    /// <summary>Asked for; batches, totals and report are being made.</summary>
    Closing = 1,

    Closed = 2,

    /// <summary>Not closed, because of what is listed; a manager may close all the same.</summary>
    Refused = 3,
}

/// <summary>A terminal about which a closing has something to say.</summary>
/// <param name="LastContact">Null when it never called.</param>
/// <param name="Stored">Its newest journal's last number that is stored.</param>
/// <param name="Applied">The number up to which entries are applied or set aside.</param>
/// <param name="Why">A sentence for people.</param>
internal sealed record TerminalFinding(
    string Terminal, int Epoch, DateTimeOffset? LastContact, long Stored, long Applied, string Why);

/// <summary>
/// The closing of one store's trading day, row <c>dc.{date}</c> of the store's partition. Closing again makes
/// a new version; what the first one said of the time stays. Immutable.
/// </summary>
internal sealed record Closing(string Store, DateOnly Date)
{
    public const string KeyPrefix = "dc.";

    private const string DateFormat = "yyyy-MM-dd";

    public DayState State { get; init; }

    /// <summary>How often it was asked for.</summary>
    public int Version { get; init; }

    /// <summary>
    /// What arrives for the date after this is a straggler. Null while it was never closed.
    /// </summary>
    public DateTimeOffset? FirstClosedAt { get; init; }

    public DateTimeOffset? At { get; init; }

    /// <summary>Who asked: a person's name, or "cut-off".</summary>
    public string? By { get; init; }

    public bool Forced { get; init; }

    /// <summary>Terminals with no contact, whose unsent entries are therefore not known.</summary>
    public IReadOnlyList<TerminalFinding> Dark { get; init; } = [];

    /// <summary>Terminals with entries that are stored and not applied, or set aside.</summary>
    public IReadOnlyList<TerminalFinding> Unapplied { get; init; } = [];

    public Row? Stored { get; init; }

    public static string KeyOf(DateOnly date) =>
        KeyPrefix + date.ToString(DateFormat, CultureInfo.InvariantCulture);

    public Change Write()
    {
        var row = new Row(Store, KeyOf(Date))
        {
            ETag = Stored?.ETag,
            ["state"] = (int)State,
            ["version"] = Version,
            ["firstClosedAt"] = FirstClosedAt,
            ["at"] = At,
            ["by"] = By,
            ["forced"] = Forced,
        };
        row.SetChunks(
            "dark", JsonSerializer.SerializeToUtf8Bytes(Dark, DayJson.Default.IReadOnlyListTerminalFinding));
        row.SetChunks(
            "unapplied", JsonSerializer.SerializeToUtf8Bytes(
                Unapplied, DayJson.Default.IReadOnlyListTerminalFinding));
        return Stored is null ? Change.Insert(row) : Change.Replace(row);
    }

    public static Closing From(Row row) => new(
        row.Partition,
        DateOnly.ParseExact(row.Key.AsSpan(KeyPrefix.Length), DateFormat, CultureInfo.InvariantCulture))
    {
        State = (DayState)row.Number("state"),
        Version = (int)row.Number("version"),
        FirstClosedAt = row.TimeOrNull("firstClosedAt"),
        At = row.TimeOrNull("at"),
        By = row.TextOrNull("by"),
        Forced = row.Flag("forced"),
        Dark = Findings(row, "dark"),
        Unapplied = Findings(row, "unapplied"),
        Stored = row,
    };

    private static IReadOnlyList<TerminalFinding> Findings(Row row, string name) =>
        JsonSerializer.Deserialize(row.Chunked(name), DayJson.Default.IReadOnlyListTerminalFinding) ?? [];
}

/// <summary>Reads and writes closings.</summary>
internal sealed class Closings(TablePort tables)
{
    public async Task<Closing> Find(string store, DateOnly date, CancellationToken cancel) =>
        await tables.Get(TableNames.Store, store, Closing.KeyOf(date), cancel) is { } row
            ? Closing.From(row)
            : new Closing(store, date);

    /// <summary>False when another write came between.</summary>
    public async Task<bool> Write(Closing closing, CancellationToken cancel) =>
        await tables.TryCommit(TableNames.Store, closing.Store, [closing.Write()], cancel) is null;

    /// <summary>A store's closings from a date on, in order.</summary>
    public async Task<IReadOnlyList<Closing>> From(string store, DateOnly date, CancellationToken cancel)
    {
        var closings = new List<Closing>();
        await foreach (var row in tables.Range(
            TableNames.Store, store, Closing.KeyOf(date), Keys.After(Closing.KeyPrefix), cancel))
            closings.Add(Closing.From(row));
        return closings;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<TerminalFinding>))]
[JsonSerializable(typeof(CloseBody))]
[JsonSerializable(typeof(DayLine))]
[JsonSerializable(typeof(IReadOnlyList<DayLine>))]
[JsonSerializable(typeof(IReadOnlyList<BatchLine>))]
internal sealed partial class DayJson : JsonSerializerContext;
