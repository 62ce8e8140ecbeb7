using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>
/// An enrolled terminal with a catalogue, a policy and a sealing key, and an issuer that says what a test
/// wants.
/// </summary>
internal sealed class TestShop : IDisposable
{
    /// <summary>Published test cards; the stripes tell no chip, so they are plain swipes.</summary>
    public const string VisaStripe = ";4242424242424242=29121010000000000000?";
    public const string MastercardStripe = ";5555555555554444=29121010000000000000?";
    public const string AmexStripe = ";378282246310005=29121010000000000000?";
    public const string ExpiredStripe = ";4012888888881881=26021010000000000000?";
    public const string OnlineOnlyStripe = ";4111111111111111=29121210000000000000?";
    public const string DeniedStripe = ";4000056655665556=29121010000000000000?";

    public static readonly string[] Numbers =
    [
        "4242424242424242", "5555555555554444", "378282246310005", "4012888888881881", "4111111111111111",
        "4000056655665556",
    ];

    public static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly byte[] DenyKey = [.. Enumerable.Range(1, CardTag.KeySize).Select(i => (byte)i)];

    private readonly List<AuthoriseRequest> _asked = [];
    private long _version = 1;

    /// <param name="backOffice">Whom the terminal talks to; nobody answers there unless it is said.</param>
    /// <param name="now">Where the shop's clock starts; a fixed day unless it is said.</param>
    public TestShop(Uri? backOffice = null, DateTimeOffset? now = null)
    {
        Till = new TestTill(enrol: false);
        Till.Clock.Advance((now ?? TestTill.Start) - TestTill.Start);
        using (Till.Store.PrepareDeviceKey())
        {
            var answer = Till.BackOffice.Enrol(TestTill.Journal, Till.Clock.GetUtcNow());
            var enrolled = Till.Store.Enrol(backOffice ?? TestBackOffice.Address, answer, "test");
            Assert.True(enrolled.IsStored, enrolled.Sentence);
        }
        Apply(new FeedRow(Keys: Till.BackOffice.SignKeys(2, Publish(Sealing))));
        Apply(
            new FeedRow(new Product("TEA", "4006381333931", "Green tea", "food", Euro(3_49), 700)),
            new FeedRow(new Product("MUG", "4006381333948", "Mug", "household", Euro(19_99), 1900)),
            new FeedRow(new Product("LAMP", "4006381333955", "Lamp", "household", Euro(60_00), 1900)),
            new FeedRow(Deny: new DenyList(1, Convert.ToBase64String(DenyKey), [DenyTag(Numbers[5])])));
        SetPolicy(Policy);
    }

    public TestTill Till { get; }

    public SealingKeyPair Sealing { get; } = SealingKeyPair.Generate();

    public LineState Line => field ??= new LineState(Till.Clock);

    /// <summary>What the issuer was asked, in order.</summary>
    public IReadOnlyList<AuthoriseRequest> Asked => _asked;

    /// <summary>What the issuer answers; null where nobody can be asked.</summary>
    public Func<AuthoriseRequest, Reply<AuthoriseAnswer>>? Issuer { get; set; }

    public TerminalStore Store => Till.Store;

    public static OfflinePolicy Policy { get; } = new(
        1, true, [Scheme.Visa, Scheme.Mastercard], [EntryMode.Swipe, EntryMode.Chip],
        [new FloorLimit(null, null, Euro(50_00))], [new ExposureLimit(Euro(100_00), 4)],
        [new PerCardLimit(Euro(45_00), 2, 60)], 600, 3_000);

    public void SetPolicy(OfflinePolicy policy) =>
        Apply(new FeedRow(Policy: policy with { Version = ++_version }));

    public void Apply(params FeedRow[] rows)
    {
        var outcome = Till.Feed($"c{++_version}", rows);
        Assert.True(outcome.IsStored, outcome.Sentence);
    }

    public void GoDown() => Line.Missing(LinePart.Line, "No connection.");

    public SaleFlow Flow() => new(Store, Line, Issuer is null ? null : Ask, new Lock());

    /// <summary>Sells one mug (19.99) by card, unless something else is said.</summary>
    public Task<SaleResult> SellByCard(string stripe = VisaStripe, string sku = "MUG", string? cash = null) =>
        Flow().Sell(
            new SaleRequest(
                [new BasketItem(sku, 1)],
                cash is null
                    ? [new TenderText(TenderKind.Card, null)]
                    : [new TenderText(TenderKind.Cash, cash), new TenderText(TenderKind.Card, null)],
                CardSource.FromTrack2(stripe), "Kim", null),
            CancellationToken.None);

    public static Reply<AuthoriseAnswer> Answer(
        AuthoriseRequest request, AuthoriseResult result, string? code = null, string? authorisation = null)
    {
        var reference = authorisation is null ? null : "632620000001";
        return Reply<AuthoriseAnswer>.Answered(new AuthoriseAnswer(
            request.Payment, result, code, authorisation, reference, "As said."));
    }

    /// <summary>The entries behind a number, the shop's own set-up for instance.</summary>
    public IReadOnlyList<CloudPos.Journal.Entry> EntriesSince(long number) =>
        [.. Store.Entries(number + 1).Select(line => line.Entry!)];

    public static Money Euro(long minor) => new(minor, Eur);

    public void Dispose()
    {
        Till.Dispose();
        Sealing.Dispose();
    }

    private Task<Reply<AuthoriseAnswer>> Ask(
        AuthoriseRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        _asked.Add(request);
        return Task.FromResult(Issuer!(request));
    }

    public static PublishedKey Publish(SealingKeyPair pair) => new(
        pair.KeyId, Convert.ToBase64String(pair.PublicKey.ToBytes()), DateTimeOffset.UnixEpoch,
        DateTimeOffset.MaxValue);

    private static string DenyTag(string number) =>
        Convert.ToHexStringLower(CardTag.Deny(DenyKey, System.Text.Encoding.ASCII.GetBytes(number)));
}
