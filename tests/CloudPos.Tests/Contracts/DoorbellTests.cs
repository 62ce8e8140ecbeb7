using System.Text;
using CloudPos.Functions.Bus;

namespace CloudPos.Tests.Contracts;

public sealed class DoorbellTests
{
    [Fact]
    public void A_doorbell_is_small_json_of_kind_and_id()
    {
        byte[] bytes = new Doorbell("authorise", "00ff").ToBytes();
        Assert.Equal("""{"kind":"authorise","id":"00ff"}""", Encoding.UTF8.GetString(bytes));
        Assert.Equal((new Doorbell("authorise", "00ff"), null), Doorbell.Parse(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"kind":"authorise"}""")]
    [InlineData("""{"kind":"","id":"1"}""")]
    [InlineData("""{"kind":1,"id":"1"}""")]
    public void What_is_no_doorbell_is_told(string text)
    {
        var (bell, error) = Doorbell.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Null(bell);
        Assert.NotNull(error);
    }

    [Fact]
    public void A_message_too_long_for_a_doorbell_is_told() =>
        Assert.Contains("at most", Doorbell.Parse(new byte[10_000]).Error);
}
