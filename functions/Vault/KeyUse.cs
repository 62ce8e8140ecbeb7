using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Vault;

/// <summary>
/// Whether anything can still need a key that has ended: a payment whose card is sealed to it, entries that
/// are stored and not applied, or a terminal that may hold a card sealed to it. A terminal seals in the order
/// of its journal, so once an entry made after the key's end is here, nothing sealed before it is missing.
/// </summary>
internal sealed class KeyUse(
    Register register, Terminals terminals, JournalHeads heads, StoredEntries entries, PaymentStore payments,
    TablePort tables, TimeProvider time)
{
    /// <summary>
    /// A terminal that was silent for so long after a key's end holds nothing that an issuer would still
    /// authorise.
    /// </summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromDays(365);

    /// <summary>A sentence why it is kept, or null.</summary>
    public async Task<string?> WhyKept(LoadedKey key, CancellationToken cancel)
    {
        if (key.Kept.Kind == KeyKind.Acknowledgement)
            return null;
        foreach (var terminal in await register.List(Register.Terminals, cancel))
        {
            if (await OpenPayment(terminal, key, cancel) is { } open)
                return open;
            if (key.Kept.Kind == KeyKind.Sealing
                && await terminals.Find(terminal, cancel) is { } identity
                && await Unseen(identity, key.Kept, cancel) is { } unseen)
                return unseen;
        }
        return null;
    }

    private async Task<string?> OpenPayment(string terminal, LoadedKey key, CancellationToken cancel)
    {
        await foreach (var payment in payments.All(terminal, cancel))
        {
            var envelope = key.Kept.Kind == KeyKind.Sealing ? payment.Sealed : payment.Reference;
            if (envelope is not null && SealedCard.TryReadKeyId(envelope, out var id) && id == key.KeyId)
                return $"the card of payment {payment.Payment} of terminal {terminal} is sealed to it.";
        }
        return null;
    }

    private async Task<string?> Unseen(TerminalIdentity identity, KeptKey key, CancellationToken cancel)
    {
        for (var epoch = identity.Epoch; epoch >= 1; epoch--)
        {
            var journal = new JournalId(identity.Terminal, epoch);
            if (await heads.Find(journal, cancel) is not { } head)
                continue;
            if (head.Number > await heads.Applied(journal, cancel)
                || await heads.CountSetAside(journal, cancel) > 0
                || await HasBranch(journal, cancel))
                return $"journal {journal} has entries that are not applied.";
            if (time.GetUtcNow() < key.NotAfter + SilenceMax
                && !await HasGoneOn(journal, head.Number, key.NotAfter, cancel))
                return $"terminal {identity.Terminal} has sent nothing of journal {journal} made after that.";
        }
        return null;
    }

    private async Task<bool> HasBranch(JournalId journal, CancellationToken cancel)
    {
        var prefix = JournalRows.BranchPrefix(journal.Epoch);
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Tables.Keys.After(prefix), cancel))
            return row is not null;
        return false;
    }

    private async Task<bool> HasGoneOn(
        JournalId journal, long last, DateTimeOffset end, CancellationToken cancel) =>
        last > 0 && await entries.Find(journal, last, cancel) is { } entry
        && EntryHeader.TryRead(entry.Bytes.Span, out var header, out _, out _) && header!.At > end;
}
