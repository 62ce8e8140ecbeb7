using CloudPos.Functions.Tables;
using CsCheck;

namespace CloudPos.Tests.Contracts;

public sealed class RowCodecTests
{
    private static readonly Gen<Value> value = Gen.OneOf(
        Gen.String[Gen.Char['\0', '\uD7FF'], 0, 300].Select(text => (Value)text),
        Gen.Int.Select(number => (Value)number),
        Gen.Long.Select(number => (Value)number),
        Gen.Double.Select(real => (Value)real),
        Gen.Bool.Select(flag => (Value)flag),
        Gen.Byte.Array[0, 300].Select(bytes => (Value)bytes),
        Gen.DateTimeOffset.Select(time => (Value)time));

    private static readonly Gen<Row> row =
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 40], value).List[0, 20].Select(values =>
        {
            var made = new Row("p", "k");
            foreach (var (name, v) in values) made[name] = v;
            return made;
        });

    [Fact]
    public void Any_row_comes_back_exactly_and_in_order() => row.Sample(before =>
    {
        var after = RowCodec.Decode("p", "k", "7", RowCodec.Encode(before, "0123456789abcdef01234567"));
        Assert.Equal(before.Values, after.Values);
        Assert.Equal(("7", "0123456789abcdef01234567"), (after.ETag, after.CommitId));
    });

    [Fact]
    public void Damaged_bytes_are_told_or_read_as_a_row_but_never_crash() =>
        Gen.Select(row, Gen.Int[0, 10_000], Gen.Byte, Gen.Bool).Sample((before, at, change, cut) =>
        {
            byte[] data = RowCodec.Encode(before, "id");
            at %= data.Length;
            data[at] = change;
            try
            {
                RowCodec.Decode("p", "k", "7", cut ? data.AsSpan(0, at) : data);
                Assert.False(cut);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains("(p, k)", e.Message);
            }
        });
}
