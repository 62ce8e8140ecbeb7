using System.Text;
using CloudPos.Crypto;
using CloudPos.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Checkout;

public sealed class ReadySealsTests : IDisposable
{
    private const int Cards = 200;
    private static readonly byte[] Card = Encoding.ASCII.GetBytes("4242424242424242=29121010000000000000");
    private readonly SealingKeyPair _old = SealingKeyPair.Generate();
    private readonly SealingKeyPair _new = SealingKeyPair.Generate();
    private readonly ReadySeals _seals = new();

    public void Dispose()
    {
        _seals.Dispose();
        _old.Dispose();
        _new.Dispose();
    }

    [Fact]
    public void Every_card_is_sealed_under_an_exchange_of_its_own_and_opens_for_its_payment_alone()
    {
        var contexts = Enumerable.Range(0, Cards).Select(_ => Context("T0000001")).ToList();

        var envelopes = contexts.Select(context => _seals.Seal(_old.PublicKey, context, Card)).ToList();

        Assert.Equal(Cards, envelopes.Select(ExchangeOf).Distinct().Count());
        for (var card = 0; card < Cards; card++)
        {
            Assert.Equal(SealedCardResult.Opened, Open(_old, envelopes[card], contexts[card]));
            Assert.Equal(
                SealedCardResult.Damaged, Open(_old, envelopes[card], contexts[(card + 1) % Cards]));
        }
    }

    [Fact]
    public void Several_threads_never_share_an_exchange()
    {
        var contexts = Enumerable.Range(0, Cards).Select(_ => Context("T0000001")).ToList();
        var envelopes = new byte[Cards][];

        Parallel.For(0, Cards, i => envelopes[i] = _seals.Seal(_old.PublicKey, contexts[i], Card));

        Assert.Equal(Cards, envelopes.Select(ExchangeOf).Distinct().Count());
        Assert.All(
            Enumerable.Range(0, Cards),
            i => Assert.Equal(SealedCardResult.Opened, Open(_old, envelopes[i], contexts[i])));
    }

    [Fact]
    public void What_was_prepared_for_an_older_key_or_another_terminal_seals_nothing_any_more()
    {
        for (var round = 0; round < 20; round++)
            foreach (var (pair, terminal) in
                new[] { (_old, "T0000001"), (_new, "T0000001"), (_new, "T0000002") })
            {
                Prepare(pair, terminal);
                var context = Context(terminal);
                Assert.Equal(
                    SealedCardResult.Opened, Open(pair, _seals.Seal(pair.PublicKey, context, Card), context));
            }
    }

    [Fact]
    public void So_many_are_ready_as_the_bound_says_and_a_single_card_prepares_none()
    {
        _seals.Seal(_old.PublicKey, Context("T0000001"), Card);
        Assert.Equal(0, _seals.Ready);

        Prepare(_old, "T0000001");

        Assert.Equal(ReadySeals.ReadyMax, _seals.Ready);
        _seals.Dispose();
        Assert.Equal(0, _seals.Ready);
        var context = Context("T0000001");
        Assert.Equal(
            SealedCardResult.Opened, Open(_old, _seals.Seal(_old.PublicKey, context, Card), context));
        Assert.Equal(0, _seals.Ready);
    }

    [Fact]
    public void A_prepared_seal_seals_one_card_of_its_own_terminal()
    {
        using var prepared = new PreparedSeal(_old.PublicKey, Context("T0000001"));

        Assert.Throws<ArgumentException>(() => prepared.Seal(Context("T0000002"), Card));
        prepared.Seal(Context("T0000001"), Card);

        Assert.Throws<InvalidOperationException>(() => prepared.Seal(Context("T0000001"), Card));
    }

    /// <summary>Takes cards until the background has caught up; it does so behind the second one.</summary>
    private void Prepare(SealingKeyPair pair, string terminal)
    {
        _seals.Seal(pair.PublicKey, Context(terminal), Card);
        _seals.Seal(pair.PublicKey, Context(terminal), Card);
        SpinWait.SpinUntil(() => _seals.Ready == ReadySeals.ReadyMax, TimeSpan.FromMinutes(1));
    }

    private static SealContext Context(string terminal) => new(
        SealPurpose.Authorise, "MERCHANT0000001", terminal, Id.New(), new Money(12_34, Eur), 1_000);

    private static Currency Eur { get; } = Currency.Parse("EUR");

    private static string ExchangeOf(byte[] envelope) => Convert.ToHexString(envelope, 15, 32);

    private static SealedCardResult Open(SealingKeyPair pair, byte[] envelope, SealContext context)
    {
        var result = SealedCard.TryOpen(
            envelope, keyId => keyId == pair.KeyId ? pair : null, context, out var opened);
        if (result == SealedCardResult.Opened)
            Assert.Equal(Card, opened);
        return result;
    }
}
