using System.Globalization;
using System.Text;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Functions.Acquiring;

public class CardMessagesTests
{
    /// <summary>A dialect that shares nothing with the simulated one but the standard.</summary>
    private static readonly AcquirerProfile Second = new()
    {
        Name = "second",
        Layout = Iso8583Layout.Binary87.Named("second"),
        AcquirerId = "9876543",
        RequestMti = Mti.AuthorisationRequest,
        MerchantCategory = "5812",
        PinEntry = PinEntryCapability.No,
        Fields =
        [
            new DialectField(61, "00000000000", "00000010000"),
            new DialectField(63, null, "T{offline}"),
        ],
    };

    private static readonly AcquirerProfile Simulated = AcquirerProfile.Simulated;

    [Fact]
    public void A_live_request_holds_the_payment_and_no_deferred_field()
    {
        using var card = TestCards.Swipe();
        using var message = CardMessages.Request(Simulated, TestCards.Request(5), card, repeat: false);

        Assert.Equal("0200", message.Mti);
        Assert.Equal(
            [2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 25, 32, 35, 37, 41, 42, 49], message.Fields);
        Assert.Equal(TestCards.Visa, message.RevealText(2));
        Assert.Equal("000000001234", message.Get(4));
        Assert.Equal("0704203040", message.Get(7));
        Assert.Equal("000005", message.Get(11));
        Assert.Equal(("130506", "0704"), (message.Get(12), message.Get(13)));
        Assert.Equal("901", message.Get(22));
        Assert.Equal("618520000005", message.Get(37));
        Assert.Equal("978", message.Get(49));
    }

    [Fact]
    public void A_deferred_request_says_so_and_when_the_sale_was()
    {
        using var card = TestCards.Swipe();
        using var message = CardMessages.Request(
            Simulated, TestCards.Request(5, deferred: true), card, repeat: false);

        Assert.Equal(("1", "20260704110506"), (message.Get(60), message.Get(62)));
    }

    [Fact]
    public void A_repeat_differs_in_its_type_only()
    {
        using var card = TestCards.Swipe();
        var request = TestCards.Request(5, deferred: true);
        using var first = CardMessages.Request(Simulated, request, card, repeat: false);
        using var again = CardMessages.Request(Simulated, request, card, repeat: true);

        Assert.Equal("0201", again.Mti);
        Assert.Equal(Bytes(first, Simulated)[4..], Bytes(again, Simulated)[4..]);
    }

    [Fact]
    public void The_bytes_of_a_live_request_in_the_simulated_dialect_are_these()
    {
        using var card = TestCards.Swipe();
        using var message = CardMessages.Request(Simulated, TestCards.Request(5), card, repeat: false);

        var text = Encoding.ASCII.GetString(Bytes(message, Simulated));

        Assert.Equal(
            "0200" + "723C448128C08000"
            + "16" + TestCards.Visa + "000000" + "000000001234" + "0704203040" + "000005" + "130506" + "0704"
            + "3012"
            + "5411" + "901" + "00" + "06123456" + "31" + TestCards.Visa + "=30121010000000"
            + "618520000005" + "T0000001" + "MERCHANT0000001" + "978",
            text);
    }

    [Fact]
    public void The_bytes_of_a_deferred_request_in_another_dialect_are_these()
    {
        using var card = TestCards.Swipe();
        var request = TestCards.Request(5, deferred: true);
        using var message = CardMessages.Request(Second, request, card, repeat: false);

        var hex = Convert.ToHexString(Bytes(message, Second));

        Assert.Equal(
            "0100" + "723C448128C0800A"
            + "16" + TestCards.Visa + "000000" + "000000001234" + "0704203040" + "000005" + "130506" + "0704"
            + "3012"
            + "5812" + "0902" + "00" + "07" + "09876543" + "31" + "0" + TestCards.Visa + "D30121010000000"
            + Ascii("618520000005") + Ascii("T0000001") + Ascii("MERCHANT0000001") + Ascii("978")
            + "0011" + Ascii("00000010000") + "0015" + Ascii("T20260704110506"),
            hex);
    }

    [Fact]
    public void A_reversal_names_its_request_and_carries_no_track()
    {
        using var card = TestCards.Swipe();
        var reversal = new ReversalRequest(TestCards.Request(5), 6, TestCards.Sent.AddMinutes(1));
        using var message = CardMessages.Reversal(Simulated, reversal, card.Pan, card.Expiry, repeat: false);

        Assert.Equal("0420", message.Mti);
        Assert.Equal([2, 3, 4, 7, 11, 12, 13, 14, 18, 25, 32, 37, 41, 42, 49, 90], message.Fields);
        Assert.Equal(("000006", "0704203140"), (message.Get(11), message.Get(7)));
        Assert.Equal("618520000005", message.Get(37));
        Assert.Equal("0200" + "000005" + "0704203040" + "00000123456" + "00000000000", message.Get(90));
    }

    [Theory]
    [InlineData("same day", "0704", "2026-07-04", "2026-07-04")]
    [InlineData("next day", "0705", "2026-07-04", "2026-07-05")]
    [InlineData("last year at new year", "1231", "2027-01-01", "2026-12-31")]
    [InlineData("next year at new year's eve", "0101", "2026-12-31", "2027-01-01")]
    [InlineData("leap day", "0229", "2028-02-28", "2028-02-29")]
    [InlineData("no day of a year", "1332", "2026-07-04", null)]
    public void The_settlement_date_is_the_nearest_with_that_day(
        string name, string field15, string today, string? date)
    {
        var answer = new CardAnswer("0210", TestCards.Terminal, 1, null, "00", null, field15, null);
        var found = answer.SettlementDate(DateOnly.Parse(today, CultureInfo.InvariantCulture));
        Assert.True(found?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) == date, name);
    }

    [Fact]
    public void Totals_are_sent_with_their_net_and_read_back()
    {
        var totals = new SettlementTotals(new(10, 12_345), new(1, 1_000), new(2, 500), new(0, 0));
        using var message = Reconciliation.Request(
            Simulated, TestCards.Merchant, new DateOnly(2026, 7, 4), Currency.Parse("EUR"), totals, 9,
            TestCards.Sent, repeat: false);

        Assert.Equal("0500", message.Mti);
        Assert.Equal(("0704", "978"), (message.Get(15), message.Get(50)));
        Assert.Equal(("0000000010", "0000000000012345"), (message.Get(76), message.Get(88)));
        Assert.Equal("C0000000000010845", message.Get(97));
        message.Set(39, "00");
        message.Set(66, SettlementCode.InBalance);
        Assert.Equal(new ReconciliationAnswer("00", "1", totals), Reconciliation.TryRead(message));
    }

    [Theory]
    [InlineData("a binary field", 64)]
    [InlineData("a field of card data", 35)]
    public void A_table_that_cannot_be_sent_is_refused_at_start(string name, int field)
    {
        var profile = Simulated with { Fields = [new DialectField(field, "1", "1")] };
        Assert.True(profile.Faults().Count == 1, name);
        Assert.Throws<ArgumentException>(() => new AcquirerLink(
            profile, "127.0.0.1", 1, TimeProvider.System, new ListLogger<AcquirerLink>()));
    }

    [Fact]
    public void Repeats_wait_twice_as_long_each_time_up_to_a_bound()
    {
        var profile = Simulated with
        {
            RepeatIntervalMin = TimeSpan.FromSeconds(10), RepeatIntervalMax = TimeSpan.FromSeconds(60),
        };
        Assert.Equal(
            [10, 20, 40, 60, 60, 60],
            new[] { 1, 2, 3, 4, 5, 1_000 }.Select(n => (int)profile.RepeatDelay(n).TotalSeconds));
    }

    [Theory]
    [InlineData("approved", "00", CodeMeaning.Approved)]
    [InlineData("stolen", "43", CodeMeaning.DeclinedAndDenied)]
    [InlineData("no account", "46", CodeMeaning.DeclinedForGood)]
    [InlineData("no money", "51", CodeMeaning.DeclinedForNow)]
    [InlineData("a code nobody knows", "ZZ", CodeMeaning.DeclinedForNow)]
    [InlineData("a duplicate", "94", CodeMeaning.Unresolved)]
    public void Codes_are_sorted_by_what_they_mean(string name, string code, object meaning) =>
        Assert.True(ResponseCodes.Default.MeaningOf(code) == (CodeMeaning)meaning, name);

    [Fact]
    public void A_configured_code_overrules_the_table_and_a_bad_one_is_named()
    {
        Assert.True(ResponseCodes.TryParse("51=DeclinedForGood, 62=DeclinedAndDenied", out var codes, out _));
        Assert.Equal(CodeMeaning.DeclinedForGood, codes.MeaningOf("51"));
        Assert.Equal(CodeMeaning.Approved, codes.MeaningOf("00"));
        Assert.False(ResponseCodes.TryParse("51=DeclinedForGood,5=Approved", out _, out var fault));
        Assert.Contains("'5=Approved'", fault, StringComparison.Ordinal);
    }

    private static string Ascii(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));

    private static byte[] Bytes(Iso8583Message message, AcquirerProfile profile) =>
        Iso8583Codec.Encode(message, profile.Layout).Bytes!;
}
