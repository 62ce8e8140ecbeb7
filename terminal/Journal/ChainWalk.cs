using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Follows a journal's chain: each number there, each entry decrypted, hashed, and carrying the hash before
/// it.
/// </summary>
internal sealed class ChainWalk(JournalTable journal, JournalId id)
{
    /// <summary>Findings named at most; the first is what matters.</summary>
    private const int FindingsMax = 100;

    /// <summary>Only that the chain holds: what the entries say stays unread.</summary>
    /// <param name="from">The hash column of the number before it is believed, or the genesis when it is
    /// 1.</param>
    public IEnumerable<DamageFinding> Follow(long from, long to, int page) =>
        Follow(from, to, number => journal.Links(id, number, page));

    /// <summary>Each entry is read whole.</summary>
    /// <param name="look">Called with each entry, in order, that is readable and follows.</param>
    public IEnumerable<DamageFinding> Follow(long from, long to, int page, Action<Entry> look)
    {
        var read = new Dictionary<long, Entry>();
        return Follow(
            from, to,
            number =>
            {
                var lines = journal.Read(id, number, page);
                read.Clear();
                foreach (var entry in lines.Select(line => line.Entry).OfType<Entry>())
                    read.Add(entry.Header.Number, entry);
                return [.. lines.Select(line => new ChainLink(
                    line.Number, line.Entry?.Header.Previous ?? default, line.Entry?.Hash ?? default,
                    line.Fault))];
            },
            number => look(read[number]));
    }

    private IEnumerable<DamageFinding> Follow(
        long from, long to, Func<long, List<ChainLink>> read, Action<long>? look = null)
    {
        var previous = journal.HashAt(id, from - 1);
        var findings = 0;
        for (var number = from; number <= to && findings < FindingsMax;)
        {
            var links = read(number);
            if (links.Count == 0 || links[0].Number > to)
            {
                yield return Missing(number, to);
                yield break;
            }
            foreach (var link in links.TakeWhile(link => link.Number <= to))
            {
                if (link.Number != number)
                {
                    findings++;
                    yield return Missing(number, link.Number - 1);
                    previous = journal.HashAt(id, link.Number - 1);
                }
                if (Fault(link, previous) is { } fault)
                {
                    findings++;
                    yield return fault;
                }
                else
                    look?.Invoke(link.Number);
                previous = link.Fault is null ? link.Hash : journal.HashAt(id, link.Number);
                number = link.Number + 1;
            }
        }
    }

    private static DamageFinding? Fault(ChainLink link, EntryHash? previous)
    {
        if (link.Fault is not null)
            return new DamageFinding(link.Number, $"Entry {link.Number} {link.Fault}.");
        if (previous is { } hash && link.Previous != hash)
            return new DamageFinding(link.Number,
                $"Entry {link.Number} does not follow the one before it: the chain is broken there.");
        return link.IsLater
            ? new DamageFinding(link.Number, $"Entry {link.Number} is of a later version.") { IsLater = true }
            : null;
    }

    private static DamageFinding Missing(long first, long last) => new(
        first, first == last ? $"Entry {first} is missing." : $"Entries {first} to {last} are missing.");
}
