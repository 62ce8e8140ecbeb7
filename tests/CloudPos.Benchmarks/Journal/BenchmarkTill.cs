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
    /// <summary>A published test number.</summary>
    private const string Stripe = ";4242424242424242=29121010000000000000?";
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
        1, true, [Scheme.Visa], [EntryMode.Swipe],
        [new FloorLimit(null, null, new Money(1_000_00, Eur))],
        [new ExposureLimit(new Money(1_000_000_000_00, Eur), int.MaxValue)],
        [new PerCardLimit(new Money(1_000_000_000_00, Eur), int.MaxValue, 60)], 60_000, 3_000);

    public async Task SellByCard()
    {
        var result = await _flow.Sell(
            new SaleRequest(
                [.. SaleRows.Skus.Select(sku => new BasketItem(sku, 1))],
                [new TenderText(TenderKind.Card, null)], CardSource.FromTrack2(Stripe), "Kim", null),
            CancellationToken.None);
        if (result.Status != SaleStatus.Completed)
            throw new InvalidOperationException(string.Join(' ', result.Sentences));
    }

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
