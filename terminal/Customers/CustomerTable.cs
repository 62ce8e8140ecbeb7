using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>A customer as this terminal knows them.</summary>
/// <param name="Points">The back office's figure with own later movements; negative when overdrawn.</param>
/// <param name="Lifetime">Ever earned; decides the tier.</param>
/// <param name="RedeemedUnconfirmed">Points redeemed here that the back office's figure lacks.</param>
internal sealed record Customer(
    Id Id, CustomerData Data, long Points, long Lifetime, long RedeemedUnconfirmed,
    IReadOnlyList<CustomerPurchase> Recent);

/// <summary>
/// Customers and their points. Data that name a person are encrypted; points are the feed's figure with own
/// movements that it does not contain yet, as stock is. Within the caller's transaction.
/// </summary>
internal sealed class CustomerTable(Database database, AtRestCipher cipher)
{
    private const string Own =
        "FROM customer_points p LEFT JOIN customer_applied a ON a.customer = p.customer "
        + "AND a.epoch = p.place >> 40 WHERE p.place > ((p.place >> 40) << 40) + coalesce(a.number, 0) "
        + "AND (p.customer = c.customer OR p.customer IN "
        + "(SELECT m.customer FROM customer m WHERE m.merged_into = c.customer)) ";

    private const string Columns =
        "SELECT c.customer, c.sealed, c.points + coalesce((SELECT sum(p.points) " + Own + "), 0), "
        + "c.lifetime + coalesce((SELECT sum(p.lifetime) " + Own + "), 0), "
        + "coalesce((SELECT sum(p.redeemed) " + Own + "), 0), c.recent FROM customer c ";

    /// <summary>Data written here; they stay until the back office has them.</summary>
    public void Written(Place place, Id customer, CustomerData? data)
    {
        if (data is null || IsErased(customer))
            return;
        database.Run(
            "INSERT INTO customer (customer, sealed, written, erased, points, lifetime, recent) "
            + "VALUES ($1, $2, $3, 0, 0, 0, '[]') ON CONFLICT (customer) DO UPDATE "
            + "SET sealed = excluded.sealed, written = excluded.written",
            customer.ToString(), Seal(customer, data), place.Value);
    }

    /// <summary>With what was merged: it is one person.</summary>
    public void Erased(Id customer)
    {
        database.Run(
            "INSERT INTO customer (customer, written, erased, points, lifetime, recent) "
            + "VALUES ($1, 0, 1, 0, 0, '[]') ON CONFLICT (customer) DO UPDATE SET sealed = NULL, erased = 1",
            customer.ToString());
        database.Run(
            "UPDATE customer SET sealed = NULL, erased = 1 WHERE customer = $1 OR merged_into = $1",
            Holder(customer).ToString());
    }

    public void Moved(Place place, Id customer, long points, long lifetime, long redeemed) => database.Run(
        "INSERT INTO customer_points (customer, place, points, lifetime, redeemed) "
        + "VALUES ($1, $2, $3, $4, $5)",
        customer.ToString(), place.Value, points, lifetime, redeemed);

    /// <summary>Takes over the feed's state; own data that it cannot contain yet stay.</summary>
    public void Set(CustomerState state, Enrolment own)
    {
        var id = state.Customer.ToString();
        database.Run("DELETE FROM customer_applied WHERE customer = $1", id);
        for (var epoch = 1; epoch <= own.Epoch; epoch++)
            if (state.AppliedThrough.TryGetValue($"{new JournalId(own.Terminal, epoch)}", out var number))
                database.Run(
                    "INSERT INTO customer_applied (customer, epoch, number) VALUES ($1, $2, $3)", id, epoch,
                    number);
        var keepsOwn = database.Number(
            "SELECT c.written FROM customer c LEFT JOIN customer_applied a ON a.customer = c.customer "
            + "AND a.epoch = c.written >> 40 WHERE c.customer = $1 AND c.sealed IS NOT NULL "
            + "AND c.written > ((c.written >> 40) << 40) + coalesce(a.number, 0)", id) is > 0;
        var isErased = state.Erased || IsErased(state.Customer);
        var data = state.Data is null || isErased ? null : Seal(state.Customer, state.Data);
        database.Run(
            "INSERT INTO customer (customer, sealed, written, erased, merged_into, points, lifetime, recent) "
            + "VALUES ($1, $2, 0, $3, $4, $5, $6, $7) ON CONFLICT (customer) DO UPDATE SET "
            + "sealed = CASE WHEN $8 AND NOT excluded.erased THEN sealed ELSE excluded.sealed END, "
            + "erased = excluded.erased, merged_into = excluded.merged_into, points = excluded.points, "
            + "lifetime = excluded.lifetime, recent = excluded.recent",
            id, data, isErased, state.MergedInto?.ToString(), state.Points, state.Lifetime,
            JsonSerializer.Serialize(state.Recent, StoreJson.Default.IReadOnlyListCustomerPurchase),
            keepsOwn);
    }

    /// <summary>Who holds this customer's points now; the same where nobody was merged.</summary>
    public Id Holder(Id customer)
    {
        // A chain of merges longer than this has a ring in it.
        for (var step = 0; step < 8; step++)
        {
            if (database.Scalar("SELECT merged_into FROM customer WHERE customer = $1", $"{customer}")
                is not string next)
                break;
            customer = Id.Parse(next);
        }
        return customer;
    }

    /// <summary>Null when unknown, erased, or without data yet.</summary>
    public Customer? Find(Id customer) => database.All(
        Columns + "WHERE c.customer = $1 AND c.sealed IS NOT NULL", Read, Holder(customer).ToString())
        .FirstOrDefault();

    /// <summary>All that can be found by their data.</summary>
    public List<Customer> All() => [.. database.All(
        Columns + "WHERE c.sealed IS NOT NULL AND c.merged_into IS NULL", Read).OfType<Customer>()];

    /// <summary>Places of the own entries that moved a customer's points, the latest first.</summary>
    public List<Place> OwnPlaces(Id customer, int most) => database.All(
        "SELECT place FROM customer_points WHERE customer = $1 OR customer IN "
        + "(SELECT customer FROM customer WHERE merged_into = $1) ORDER BY place DESC LIMIT $2",
        row => new Place(row.GetInt64(0)), customer.ToString(), most);

    private bool IsErased(Id customer) =>
        database.Number("SELECT erased FROM customer WHERE customer = $1", $"{customer}") == 1;

    private Customer? Read(Row row)
    {
        var id = Id.Parse(row.GetString(0));
        return cipher.TryDecrypt((byte[])row.GetValue(1), PlaceOf(id), out var clear) == AtRestResult.Opened
            ? new Customer(
                id, JsonSerializer.Deserialize(clear, StoreJson.Default.CustomerData)!, row.GetInt64(2),
                row.GetInt64(3), row.GetInt64(4),
                JsonSerializer.Deserialize(
                    row.GetString(5), StoreJson.Default.IReadOnlyListCustomerPurchase)!)
            : null;
    }

    private byte[] Seal(Id customer, CustomerData data) => cipher.Encrypt(
        JsonSerializer.SerializeToUtf8Bytes(data, StoreJson.Default.CustomerData), PlaceOf(customer));

    private static byte[] PlaceOf(Id customer) =>
        new LengthPrefixed().Add("customer").Add(customer.ToString()).ToArray();
}
