using System.Globalization;
using CloudPos.Crypto;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>Finds terminals and their keys, and changes their standing.</summary>
internal sealed class Terminals(TablePort tables, TimeProvider time)
{
    private const string KeyPrefix = "k.";

    /// <summary>Null when there is no such terminal. The name has a terminal's shape.</summary>
    public async Task<TerminalIdentity?> Find(string terminal, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, TerminalIdentity.Key, cancel) is { } row
            ? TerminalIdentity.From(row)
            : null;

    /// <summary>The key of this thumbprint, of the newest enrolment that has it.</summary>
    public async Task<TerminalKey?> FindKey(
        TerminalIdentity identity, string thumbprint, CancellationToken cancel)
    {
        for (var epoch = identity.Epoch; epoch >= 1; epoch--)
            if (await KeyOf(identity.Terminal, epoch, cancel) is { } key
                && key.PublicKey.Thumbprint == thumbprint)
                return key;
        return null;
    }

    /// <summary>The key that signs the segments of this epoch.</summary>
    public async Task<TerminalKey?> KeyOf(string terminal, int epoch, CancellationToken cancel)
    {
        var row = await tables.Get(TableNames.Terminal, terminal, KeyRow(epoch), cancel);
        if (row is null)
            return null;
        if (!Es256PublicKey.TryParse(row.Text("publicKey"), out var key))
            throw new RowShapeException($"Row {row} holds no P-256 key.");
        return new TerminalKey(epoch, key);
    }

    /// <summary>Changes the standing. Null when there is no such terminal.</summary>
    public Task<TerminalIdentity?> SetStanding(
        string terminal, TerminalStanding standing, string? reason, CancellationToken cancel) =>
        Change(terminal, _ => true, standing, reason, cancel);

    /// <summary>
    /// Quarantines an active terminal; another standing stays, so that nothing softens a withdrawal.
    /// </summary>
    public Task Quarantine(string terminal, string reason, CancellationToken cancel) => Change(
        terminal, identity => identity.Standing == TerminalStanding.Active, TerminalStanding.Quarantined,
        reason, cancel);

    private async Task<TerminalIdentity?> Change(
        string terminal, Func<TerminalIdentity, bool> may, TerminalStanding standing, string? reason,
        CancellationToken cancel)
    {
        TerminalIdentity? found = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, TerminalIdentity.Key, cancel);
            found = row is null ? null : TerminalIdentity.From(row);
            if (found is null || !may(found))
                return true;
            found = found with { Standing = standing, Reason = reason };
            found.WriteTo(row!);
            row!["standingAt"] = time.GetUtcNow();
            return await tables.TryCommit(
                TableNames.Terminal, terminal, [Tables.Change.Replace(row)], cancel) is null;
        });
        return found;
    }

    public static string KeyRow(int epoch) => KeyPrefix + epoch.ToString("D6", CultureInfo.InvariantCulture);
}
