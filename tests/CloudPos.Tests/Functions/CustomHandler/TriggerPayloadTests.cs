using System.Text;
using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.CustomHandler;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Functions.CustomHandler;

public class TriggerPayloadTests
{
    private static readonly Doorbell Bell = new("apply-journal", "T0000001.1.7");

    [Fact]
    public void The_documented_payload_gives_bell_count_and_trace()
    {
        var (rung, fault) = TriggerPayload.ReadMessage(Golden("message.json"));

        Assert.Null(fault);
        Assert.Equal(
            new RungBell(Bell, 3, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), rung);
    }

    private const string Text = """{"kind":"apply-journal","id":"T0000001.1.7"}""";
    private static readonly string Bytes = Convert.ToBase64String(Encoding.UTF8.GetBytes(Text));

    public static TheoryData<string, string> Spellings => new()
    {
        { "text in a JSON string", JsonSerializer.Serialize(Text) },
        { "text, twice encoded", JsonSerializer.Serialize(JsonSerializer.Serialize(Text)) },
        { "bytes, twice encoded", JsonSerializer.Serialize(JsonSerializer.Serialize(Bytes)) },
        { "bytes", JsonSerializer.Serialize(Bytes) },
        { "an object", """{"kind":"apply-journal","id":"T0000001.1.7"}""" },
    };

    [Theory, MemberData(nameof(Spellings))]
    public void A_message_is_read_however_the_host_spells_it(string spelling, string data)
    {
        var json = $$$"""{"Data":{"bell":{{{data}}}},"Metadata":{}}""";

        var (rung, fault) = TriggerPayload.ReadMessage(Encoding.UTF8.GetBytes(json));

        Assert.True(fault is null, $"{spelling}: {fault}");
        Assert.Equal(new RungBell(Bell, 1, null), rung);
    }

    [Theory]
    [InlineData("""{"DeliveryCount":4}""", 4)]
    [InlineData("""{"DeliveryCount":"4"}""", 4)]
    [InlineData("""{"DeliveryCount":"\"4\""}""", 4)]
    [InlineData("""{"DeliveryCount":[4]}""", 1)]
    [InlineData("""{"DeliveryCount":"many"}""", 1)]
    [InlineData("""[1,2]""", 1)]
    [InlineData("null", 1)]
    public void Metadata_of_any_shape_never_stops_a_message(string metadata, int expected)
    {
        var json = $$$"""{"Data":{"bell":{"kind":"a","id":"b"}},"Metadata":{{{metadata}}}}""";

        var (rung, _) = TriggerPayload.ReadMessage(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, rung!.Deliveries);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[]", "Data.bell is missing")]
    [InlineData("""{"Data":{"other":"x"}}""", "Data.bell is missing")]
    [InlineData("""{"Data":{"bell":7}}""", "neither text nor bytes")]
    [InlineData("""{"Data":{"bell":"hello"}}""", "not JSON of a doorbell")]
    [InlineData("""{"Data":{"bell":{"kind":"a"}}}""", "kind or id is missing")]
    public void What_is_no_message_is_named(string json, string expected)
    {
        var (rung, fault) = TriggerPayload.ReadMessage(Encoding.UTF8.GetBytes(json));

        Assert.Null(rung);
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    internal static byte[] Golden(string name) => File.ReadAllBytes(Path.Combine(
        SourceTree.Top, "tests", "CloudPos.Tests", "Functions", "CustomHandler", "Golden", name));
}
