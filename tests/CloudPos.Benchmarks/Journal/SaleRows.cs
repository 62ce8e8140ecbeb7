using System.Globalization;
using System.Security.Cryptography;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// What one deferred card sale of three lines leaves in the journal, as rows for the peers: two entries, the
/// sealed card beside them, payment, exposure, card use, the card's tag, sale, three movements, and the
/// figures of eight keys that reports read. Same number, same sizes, the same cards in turn; each row is
/// written once, in its last state, though the journal writes the payment twice.
/// </summary>
internal sealed record SaleRows(
    long Place, string Payment, string Sale, byte[] Hash, byte[] Attempt, byte[] Completed, byte[] Card)
{
    public const int AttemptBytes = 475;
    public const int CompletedBytes = 1_988;
    public const int CardBytes = 372;
    public const int Total = 19_98;
    public const int Day = 739_944;
    public const string Currency = "EUR";

    private const int Cards = 11;
    private const long FirstPlace = 1L << 40;
    private static readonly (byte[] Tag, string Token)[] Known =
        [.. Enumerable.Range(0, Cards).Select(_ => (RandomNumberGenerator.GetBytes(16), NewId()))];

    private static long _place = FirstPlace;

    public static readonly string[] Skus = ["TEA", "MUG", "LAMP"];

    /// <summary>Added to what is there: dimension, key, pieces, amount.</summary>
    public static readonly (int Dimension, string Key, int Count, int Quantity, int Amount)[] Figures =
    [
        (1, "sale", 1, 3, Total), (2, "14", 1, 3, Total), (3, "TEA", 1, 1, 666), (3, "MUG", 1, 1, 666),
        (3, "LAMP", 1, 1, 666), (4, "all", 3, 3, Total), (5, "1", 1, 0, Total),
        (6, "Card.Deferred", 1, 0, Total),
    ];

    public string Receipt => string.Create(CultureInfo.InvariantCulture, $"BENCH001-1-{Number:D6}");

    public long Number => (Place - FirstPlace) / 2;

    public byte[] Tag => Known[Number % Cards].Tag;

    public string Token => Known[Number % Cards].Token;

    /// <summary>Milliseconds; rises from sale to sale.</summary>
    public long At => 1_795_650_000_000 + Number;

    public static SaleRows Next() => new(
        Interlocked.Add(ref _place, 2), NewId(), NewId(),
        RandomNumberGenerator.GetBytes(32),
        RandomNumberGenerator.GetBytes(AttemptBytes),
        RandomNumberGenerator.GetBytes(CompletedBytes),
        RandomNumberGenerator.GetBytes(CardBytes));

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
