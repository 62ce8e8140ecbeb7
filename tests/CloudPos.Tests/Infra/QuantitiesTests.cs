using CloudPos.Functions.Hosting;
using CloudPos.Local.Quantities;
using CloudPos.Tests.Tidy;
using Cronos;

namespace CloudPos.Tests.Infra;

public class QuantitiesTests
{
    private const string Small =
        """
        {
          "fleets": [2],
          "assumptions": [
            { "name": "days", "value": 10, "why": "" },
            { "name": "hours", "value": 1, "why": "" },
            { "name": "salesPerDay", "value": 5, "why": "" },
            { "name": "instanceMemoryGigabytes", "value": 2, "why": "" }
          ],
          "drivers": [
            { "name": "sales", "of": ["terminals", "days", "salesPerDay"] },
            { "name": "salesPerTerminal", "of": ["sales"], "per": ["terminals"] }
          ],
          "meters": [
            { "name": "executions", "unit": "executions", "bill": "Executions" },
            { "name": "gigabyteSeconds", "unit": "GB-s", "bill": "Time" },
            { "name": "reads", "unit": "requests", "bill": "Reads" }
          ],
          "limits": [{ "name": "Reads a second", "meters": ["reads"], "hours": "hours", "perSecond": 7 }],
          "groups": [{ "name": "http", "concurrency": 4, "hours": "hours" }],
          "activities": [
            {
              "name": "sell", "times": "sales", "group": "http", "milliseconds": 100,
              "uses": { "executions": 1, "reads": 3 }
            },
            { "name": "look", "times": "salesPerTerminal", "uses": { "reads": 0.5 } }
          ]
        }
        """;

    [Fact]
    public void Amounts_are_what_each_activity_uses_as_often_as_it_happens()
    {
        var table = QuantityTable.TryRead(Small, out var fault);
        Assert.Null(fault);

        var amounts = Quantities.Of(table!, 2);

        Assert.Equal(100, amounts["executions"]);
        Assert.Equal(100 * 3 + 50 * 0.5, amounts["reads"]);
        Assert.Equal(325 / 36_000.0, Quantities.PerSecond(table!, table!.Limits[0], amounts), 6);
        // A hundred short executions in ten hours hardly ever meet: a second of two gigabytes for each.
        Assert.InRange(amounts["gigabyteSeconds"], 199, 200);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0.05, 1)]
    [InlineData(100, 10, 99.86)]
    [InlineData(100, 500, 496.54)]
    [InlineData(36_000, 3_600, 22_756)]
    [InlineData(3_600_000, 720_000, 180_000)]
    public void Time_is_billed_by_the_second_until_executions_fill_an_instance(
        double executions, double workSeconds, double expected) =>
        Assert.Equal(
            expected, Quantities.ActiveSeconds(executions, workSeconds, 36_000, 4), expected * 0.001);

    [Theory]
    [InlineData("\"of\": [\"sales\"]", "\"of\": [\"sails\"]", "made of sails")]
    [InlineData("\"name\": \"hours\"", "\"name\": \"days\"", "two values days")]
    [InlineData("\"times\": \"sales\"", "\"times\": \"sails\"", "as often as sails")]
    [InlineData("\"reads\": 3", "\"reeds\": 3", "uses reeds")]
    [InlineData("\"milliseconds\": 100", "\"milliseconds\": 0", "wants milliseconds")]
    [InlineData("\"group\": \"http\"", "\"group\": \"queue\"", "wants milliseconds and a group")]
    [InlineData("\"meters\": [\"reads\"]", "\"meters\": [\"reeds\"]", "Limit Reads a second")]
    [InlineData("\"fleets\": [2]", "\"fleets\": [\"two\"]", "$.fleets[0], line 2")]
    [InlineData("\"why\": \"\"", "\"because\": \"\"", "$.assumptions[0]")]
    public void A_table_that_does_not_hold_is_refused_by_its_place(string good, string bad, string expected)
    {
        Assert.Contains(good, Small, StringComparison.Ordinal);

        Assert.Null(QuantityTable.TryRead(Small.Replace(good, bad, StringComparison.Ordinal), out var fault));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_that_is_not_known_is_not_taken_for_nothing()
    {
        var table = QuantityTable.TryRead(Small, out _)!;
        const string prices =
            """
            { "currency": "EUR", "prices": [
                { "meter": "executions", "per": 10, "amount": 0.25 },
                { "meter": "gigabyteSeconds", "per": 1, "amount": 0 },
                { "meter": "reads", "per": 100, "amount": READS } ],
              "monthly": [{ "name": "Base", "amount": 10 }] }
            """;

        string Report(string amount)
        {
            var filled = prices.Replace("READS", amount, StringComparison.Ordinal);
            return QuantityReport.Write(table, PriceList.TryRead(filled, table, out _));
        }

        Assert.Contains("| together (EUR) | 15.75 |", Report("1"), StringComparison.Ordinal);
        var report = Report("null");
        Assert.Contains("| Executions (EUR) | 2.50 |", report, StringComparison.Ordinal);
        Assert.Contains("| together (EUR) | not known |", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"meter":"reeds","per":1,"amount":1}""", "reeds")]
    [InlineData("""{"meter":"reads","per":0,"amount":1}""", "reads")]
    [InlineData("""{"meter":"reads","per":1,"amount":-1}""", "reads")]
    [InlineData("""{"meter":"reads","per":"x"}""", "$.prices[0].per")]
    public void A_price_list_that_does_not_hold_is_refused(string price, string expected)
    {
        var json = $$"""{"currency":"EUR","monthly":[],"prices":[{{price}}]}""";
        Assert.Null(PriceList.TryRead(json, QuantityTable.TryRead(Small, out _)!, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_prices_names_every_meter_and_knows_no_price()
    {
        var table = QuantityTable.Shipped();
        var text = File.ReadAllText(Path.Combine(SourceTree.Top, "infra", "prices.example.json"));

        var prices = PriceList.TryRead(text, table, out var fault);

        Assert.Null(fault);
        Assert.Equal(table.Meters.Select(meter => meter.Name), prices!.Prices.Select(price => price.Meter));
        Assert.All(prices.Prices, price => Assert.Null(price.Amount));
        Assert.All(prices.Monthly, fee => Assert.Null(fee.Amount));
    }

    [Fact]
    public void The_page_shows_what_the_table_gives()
    {
        var page = File.ReadAllText(Path.Combine(SourceTree.Top, "infra", "README.md"));
        Assert.Contains(
            QuantityReport.Write(QuantityTable.Shipped(), null), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_queue_and_timer_of_the_back_office_is_counted_at_its_own_pace()
    {
        var table = QuantityTable.Shipped();
        var values = Quantities.Values(table, 1);
        foreach (var queue in BackOffice.Functions().All.OfType<QueueFunction>())
        {
            Assert.Contains(table.Activities, activity => activity.Function == queue.Name);
            Assert.Equal(
                queue.MaxConcurrentCalls, table.Groups.Single(group => group.Name == queue.Name).Concurrency);
        }
        foreach (var timer in BackOffice.Functions().All.OfType<TimerFunction>())
        {
            var activity = Assert.Single(table.Activities, activity => activity.Function == timer.Name);
            Assert.Equal(TimesADay(timer.HostedSchedule) * values["days"], values[activity.Times]);
        }
    }

    [Fact]
    public void The_command_writes_the_table_and_names_a_file_that_it_cannot_read()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();

        Assert.Equal(0, QuantitiesCommand.Run(new QuantitiesOptions(Explain: true), output, errors));
        Assert.Contains("| sweep | 43,200, ", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, QuantitiesCommand.Run(new QuantitiesOptions(Prices: "nowhere.json"), output, errors));
        Assert.StartsWith("nowhere.json: ", errors.ToString(), StringComparison.Ordinal);
    }

    private static int TimesADay(string schedule)
    {
        var day = new DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc);
        return CronExpression.Parse(schedule, CronFormat.IncludeSeconds)
            .GetOccurrences(day, day.AddDays(1), fromInclusive: true, toInclusive: false).Count();
    }
}
