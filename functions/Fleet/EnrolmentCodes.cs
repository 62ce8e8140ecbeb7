using System.Security.Cryptography;
using System.Text;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// An enrolment code as it lies in the table: by its digest only, so that the table enrols nobody.
/// </summary>
/// <param name="Digest">SHA-256 of the code without hyphens, lower-case hexadecimal.</param>
/// <param name="UsedBy">Thumbprint of the key that used it; null while it is unused.</param>
internal sealed record EnrolmentCode(
    string Digest, string Terminal, DateTimeOffset ExpiresAt, string? UsedBy);

/// <summary>
/// One-time codes that let a terminal enrol: 80 random bits in 16 letters and digits (Crockford's base 32,
/// which has no I, L, O and U), shown once to the manager. So many bits need no slow hash: nobody can try
/// them out.
/// </summary>
internal sealed class EnrolmentCodes(TablePort tables, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int Length = 16;

    /// <summary>Makes a code for the terminal. What is returned is kept nowhere.</summary>
    public async Task<(string Code, DateTimeOffset ExpiresAt)> Issue(
        string terminal, CancellationToken cancel)
    {
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        var digest = DigestOf(code);
        var expiresAt = time.GetUtcNow() + Life;
        var row = new Row(digest[..2], digest)
        {
            ["terminal"] = terminal,
            ["expiresAt"] = expiresAt,
        };
        if (await tables.TryCommit(TableNames.Code, row.Partition, [Change.Insert(row)], cancel) is not null)
            throw new InvalidOperationException("A random code was drawn twice.");
        return (string.Join('-', code.Chunk(4).Select(four => new string(four))), expiresAt);
    }

    /// <summary>
    /// Uses the code up for a key. The same key may come again, since an answer can be lost on the way back.
    /// Null when there is no such code, its time has passed, or another key has used it.
    /// </summary>
    public async Task<EnrolmentCode?> Claim(string code, string thumbprint, CancellationToken cancel)
    {
        var digest = DigestOf(code);
        EnrolmentCode? claimed = null;
        await Attempts.UntilCommitted(async () =>
        {
            claimed = null;
            var row = await tables.Get(TableNames.Code, digest[..2], digest, cancel);
            if (row is null || (row.TextOrNull("usedBy") ?? thumbprint) != thumbprint)
                return true;
            var used = row.Has("usedBy");
            if (!used && row.Time("expiresAt") <= time.GetUtcNow())
                return true;
            claimed = new EnrolmentCode(digest, row.Text("terminal"), row.Time("expiresAt"), thumbprint);
            if (used)
                return true;
            row["usedBy"] = thumbprint;
            row["usedAt"] = time.GetUtcNow();
            return await tables.TryCommit(
                TableNames.Code, row.Partition, [Change.Replace(row)], cancel) is null;
        });
        return claimed;
    }

    /// <summary>
    /// People type codes: case, spaces and hyphens do not matter, and O, I and L are read as digits.
    /// </summary>
    private static string DigestOf(string code)
    {
        var plain = new StringBuilder(Length);
        foreach (var letter in code.ToUpperInvariant())
            if (letter is not ('-' or ' '))
                plain.Append(letter switch { 'O' => '0', 'I' or 'L' => '1', _ => letter });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plain.ToString())));
    }
}
