using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// What stands against closing a store's day: terminals that have been silent, and entries that are stored
/// and not applied. A terminal that was withdrawn, or never enrolled, is expected to be silent.
/// </summary>
internal sealed class DarkTerminals(
    MerchantPayments merchants, TerminalContacts contacts, JournalHeads heads, TimeProvider time)
{
    /// <summary>A terminal asks for the feed far more often than this while it has a line.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromMinutes(10);

    public async Task<(IReadOnlyList<TerminalFinding> Dark, IReadOnlyList<TerminalFinding> Unapplied)> Of(
        Store store, CancellationToken cancel)
    {
        var (dark, unapplied) = (new List<TerminalFinding>(), new List<TerminalFinding>());
        foreach (var terminal in await merchants.TerminalsOf(store.Merchant, cancel))
        {
            if (terminal.Store != store.Id || terminal.Epoch == 0)
                continue;
            var journal = new JournalId(terminal.Terminal, terminal.Epoch);
            var head = await heads.Find(journal, cancel);
            var applied = await heads.Applied(journal, cancel);
            var contact = (await contacts.Find(terminal.Terminal, cancel))?.LastContact;
            var finding = new TerminalFinding(
                terminal.Terminal, terminal.Epoch, contact, head?.Number ?? 0, applied, "");
            if (terminal.Standing != TerminalStanding.Revoked && Silence(contact) is { } silence)
                dark.Add(finding with { Why = silence });
            if (head?.Hold is { } hold)
                unapplied.Add(finding with { Why = hold });
            else if (terminal.Standing != TerminalStanding.Active && head?.Number > applied)
                unapplied.Add(finding with { Why = $"It is {terminal.Standing}: nothing of it is applied." });
            else if (head?.Number > applied)
                unapplied.Add(
                    finding with { Why = $"{head.Number - applied} stored entries are not applied yet." });
        }
        return (dark, unapplied);
    }

    private string? Silence(DateTimeOffset? contact)
    {
        if (contact is not { } last)
            return "It never called since it was enrolled; what it holds is not known.";
        var silent = time.GetUtcNow() - last;
        return silent > SilenceMax
            ? $"Silent for {(long)silent.TotalMinutes} minutes; what it has not sent is not known."
            : null;
    }
}
