using System.Diagnostics.Metrics;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Telemetry;

/// <summary>
/// Timer: what wakes an operator, read from the tables, so that every instance reports the same. The figures
/// last until the next reading; a store or merchant that is well reports zero.
/// </summary>
internal sealed class Figures : IDisposable
{
    public const string Meter = "CloudPos";
    public const string Schedule = "30 * * * * *";

    /// <summary>The alerts look as often.</summary>
    public const string HostedSchedule = "30 */5 * * * *";
    public const string UnsentAge = "cloudpos.entries.unsent.age";
    public const string Dark = "cloudpos.terminals.dark";
    public const string Unknown = "cloudpos.payments.unknown";
    public const string OutOfBalance = "cloudpos.days.out_of_balance";
    public const string DueAge = "cloudpos.due.age";
    public const string DeadLetters = "cloudpos.dead_letters";

    private const int DueCountMax = 10_000;
    private static readonly TimeSpan UnknownAfter = TimeSpan.FromHours(1);

    private readonly TablePort _tables;
    private readonly Register _register;
    private readonly Terminals _terminals;
    private readonly TerminalContacts _contacts;
    private readonly PaymentStore _payments;
    private readonly ClearingBatches _batches;
    private readonly Merchants _merchants;
    private readonly EmbeddedBus? _bus;
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private volatile IReadOnlyList<(string Name, double Value, string By, string Whose)> _read = [];

    public Figures(
        TablePort tables, Register register, Terminals terminals, TerminalContacts contacts,
        PaymentStore payments, ClearingBatches batches, Merchants merchants, TimeProvider time,
        EmbeddedBus? bus = null)
    {
        (_tables, _register, _terminals, _contacts) = (tables, register, terminals, contacts);
        (_payments, _batches, _merchants, _bus, _time) = (payments, batches, merchants, bus, time);
        // The scope tells its instruments from those of another back office in this process.
        _meter = new Meter(Meter, null, null, this);
        foreach (var (name, unit) in new[]
        {
            (UnsentAge, "s"), (Dark, "{terminal}"), (Unknown, "{payment}"), (OutOfBalance, "{date}"),
            (DueAge, "s"), (DeadLetters, "{message}"),
        })
            _meter.CreateObservableGauge(name, () => Measure(name), unit);
    }

    public async Task Run(CancellationToken cancel)
    {
        var figures = new List<(string, double, string, string)>();
        await ReadStores(figures, cancel);
        await ReadDue(figures, cancel);
        await ReadBalances(figures, cancel);
        foreach (var queue in _bus?.Counts() ?? [])
            figures.Add((DeadLetters, queue.Dead, "queue", queue.Queue));
        _read = figures;
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Measure(string name) => _read
        .Where(figure => figure.Name == name)
        .Select(figure => new Measurement<double>(
            figure.Value, new KeyValuePair<string, object?>(figure.By, figure.Whose)));

    /// <summary>
    /// What a terminal has not sent is as old as it last said; what it made since it was last heard is at
    /// most as old as its silence. Dark is one that is silent while another of its store is not.
    /// </summary>
    private async Task ReadStores(List<(string, double, string, string)> figures, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var ages = new Dictionary<string, double>(StringComparer.Ordinal);
        var silences = new Dictionary<string, List<TimeSpan>>(StringComparer.Ordinal);
        foreach (var id in await _register.List(Register.Terminals, cancel))
            if (await _terminals.Find(id, cancel) is { Epoch: > 0 } terminal
                && terminal.Standing != Wire.TerminalStanding.Revoked
                && await _contacts.Find(id, cancel) is { } contact)
            {
                if (!silences.TryGetValue(terminal.Store, out var ofStore))
                    silences.Add(terminal.Store, ofStore = []);
                var silence = now - contact.LastContact;
                ofStore.Add(silence);
                var told = contact.OldestUnsent > 0
                    ? (now.ToUnixTimeMilliseconds() - contact.OldestUnsent) / 1000.0
                    : 0;
                ages[terminal.Store] = Math.Max(
                    ages.GetValueOrDefault(terminal.Store), Math.Max(told, silence.TotalSeconds));
            }
        foreach (var (store, ofStore) in silences)
        {
            var dark = ofStore.Count(silence => silence > DarkTerminals.SilenceMax);
            figures.Add((UnsentAge, ages[store], "store", store));
            figures.Add((Dark, dark < ofStore.Count ? dark : 0, "store", store));
        }
    }

    private async Task ReadDue(List<(string, double, string, string)> figures, CancellationToken cancel)
    {
        var now = _time.GetUtcNow();
        var oldest = new Dictionary<string, TimeSpan>(StringComparer.Ordinal) { ["none"] = TimeSpan.Zero };
        var unknown = (await _register.List(Register.Merchants, cancel)).ToDictionary(id => id, _ => 0);
        var seen = 0;
        await foreach (var row in _tables.Scan(DueTable.Table, cancel))
        {
            if (seen++ == DueCountMax)
                break;
            var owed = DueRow.From(row);
            var age = now - owed.DueAt;
            oldest[owed.Kind] = TimeSpan.FromTicks(
                Math.Max(age.Ticks, oldest.GetValueOrDefault(owed.Kind).Ticks));
            if (now - owed.OwedAt > UnknownAfter && await UnknownMerchant(owed, cancel) is { } merchant)
                unknown[merchant] = unknown.GetValueOrDefault(merchant) + 1;
        }
        figures.AddRange(oldest.Select(kind => (DueAge, kind.Value.TotalSeconds, "kind", kind.Key)));
        figures.AddRange(unknown.Select(count => (Unknown, (double)count.Value, "merchant", count.Key)));
    }

    private async Task<string?> UnknownMerchant(DueRow owed, CancellationToken cancel) =>
        owed.Kind is PaymentWork.Authorise or PaymentWork.Reverse
        && Id.TryParse(owed.Ref("payment"), out var id)
        && await _payments.Find(owed.Ref("terminal"), id, cancel) is
            { State: PaymentState.Asked or PaymentState.Reversing } payment
            ? payment.Facts?.Merchant ?? "unknown"
            : null;

    private async Task ReadBalances(List<(string, double, string, string)> figures, CancellationToken cancel)
    {
        foreach (var id in await _register.List(Register.Merchants, cancel))
            if (await _merchants.Find(id, cancel) is { } merchant)
            {
                var cycles = await _batches.Cycles(id, merchant.Currency, cancel);
                var differing = cycles.Count(cycle => cycle.Balance == Balance.OutOfBalance);
                figures.Add((OutOfBalance, differing, "merchant", id));
            }
    }
}
