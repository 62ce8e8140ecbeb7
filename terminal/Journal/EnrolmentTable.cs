using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// What the terminal is, and how far the back office has confirmed. Within the caller's transaction.
/// </summary>
internal sealed class EnrolmentTable(Database database)
{
    /// <summary>
    /// Whether an answer has the form that fields 41 and 42 of ISO 8583, and the journal's name, ask for.
    /// </summary>
    public static bool IsWellFormed(EnrolAnswer answer) =>
        answer.Terminal.Length == 8 && answer.Terminal.All(IsCapitalOrDigit)
        && answer.Merchant.Length == 15 && answer.Merchant.All(IsCapitalOrDigit)
        && answer.Store.Length is > 0 and <= 16
        && answer.Store.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && answer.Epoch is > 0 and < 1_000_000;

    private static bool IsCapitalOrDigit(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c);

    public Enrolment? Read() => database.First(
        "SELECT terminal, epoch, merchant, store, merchant_name, store_address, currency, back_office, "
        + "root_key, device_key FROM enrolment",
        row => Es256PublicKey.TryParse(row.GetString(8), out var root)
            ? new Enrolment(
                row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4),
                row.GetString(5).Split('\n'), Currency.Parse(row.GetString(6)),
                new Uri(row.GetString(7)), root,
                row.GetString(9))
            : null!);

    public void Write(Enrolment enrolment) => database.Run(
        "INSERT OR REPLACE INTO enrolment (only, terminal, epoch, merchant, store, merchant_name, "
        + "store_address, currency, back_office, root_key, device_key) "
        + "VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        enrolment.Terminal, enrolment.Epoch, enrolment.Merchant, enrolment.Store, enrolment.MerchantName,
        string.Join('\n', enrolment.StoreAddress), enrolment.Currency.Code, enrolment.BackOffice.ToString(),
        enrolment.RootKey.Text, enrolment.DeviceKeyName);

    public Confirmation? ReadConfirmation() => database.First(
        "SELECT number, hash, proven, at, wall_skew, seen_place, standing, jws FROM acknowledged",
        row => new Confirmation(
            new AcknowledgedUpTo(
                row.GetInt64(0), EntryHash.From((byte[])row.GetValue(1)), row.GetInt64(2),
                PaymentTable.TimeAt(row, 3),
                (TerminalStanding)row.GetInt32(6), row.GetString(7)),
            TimeSpan.FromMilliseconds(row.GetInt64(4)), row.GetInt64(5)));

    public void Write(Confirmation confirmation)
    {
        var upTo = confirmation.UpTo;
        database.Run(
            "INSERT OR REPLACE INTO acknowledged "
            + "(only, number, hash, proven, at, wall_skew, seen_place, standing, jws) "
            + "VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)",
            upTo.Number, upTo.Hash.ToBytes(), upTo.Proven, upTo.At!.Value.ToUnixTimeMilliseconds(),
            (long)confirmation.WallSkew.TotalMilliseconds, confirmation.SeenPlace, (int)upTo.Standing,
            upTo.Jws);
    }
}

/// <summary>The newest acknowledgement as it is kept, with what the clocks need of it.</summary>
/// <param name="WallSkew">Server time minus wall clock when it arrived.</param>
/// <param name="SeenPlace">Place of the newest entry when it arrived.</param>
internal sealed record Confirmation(AcknowledgedUpTo UpTo, TimeSpan WallSkew, long SeenPlace);
