using CloudPos.Functions.Tables;
using CsCheck;

namespace CloudPos.Tests.Contracts;

/// <summary>Rows of any properties, for property tests.</summary>
internal static class GeneratedRows
{
    private static readonly DateTimeOffset timeMin = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Any row that can be made.</summary>
    public static Gen<Row> Any { get; } = Rows(Values(Gen.Double, Gen.DateTimeOffset));

    /// <summary>Any row that keeps the limits of the port.</summary>
    public static Gen<Row> Storable { get; } = Rows(Values(
        Gen.Double.Where(double.IsFinite), Gen.DateTimeOffset.Where(time => time >= timeMin)));

    /// <summary>The same properties under other keys.</summary>
    public static Row Named(Row row, string partition, string key)
    {
        var named = new Row(partition, key);
        foreach (var (name, value) in row.Values) named[name] = value;
        return named;
    }

    private static Gen<Value> Values(Gen<double> real, Gen<DateTimeOffset> time) => Gen.OneOf(
        Gen.String[Gen.Char['\0', '\uD7FF'], 0, 300].Select(text => (Value)text),
        Gen.Int.Select(number => (Value)number),
        Gen.Long.Select(number => (Value)number),
        real.Select(number => (Value)number),
        Gen.Bool.Select(flag => (Value)flag),
        Gen.Byte.Array[0, 300].Select(bytes => (Value)bytes),
        time.Select(at => (Value)at));

    private static Gen<Row> Rows(Gen<Value> value) =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 40], value).List[0, 20].Select(values =>
        {
            var made = new Row("p", "k");
            foreach (var (name, v) in values) made["a" + name] = v;
            return made;
        });
}
