using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos;

/// <summary>
/// An amount in minor units of one currency (1234 EUR minor units are 12.34 EUR). Arithmetic is checked, and
/// mixing currencies throws, since no sum of two currencies means anything. In JSON:
/// {"minor":1234,"currency":"EUR"}.
/// </summary>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money(long Minor, Currency Currency) : IComparable<Money>
{
    public static Money Zero(Currency currency) => new(0, currency);

    public bool IsZero => Minor == 0;

    public static Money operator +(Money a, Money b) => new(checked(a.Minor + b.In(a).Minor), a.Currency);

    public static Money operator -(Money a, Money b) => new(checked(a.Minor - b.In(a).Minor), a.Currency);

    public static Money operator -(Money a) => new(checked(-a.Minor), a.Currency);

    public static Money operator *(Money a, long times) => new(checked(a.Minor * times), a.Currency);

    public static bool operator <(Money a, Money b) => a.CompareTo(b) < 0;

    public static bool operator >(Money a, Money b) => a.CompareTo(b) > 0;

    public static bool operator <=(Money a, Money b) => a.CompareTo(b) <= 0;

    public static bool operator >=(Money a, Money b) => a.CompareTo(b) >= 0;

    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public int CompareTo(Money other) => Minor.CompareTo(other.In(this).Minor);

    /// <summary>This amount times numerator / denominator, rounded half away from zero.</summary>
    public Money Share(long numerator, long denominator)
    {
        var product = (Int128)Minor * numerator;
        var half = Int128.Abs(denominator) / 2;
        var away = Int128.Sign(product) * Int128.Sign(denominator) >= 0 ? half : -half;
        // Int128 cannot overflow here; only the step back to long can, and it is checked.
        var rounded = (product + (denominator > 0 ? away : -away)) / denominator;
        return new Money(checked((long)rounded), Currency);
    }

    /// <summary>For people and receipts: "12.34 EUR", with the currency's own number of digits.</summary>
    public override string ToString()
    {
        if (Currency.Code is null)
            return "0";
        var scale = 1L;
        for (var digit = 0; digit < Currency.MinorDigits; digit++)
            scale *= 10;
        var sign = Minor < 0 ? "-" : "";
        var (whole, rest) = UInt128.DivRem((UInt128)Int128.Abs(Minor), (UInt128)scale);
        var fraction = Currency.MinorDigits == 0
            ? ""
            : "." + rest.ToString(CultureInfo.InvariantCulture).PadLeft(Currency.MinorDigits, '0');
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}{fraction} {Currency.Code}");
    }

    private Money In(Money other) => Currency == other.Currency && Currency.Code is not null
        ? this
        : throw new InvalidOperationException($"{other.Currency} and {Currency} cannot be combined.");
}

/// <summary>Public, since generated JSON code of either side makes it.</summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("Money is an object of minor and currency.");
        long? minor = null;
        Currency? currency = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            if (name == "minor" && reader.TokenType == JsonTokenType.Number
                && reader.TryGetInt64(out var value))
                minor = value;
            else if (name == "currency" && reader.TokenType == JsonTokenType.String
                && Currency.TryParse(reader.GetString(), out var known))
                currency = known;
            else
                throw new JsonException("Money has a whole 'minor' and a known 'currency', nothing else.");
        }
        return minor is { } m && currency is { } c
            ? new Money(m, c)
            : throw new JsonException("Money needs both minor and currency.");
    }

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("minor", value.Minor);
        writer.WriteString("currency", value.Currency.Code);
        writer.WriteEndObject();
    }
}
