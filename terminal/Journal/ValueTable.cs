using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Crypto;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Whole documents by name, encrypted: policy and plan, deny list, key list, staff. Within the caller's
/// transaction.
/// </summary>
internal sealed class ValueTable(Database database, AtRestCipher cipher)
{
    public const string Policy = "policy";
    public const string Plan = "policy-plan";
    public const string DenyList = "deny-list";
    public const string Keys = "keys";
    public const string Staff = "staff";
    public const string Paper = "paper";
    public const string Drill = "drill";
    public const string PinFailures = "pin-failures";
    public const string Loyalty = "loyalty";
    public const string Settings = "settings";
    public const string Merchant = "merchant";
    public const string Place = "store";
    public const string Tips = "tips";
    public const string OpenRefunds = "open-refunds";
    public const string Fork = "fork";

    /// <summary>One document a payment: they are few, and looked for one at a time.</summary>
    public static string ChargedBack(Id payment) => $"charged-back.{payment}";

    public void Set<T>(string name, T value, JsonTypeInfo<T> type) => database.Run(
        "INSERT INTO value (name, sealed) VALUES ($1, $2) "
        + "ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed",
        name, cipher.Encrypt(JsonSerializer.SerializeToUtf8Bytes(value, type), PlaceOf(name)));

    public void Remove(string name) => database.Run("DELETE FROM value WHERE name = $1", name);

    /// <summary>
    /// Null when there is none, or none that can be read: a limit that cannot be read allows nothing.
    /// </summary>
    /// <param name="fault">Null, or why it cannot be read.</param>
    public T? Get<T>(string name, JsonTypeInfo<T> type, out string? fault)
        where T : class
    {
        fault = null;
        if (database.Scalar("SELECT sealed FROM value WHERE name = $1", name) is not byte[] record)
            return null;
        var result = cipher.TryDecrypt(record, PlaceOf(name), out var clear);
        try
        {
            if (result == AtRestResult.Opened)
                return JsonSerializer.Deserialize(clear, type);
            fault = $"The stored {name} cannot be decrypted: {result}.";
        }
        catch (JsonException wrong)
        {
            fault = $"The stored {name} is not readable at {wrong.Path ?? "its start"}.";
        }
        return null;
    }

    private static byte[] PlaceOf(string name) => new LengthPrefixed().Add("value").Add(name).ToArray();
}
