using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public class ValueTests
{
    [Fact]
    public void Null_of_any_type_is_no_value()
    {
        var row = new Row("p", "k")
        {
            ["text"] = (string?)null, ["bytes"] = (byte[]?)null, ["number"] = (long?)null,
            ["time"] = (DateTimeOffset?)null,
        };

        Assert.Equal(0, row.Count);
    }

    [Fact]
    public void A_nullable_that_holds_something_is_that()
    {
        var time = DateTimeOffset.UnixEpoch;
        var row = new Row("p", "k") { ["number"] = (long?)7, ["time"] = (DateTimeOffset?)time };

        Assert.Equal((7L, time), (row.Number("number"), row.Time("time")));
    }
}
