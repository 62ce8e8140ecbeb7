using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Terminal.Checkout;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Baskets that are not paid yet, encrypted: the one at the counter and the parked ones. Nothing of them is
/// journalled before they are paid. Within the caller's transaction.
/// </summary>
internal sealed class BasketTable(Database database, AtRestCipher cipher)
{
    public void Set(OpenBasket basket) => database.Run(
        "INSERT INTO basket (sale, parked, sealed) VALUES ($1, $2, $3) "
        + "ON CONFLICT (sale) DO UPDATE SET parked = excluded.parked, sealed = excluded.sealed",
        basket.Sale.ToString(), basket.ParkedAt?.ToUnixTimeMilliseconds(),
        cipher.Encrypt(
            JsonSerializer.SerializeToUtf8Bytes(basket, StoreJson.Default.OpenBasket),
            PlaceOf(basket.Sale.ToString())));

    public void Drop(Id sale) => database.Run("DELETE FROM basket WHERE sale = $1", sale.ToString());

    public int CountBeside(Id sale) =>
        (int)(database.Number("SELECT count(*) FROM basket WHERE sale <> $1", sale.ToString()) ?? 0);

    /// <summary>The one at the counter first, then the parked ones, oldest first.</summary>
    public List<OpenBasket> All()
    {
        var rows = database.All(
            "SELECT sale, sealed FROM basket ORDER BY parked IS NOT NULL, parked, sale",
            row => (Sale: row.GetString(0), Sealed: (byte[])row.GetValue(1)));
        var baskets = new List<OpenBasket>(rows.Count);
        foreach (var (sale, record) in rows)
            if (cipher.TryDecrypt(record, PlaceOf(sale), out var clear) == AtRestResult.Opened
                && JsonSerializer.Deserialize(clear, StoreJson.Default.OpenBasket) is { } basket)
                baskets.Add(basket);
        return baskets;
    }

    private static byte[] PlaceOf(string sale) => new LengthPrefixed().Add("basket").Add(sale).ToArray();
}
