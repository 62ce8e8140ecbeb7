using CloudPos.Functions.Tables;
using CsCheck;

namespace CloudPos.Tests.Contracts;

public sealed class RowCodecTests
{
    private static readonly Gen<Row> row = GeneratedRows.Any;

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
