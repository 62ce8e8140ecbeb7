using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Crypto;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// An enrolled terminal without a line, with a catalogue, a policy that accepts and a sealing key. Its
/// checkout is the real one; only the back office's signatures are made here.
/// </summary>
internal sealed class BenchmarkTill : IDisposable
{
    /// <summary>
    /// Published test numbers, tapped in turn: what one card has paid within the policy's window is added up
    /// for each sale, and no card at a counter pays thousands of times within it.
    /// </summary>
    private static readonly string[] Cards =
    [
        "4242424242424242", "4012888888881881", "4000056655665556", "4111111111111111", "4988438843884305",
        "5555555555554444", "2223003122003222", "5200828282828210", "5105105105105100", "5100290029002909",
        "5577000055770004",
    ];

    private int _sold;
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly JournalId Journal = new("BENCH001", 1);
    private readonly Es256Key _root = Es256Key.Generate();
    private readonly Es256Key _acknowledging = Es256Key.Generate();
    private readonly SealingKeyPair _sealing = SealingKeyPair.Generate();
    private readonly SaleFlow _flow;

    public BenchmarkTill(string folder)
    {
        var opened = TerminalStore.TryOpen(folder, TimeProvider.System);
        Store = opened.Store ?? throw new InvalidOperationException(opened.Sentence);
        Enrol();
        Must(Store.ApplyFeedPage(new FeedPage("1", false,
        [
            .. SaleRows.Skus.Select((sku, i) => new FeedRow(
                new Product(sku, $"400638133393{i}", sku, "all", new Money(6_66, Eur), 1900))),
            new FeedRow(Policy: Policy),
        ])));
        var line = new LineState(TimeProvider.System);
        line.Missing(LinePart.Line, "No line in a benchmark.");
        _flow = new SaleFlow(Store, line, null, new Lock());
    }

    public TerminalStore Store { get; }

    private static OfflinePolicy Policy => new(
        1, true, [Scheme.Visa, Scheme.Mastercard], [EntryMode.Swipe],
        [new FloorLimit(null, null, new Money(1_000_00, Eur))],
        [new ExposureLimit(new Money(1_000_000_000_00, Eur), int.MaxValue)],
        [new PerCardLimit(new Money(1_000_000_000_00, Eur), int.MaxValue, 60)], 60_000, 3_000);

    public async Task SellByCard()
    {
        var result = await _flow.Sell(
            new SaleRequest(
                [.. SaleRows.Skus.Select(sku => new BasketItem(sku, 1))],
                [new TenderText(TenderKind.Card, null)], CardSource.FromTrack2(Stripe()), "Kim", null),
            CancellationToken.None);
        if (result.Status != SaleStatus.Completed)
            throw new InvalidOperationException(string.Join(' ', result.Sentences));
    }

    private string Stripe() => $";{Cards[_sold++ % Cards.Length]}=29121010000000000000?";

    public void Dispose()
    {
        Store.Dispose();
        _root.Dispose();
        _acknowledging.Dispose();
        _sealing.Dispose();
    }

    private void Enrol()
    {
        using var key = Store.PrepareDeviceKey();
        var sealing = new PublishedKey(
            _sealing.KeyId, Convert.ToBase64String(_sealing.PublicKey.ToBytes()), DateTimeOffset.UnixEpoch,
            DateTimeOffset.MaxValue);
        var acknowledging = new PublishedKey(
            _acknowledging.Thumbprint, _acknowledging.PublicKey.Text, DateTimeOffset.UnixEpoch,
            DateTimeOffset.MaxValue);
        var keys = SignedDocument.Sign(_root, KeyList.Typ, JsonSerializer.SerializeToUtf8Bytes(
            new KeyList(1, [sealing], [acknowledging]), WireJson.Default.KeyList));
        var acknowledgement = SignedDocument.Sign(
            _acknowledging, Acknowledgement.Typ, JsonSerializer.SerializeToUtf8Bytes(
                new Acknowledgement(
                    Journal.Terminal, Journal.Epoch, 0, EntryHash.Genesis(Journal),
                    TimeProvider.System.GetUtcNow(), TerminalStanding.Active),
                WireJson.Default.Acknowledgement));
        Must(Store.Enrol(new Uri("https://localhost/"), new EnrolAnswer(
            Journal.Terminal, Journal.Epoch, "MERCHANT0000001", "store-1", "Corner Shop", ["1 High Street"],
            "EUR", _root.PublicKey.Text, keys, acknowledgement), "benchmark"));
    }

    private static void Must(WriteOutcome outcome)
    {
        if (!outcome.IsStored)
            throw new InvalidOperationException(outcome.Sentence);
    }
}
