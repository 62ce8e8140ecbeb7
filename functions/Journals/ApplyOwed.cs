using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// The due rows of applying: one for each journal and number through which it is stored, so that one upload
/// never overwrites what another has owed. Owe before the entries are stored, ring after.
/// </summary>
internal sealed class ApplyOwed(DueTable due, IBus bus)
{
    public const string Kind = "apply-journal";

    public async Task Owe(JournalId journal, long through, CancellationToken cancel) => await due.OweFirst(
        Kind, IdOf(journal, through), cancel: cancel,
        refs:
        [
            ("terminal", journal.Terminal), ("epoch", journal.Epoch.ToString(CultureInfo.InvariantCulture)),
            ("through", through.ToString(CultureInfo.InvariantCulture)),
        ]);

    public Task Ring(JournalId journal, long through, CancellationToken cancel) =>
        bus.Ring(Kind, new Doorbell(Kind, IdOf(journal, through)), cancel: cancel);

    private static string IdOf(JournalId journal, long through) =>
        string.Create(CultureInfo.InvariantCulture, $"{journal.Terminal}.{journal.Epoch}.{through}");
}
