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

    /// <param name="from">The hash column of the number before it is believed, or the genesis when it is
    /// 1.</param>
    /// <param name="look">Called with each readable entry, in order.</param>
    public IEnumerable<DamageFinding> Follow(long from, long to, int page, Action<Entry>? look = null)
    {
        var previous = journal.HashAt(id, from - 1);
        var findings = 0;
        for (var number = from; number <= to && findings < FindingsMax;)
        {
            var lines = journal.Read(id, number, page);
            if (lines.Count == 0 || lines[0].Number > to)
            {
                yield return Missing(number, to);
                yield break;
            }
            foreach (var line in lines.TakeWhile(line => line.Number <= to))
            {
                if (line.Number != number)
                {
                    findings++;
                    yield return Missing(number, line.Number - 1);
                    previous = journal.HashAt(id, line.Number - 1);
                }
                if (Fault(line, previous) is { } fault)
                {
                    findings++;
                    yield return fault;
                }
                else
                    look?.Invoke(line.Entry!);
                previous = line.Entry?.Hash ?? journal.HashAt(id, line.Number);
                number = line.Number + 1;
            }
        }
    }

    private static DamageFinding? Fault(JournalLine line, EntryHash? previous)
    {
        if (line.Entry is null)
            return new DamageFinding(line.Number, $"Entry {line.Number} {line.Fault}.");
        return previous is { } hash && line.Entry.Header.Previous != hash
            ? new DamageFinding(line.Number,
                $"Entry {line.Number} does not follow the one before it: the chain is broken there.")
            : null;
    }

    private static DamageFinding Missing(long first, long last) => new(
        first, first == last ? $"Entry {first} is missing." : $"Entries {first} to {last} are missing.");
}
