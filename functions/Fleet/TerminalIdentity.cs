using CloudPos.Crypto;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>A terminal as the back office knows it. Its row is `i` in the terminal's partition.</summary>
/// <param name="Epoch">Of the newest enrolment; 0 until the first.</param>
/// <param name="Standing">Whether it may approve offline, and whether what it sends is applied.</param>
/// <param name="Reason">Why it is not active, for people.</param>
internal sealed record TerminalIdentity(
    string Terminal, string Merchant, string Store, int Epoch, TerminalStanding Standing, string? Reason,
    DateTimeOffset? EnrolledAt)
{
    public const string Key = "i";

    public static TerminalIdentity From(Row row) => new(
        row.Partition, row.Text("merchant"), row.Text("store"), (int)row.Number("epoch"),
        (TerminalStanding)row.Number("standing"), row.TextOrNull("reason"), row.TimeOrNull("enrolledAt"));

    public void WriteTo(Row row)
    {
        row["merchant"] = Merchant;
        row["store"] = Store;
        row["epoch"] = Epoch;
        row["standing"] = (int)Standing;
        row["reason"] = Reason;
        row["enrolledAt"] = EnrolledAt;
    }
}

/// <summary>
/// The key of one enrolment. Its row is `k.{epoch}`; it is never deleted, as it verifies old segments.
/// </summary>
internal sealed record TerminalKey(int Epoch, Es256PublicKey PublicKey);
