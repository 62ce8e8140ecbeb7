using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Iso8583;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Acquiring;

public class AcquirerTablesTests
{
    private const string TwoAcquirers = """
        {
          // The first takes what no route names.
          "acquirers": [
            { "name": "north", "address": "10.0.0.4:5001", "like": "simulated", "answerSeconds": 7,
              "tls": { "name": "host.north.example" },
              "codes": { "51": "DeclinedForGood" }, "queueMax": 20 },
            { "name": "south", "address": "10.0.0.5:5002", "like": "packed", "signOn": "none",
              "plain": true,
              "fields": [ { "field": 61, "deferred": "{offline:yyMMddHHmm}" } ] }
          ],
          "routing": [
            { "acquirer": "south", "scheme": "Amex" },
            { "acquirer": "south", "merchant": "MERCHANT0000002", "currency": "USD" },
            { "acquirer": "north" }
          ]
        }
        """;

    [Fact]
    public void A_document_says_how_each_acquirer_is_spoken_to()
    {
        var tables = AcquirerTables.TryRead(TwoAcquirers, out var faults);

        Assert.Empty(faults);
        var (north, south) = (tables!.Acquirers[0], tables.Acquirers[1]);
        Assert.Equal(new HostAndPort("10.0.0.4", 5001), north.Address);
        Assert.Equal(TimeSpan.FromSeconds(7), north.Profile.AnswerTimeout);
        Assert.Equal(20, north.Profile.QueueMax);
        Assert.Equal(CodeMeaning.DeclinedForGood, north.Profile.Codes.MeaningOf("51"));
        Assert.Equal(CodeMeaning.Approved, north.Profile.Codes.MeaningOf("00"));
        Assert.Equal(AcquirerProfile.Simulated.Fields, north.Profile.Fields);
        Assert.Equal(LengthForm.Bcd2, south.Profile.Frame.Length);
        Assert.Null(south.Profile.SignOnCode);
        Assert.NotNull(north.Profile.Tls);
        Assert.Null(south.Profile.Tls);
        Assert.Equal(CodeMeaning.Approved, south.Profile.Codes.MeaningOf("Y0"));
        Assert.Equal("{offline:yyMMddHHmm}", Assert.Single(south.Profile.Fields).Deferred);
    }

    [Theory]
    [InlineData("any scheme", "MERCHANT0000001", Scheme.Visa, "EUR", "north")]
    [InlineData("a scheme of its own", "MERCHANT0000001", Scheme.Amex, "EUR", "south")]
    [InlineData("a merchant's other currency", "MERCHANT0000002", Scheme.Visa, "USD", "south")]
    [InlineData("another merchant's other currency", "MERCHANT0000001", Scheme.Visa, "USD", "north")]
    public async Task A_payment_goes_to_the_first_route_that_fits(
        string what, string merchant, Scheme scheme, string currency, string name)
    {
        var tables = AcquirerTables.TryRead(TwoAcquirers, out _)!;
        await using var lines = new Acquirers(
            [.. tables.Acquirers.Select(entry => new AcquirerLink(
                entry.Profile, "127.0.0.1", 1, TimeProvider.System, new ListLogger<AcquirerLink>()))],
            tables.Routes, 16, 4);
        var link = lines.For(merchant, scheme, Currency.Parse(currency));
        Assert.Equal((what, name), (what, link.Profile.Name));
    }

    [Theory]
    [InlineData("no address", "'acquirers': [ { 'name': 'a' } ]", "its address is HOST:PORT")]
    [InlineData("a slip of the pen", "'acquirers': [ { 'name': 'a', 'adress': '127.0.0.1:1' } ]", "adress")]
    [InlineData("a route to nowhere",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'like': 'simulated' } ],"
        + "'routing': [ { 'acquirer': 'b' } ]", "a route leads to b")]
    [InlineData("no route for the rest",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'like': 'simulated' },"
        + "{ 'name': 'b', 'address': '127.0.0.1:2', 'like': 'simulated' } ],"
        + "'routing': [ { 'acquirer': 'a', 'scheme': 'Visa' } ]", "the last route is for everything")]
    [InlineData("one name twice",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'like': 'simulated' },"
        + "{ 'name': 'a', 'address': '127.0.0.1:2', 'like': 'simulated' } ],"
        + "'routing': [ { 'acquirer': 'a' } ]", "two acquirers are called a")]
    [InlineData("a time in no form",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'like': 'simulated',"
        + "'fields': [ { 'field': 62, 'deferred': '{offline:now}' } ] } ]", "no form of a time")]
    [InlineData("a name that is none",
        "'acquirers': [ { 'name': 'a.b', 'address': '127.0.0.1:1', 'like': 'simulated' } ]",
        "no acquirer's name")]
    [InlineData("waits that fall",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'like': 'simulated',"
        + "'retryHours': [24, 2] } ]",
        "retryHours are at most 10 rising hours")]
    [InlineData("cards in clear",
        "'acquirers': [ { 'name': 'a', 'address': '192.0.2.1:1', 'like': 'simulated' } ]",
        "card numbers would go to 192.0.2.1:1 in clear")]
    [InlineData("plain and not",
        "'acquirers': [ { 'name': 'a', 'address': '192.0.2.1:1', 'plain': true, 'tls': {} } ]",
        "plain or has tls")]
    [InlineData("a CA that is not there",
        "'acquirers': [ { 'name': 'a', 'address': '192.0.2.1:1', 'tls': { 'ca': '/nowhere/ca.pem' } } ]",
        "acquirer a: tls: the ca is neither PEM nor a file that can be read: /nowhere/ca.pem")]
    [InlineData("a pin that is none",
        "'acquirers': [ { 'name': 'a', 'address': '192.0.2.1:1', 'tls': { 'pins': [ 'abc' ] } } ]",
        "a pin is the SHA-256")]
    [InlineData("half a pair",
        "'acquirers': [ { 'name': 'a', 'address': '192.0.2.1:1', 'tls': { 'key': 'k.pem' } } ]",
        "certificate and key belong together")]
    [InlineData("a code of three",
        "'acquirers': [ { 'name': 'a', 'address': '127.0.0.1:1', 'codes': { '100': 'Approved' } } ]",
        "'100' is no code")]
    public void A_bad_document_is_refused_with_what_is_wrong(string what, string inside, string fault)
    {
        var text = "{" + inside.Replace('\'', '"') + "}";
        Assert.True(AcquirerTables.TryRead(text, out var faults) is null, what);
        Assert.Contains(faults, line => line.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Null(AcquirerTables.TryRead("/nowhere/acquirers.json", out var faults));
        Assert.Contains("/nowhere/acquirers.json", Assert.Single(faults), StringComparison.Ordinal);
    }

    /// <summary>It would not fit into memory either.</summary>
    [Fact]
    public void A_file_that_is_far_too_large_is_not_read()
    {
        using var folder = new TestFolder();
        using (var file = File.Create(folder.File("acquirers.json")))
            file.SetLength(3L << 30);

        Assert.Null(AcquirerTables.TryRead(folder.File("acquirers.json"), out var faults));
        Assert.Equal("it is larger than 1 MiB", Assert.Single(faults));
    }

    [Fact]
    public void The_tables_that_come_with_the_program_have_no_fault()
    {
        Assert.Empty(AcquirerProfile.Simulated.Faults());
        Assert.Empty(AcquirerProfile.Packed.Faults());
    }

    [Fact]
    public void The_time_of_the_sale_is_told_in_the_form_of_the_table()
    {
        Assert.Equal("T2607041105", DialectField.Fill("T{offline:yyMMddHHmm}", TestCards.Sale));
        Assert.Equal("20260704110506", DialectField.Fill(DialectField.OfflineTime, TestCards.Sale));
    }
}
