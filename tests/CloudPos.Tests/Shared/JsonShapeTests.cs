using System.Text.Json;
using CloudPos.Wire;

namespace CloudPos.Tests.Shared;

public class JsonShapeTests
{
    private const string Whole = """
        {"payment":"00000000000000000000000000000001","sale":"00000000000000000000000000000002",
         "amount":{"minor":5,"currency":"EUR"},"at":"2026-01-05T10:00:00+01:00",
         "card":{"scheme":"Visa","mode":"Chip","lastFour":"1111","token":"00"},
         "sealed":"AA==","sealedSalt":"AA==","sealedDigest":"00"}
        """;

    [Theory]
    [InlineData("", "", null)]
    [InlineData("\"amount\":{\"minor\":5,\"currency\":\"EUR\"},", "", "$.amount")]
    [InlineData("\"lastFour\":\"1111\",", "", "$.card.lastFour")]
    [InlineData("\"sealedDigest\"", "\"digest\"", "$.sealedDigest")]
    public void What_a_body_left_out_is_named(string present, string absent, string? path)
    {
        var json = present.Length == 0 ? Whole : Whole.Replace(present, absent);
        var request = JsonSerializer.Deserialize(json, WireJson.Default.AuthoriseRequest)!;

        Assert.Equal(path, JsonShape.FirstMissing(request, WireJson.Default.AuthoriseRequest));
    }

    [Fact]
    public void What_is_missing_in_a_list_is_named_with_its_place()
    {
        var page = JsonSerializer.Deserialize(
            """
            {"cursor":"","more":false,
             "rows":[{},{"product":{"sku":"A","price":{"minor":1,"currency":"EUR"}}}]}
            """,
            WireJson.Default.FeedPage)!;

        Assert.Equal("$.rows[1].product.ean", JsonShape.FirstMissing(page, WireJson.Default.FeedPage));
    }
}
