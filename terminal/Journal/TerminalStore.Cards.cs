using CloudPos.Terminal.Journal.Keys;
using Microsoft.Data.Sqlite;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>A velocity key makes new tags for this long.</summary>
    private static readonly TimeSpan VelocityKeyAge = TimeSpan.FromDays(30);

    private string? _keyFault;

    /// <summary>
    /// Why the velocity key could not be changed at the last contact; null when nothing is wrong.
    /// </summary>
    public string? KeyFault => Locked(() => _keyFault);

    /// <summary>
    /// Forgets what no window of a policy, in force or to come, reaches any more, and changes the velocity
    /// key when it is old. Runs on signed server time only: a clock set forward while offline must not make
    /// the terminal forget what a card has paid.
    /// </summary>
    private void ForgetCards(DateTimeOffset serverTime, Batch batch)
    {
        var minutes = _plan.Policies.Append(_policy).Max(LongestWindow);
        if (_cards.Forget(serverTime - TimeSpan.FromMinutes(minutes)))
            batch.After(() => _scrubDue = true);
        batch.After(() => ChangeVelocityKeys(serverTime));
    }

    private static int LongestWindow(OfflinePolicy policy) => policy.PerCardLimits
        .Select(limit => limit.WindowMinutes).Append(policy.SplitSaleMinutes).Max();

    /// <summary>
    /// A key is dropped once no tag made with it is left; the newest always stays. What the disk refuses now
    /// is done at the next contact: until then the keys that are there go on.
    /// </summary>
    private void ChangeVelocityKeys(DateTimeOffset serverTime)
    {
        try
        {
            DropAndAddVelocityKeys(serverTime);
            _keyFault = null;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or KeyStoreException)
        {
            _keyFault = failure.Message;
        }
    }

    private void DropAndAddVelocityKeys(DateTimeOffset serverTime)
    {
        foreach (var key in _keys.Velocity.Skip(1).Where(key => !_cards.IsKeyUsed(key.KeyId)).ToList())
            _keys.DropVelocity(_cards, key);
        if (serverTime - _cards.NewestKeyAt() > VelocityKeyAge && _cards.IsKeyUsed(_keys.Velocity[0].KeyId))
            _keys.AddVelocity(_cards, serverTime);
    }
}
