using CloudPos.Cards;
using CloudPos.Functions.Acquiring;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>Cards made from published test numbers, and requests for them.</summary>
internal static class TestCards
{
    public const string Visa = "4242424242424242";
    public const string Mastercard = "5555555555554444";
    public const string Terminal = "T0000001";
    public const string Merchant = "MERCHANT0000001";

    public static readonly DateTimeOffset Sale = new(2026, 7, 4, 13, 5, 6, TimeSpan.FromHours(2));
    public static readonly DateTimeOffset Sent = new(2026, 7, 4, 20, 30, 40, TimeSpan.Zero);

    public static CardData Swipe(string pan = Visa, string expiry = "3012") =>
        CardData.FromTrack2(Track2.TryParseText($";{pan}={expiry}1010000000?").Value!);

    public static CardRequest Request(int stan, long minor = 1234, bool deferred = false) => new(
        Merchant, Terminal, new Money(minor, Currency.Parse("EUR")), EntryMode.Swipe, stan,
        RetrievalReference.Of(Sent, stan), Sent, Sale, deferred);
}
