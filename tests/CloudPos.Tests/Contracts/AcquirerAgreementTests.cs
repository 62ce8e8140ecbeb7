using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Iso8583;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// The back office's line to the acquirer against the simulated acquirer: each side is tested on bytes of its
/// own, and here that they mean the same by them.
/// </summary>
public abstract class AcquirerAgreementTests : IAsyncLifetime
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-agreement-").FullName;

    /// <summary>A day that does not end while a test counts what was paid on it.</summary>
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    private readonly AcquirerProfile profile;
    private readonly Dialect dialect;

    private AcquirerHost acquirer = null!;
    private AcquirerLink link = null!;

    private AcquirerAgreementTests(AcquirerProfile profile, Dialect dialect)
    {
        this.dialect = dialect;
        this.profile = profile with
        {
            AnswerTimeout = TimeSpan.FromMinutes(5),
            ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
            ReconnectDelayMax = TimeSpan.FromMilliseconds(20),
        };
    }

    public sealed class InAscii() : AcquirerAgreementTests(AcquirerProfile.Simulated, Dialect.Ascii);

    public sealed class Packed() : AcquirerAgreementTests(AcquirerProfile.Packed, Dialect.Packed);

    public async ValueTask InitializeAsync()
    {
        var options = new AcquirerOptions(folder) { Dialect = dialect };
        acquirer = await AcquirerHost.StartAsync(options, time);
        link = new AcquirerLink(
            profile, "127.0.0.1", acquirer.Address.Port, TimeProvider.System,
            NullLogger<AcquirerLink>.Instance);
        link.Start();
        await PaymentWorld.Until(() => link.IsReady);
    }

    public async ValueTask DisposeAsync()
    {
        await link.DisposeAsync();
        await acquirer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_deferred_payment_is_approved_reversed_and_reconciled()
    {
        var kept = Payment(1, 1250);
        var undone = Payment(2, 500);
        var answer = await AskAsync(kept);
        Assert.Equal((dialect.Say("00"), 1250L), (answer.ResponseCode, answer.AmountMinor));
        Assert.NotNull(answer.AuthorisationCode);
        await AskAsync(undone);
        Assert.Equal(dialect.Say("00"), await ReverseAsync(undone));
        Assert.Equal(dialect.Say("25"), await ReverseAsync(Payment(9, 500)));

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var date = answer.SettlementDate(today)!.Value;
        var totals = new CloudPos.Functions.Acquiring.SettlementTotals(
            Debits: new(2, 1750), DebitReversals: new(1, 500), Credits: default, CreditReversals: default);
        Assert.Equal("1", (await ReconcileAsync(date, totals)).SettlementCode);
        var wrong = await ReconcileAsync(date, totals with { Debits = new(1, 1250) });
        Assert.Equal(("2", totals), (wrong.SettlementCode, wrong.Totals));
    }

    [Fact]
    public async Task A_repeat_brings_the_answer_that_never_came()
    {
        var payment = Payment(1, TestTable.CommandAmountMin + 400);
        using var message = Message(payment, repeat: false);
        using var givenUp = new CancellationTokenSource();
        using var http = new HttpClient();
        var asking = link.Ask(message, givenUp.Token);
        while (await http.GetStringAsync(new Uri($"{acquirer.ControlAddress}/log")) == "[]")
            await Task.Delay(10);
        await givenUp.CancelAsync();
        using var none = await asking;
        Assert.Equal(AnswerKind.Unknown, none.Kind);
        Assert.Equal(dialect.Say("00"), (await AskAsync(payment, repeat: true)).ResponseCode);
    }

    private CardRequest Payment(int stan, long minor)
    {
        var at = time.GetUtcNow();
        var reference = "6326121" + stan.ToString("D5", System.Globalization.CultureInfo.InvariantCulture);
        return new CardRequest(
            "MERCHANT0000001", "SHOP0001", new Money(minor, Euro), EntryMode.Swipe, stan, reference, at, at,
            IsDeferred: true);
    }

    private Iso8583Message Message(CardRequest payment, bool repeat)
    {
        using var track = Track2.TryParseText(";4242424242424242=49121010000000000?").Value!;
        using var card = CardData.FromTrack2(track);
        return CardMessages.Request(profile, payment, card, repeat);
    }

    private async Task<CardAnswer> AskAsync(CardRequest payment, bool repeat = false)
    {
        using var message = Message(payment, repeat);
        using var answer = await link.Ask(message, CancellationToken.None);
        return CardAnswer.TryRead(answer.Message!)!;
    }

    private async Task<string> ReverseAsync(CardRequest payment)
    {
        Assert.True(Pan.TryParse("4242424242424242", out var pan));
        using var owned = pan;
        Assert.True(Expiry.TryParseYymm("4912", out var expiry));
        var reversal = new ReversalRequest(payment, payment.Stan + 100, payment.TransmittedAt);
        using var message = CardMessages.Reversal(profile, reversal, pan, expiry, repeat: false);
        using var answer = await link.Ask(message, CancellationToken.None);
        return answer.Message!.Get(39)!;
    }

    private async Task<ReconciliationAnswer> ReconcileAsync(
        DateOnly date, CloudPos.Functions.Acquiring.SettlementTotals totals)
    {
        var now = time.GetUtcNow();
        using var message = Reconciliation.Request(
            profile, "MERCHANT0000001", date, Euro, totals, 900, now, repeat: false);
        using var answer = await link.Ask(message, CancellationToken.None);
        return Reconciliation.TryRead(answer.Message!)!;
    }
}
