using System.Security.Cryptography;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// What one deferred card sale of three lines leaves in the journal, as rows for the peers: two entries, the
/// sealed card beside them, payment, exposure, card use, sale, three movements. Same number, same sizes.
/// </summary>
internal sealed record SaleRows(
    long Place, string Payment, string Sale, byte[] Hash, byte[] Attempt, byte[] Completed, byte[] Card)
{
    public const int AttemptBytes = 620;
    public const int CompletedBytes = 1_250;
    public const int CardBytes = 430;
    private static long _place;

    public static readonly string[] Skus = ["TEA", "MUG", "LAMP"];

    public static SaleRows Next() => new(
        Interlocked.Add(ref _place, 2),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        RandomNumberGenerator.GetBytes(32),
        RandomNumberGenerator.GetBytes(AttemptBytes),
        RandomNumberGenerator.GetBytes(CompletedBytes),
        RandomNumberGenerator.GetBytes(CardBytes));
}
