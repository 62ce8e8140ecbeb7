using System.Security.Cryptography;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Recognises a card by its tags and counts what it paid offline. Within the caller's transaction.
/// </summary>
internal sealed class CardTable(Database database)
{
    private const int TokenLength = 16;
    private readonly CardUses _uses = new();

    /// <summary>The token of a card that was seen before, under whichever key; null for a new one.</summary>
    public string? TokenOf(IReadOnlyList<VelocityTag> tags)
    {
        foreach (var tag in tags)
        {
            var token = database.Scalar(
                "SELECT token FROM card_tag WHERE key_id = $1 AND tag = $2", tag.KeyId, tag.Tag.ToArray());
            if (token is string known)
                return known;
        }
        return null;
    }

    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenLength));

    /// <summary>Remembers the card under the newest key, so that older keys fall out of use.</summary>
    public void Remember(IReadOnlyList<VelocityTag> tags, string token, DateTimeOffset at)
    {
        if (tags.Count > 0)
            database.Run(
                "INSERT INTO card_tag (key_id, tag, token, used_at) VALUES ($1, $2, $3, $4) "
                + "ON CONFLICT (key_id, tag) DO UPDATE SET used_at = max(used_at, excluded.used_at)",
                tags[0].KeyId, tags[0].Tag.ToArray(), token, at.ToUnixTimeMilliseconds());
    }

    public void Used(Id payment, string token, Money amount, DateTimeOffset at)
    {
        database.Run(
            "INSERT INTO card_use (token, currency, at, payment, amount) VALUES ($1, $2, $3, $4, $5)",
            token, amount.Currency.Code, at.ToUnixTimeMilliseconds(), payment.ToString(), amount.Minor);
        _uses.Add(database, token, amount, at);
    }

    /// <summary>
    /// Count and sum behind a moment; what lies in the future after a clock was set right counts too.
    /// </summary>
    public CardUse Use(string token, Currency currency, DateTimeOffset after) =>
        _uses.Of(database, token, currency).Behind(after);

    /// <summary>The latest payment behind a moment.</summary>
    public Money? Latest(string token, Currency currency, DateTimeOffset after) =>
        _uses.Of(database, token, currency).LatestBehind(after);

    /// <summary>Forgets what no window reaches any more.</summary>
    public bool Forget(DateTimeOffset before)
    {
        var uses = database.Run("DELETE FROM card_use WHERE at <= $1", before.ToUnixTimeMilliseconds());
        var tags = database.Run("DELETE FROM card_tag WHERE used_at <= $1", before.ToUnixTimeMilliseconds());
        if (uses > 0)
            _uses.Forget();
        return uses + tags > 0;
    }

    public bool IsKeyUsed(long keyId) =>
        database.Number("SELECT 1 FROM card_tag WHERE key_id = $1 LIMIT 1", keyId) == 1;

    /// <summary>Ids of the velocity keys, newest first.</summary>
    public List<long> KeyIds() =>
        [.. database.All("SELECT key_id FROM velocity_key ORDER BY key_id DESC", row => row.GetInt64(0))];

    /// <summary>Never one that was used before, so that no old tag is looked up under a new key.</summary>
    public long NextKeyId() => 1 + (database.Number("SELECT max(key_id) FROM velocity_key") ?? 0);

    /// <summary>When the newest key was made.</summary>
    public DateTimeOffset NewestKeyAt() => DateTimeOffset.FromUnixTimeMilliseconds(
        database.Number("SELECT made_at FROM velocity_key ORDER BY key_id DESC LIMIT 1") ?? 0);

    public void AddKey(long keyId, DateTimeOffset at) => database.Run(
        "INSERT INTO velocity_key (key_id, made_at) VALUES ($1, $2)", keyId, at.ToUnixTimeMilliseconds());

    public void DropKey(long keyId) => database.Run("DELETE FROM velocity_key WHERE key_id = $1", keyId);
}
