using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Terminal.Risk;

public class OfflineDecisionProperties
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly Gen<Money> Amounts = Gen.Long[0, 100].Select(minor => new Money(minor, Euro));
    private static readonly Gen<Scheme?> AnyScheme =
        Gen.OneOf<Scheme?>(null, Scheme.Visa, Scheme.Mastercard, Scheme.Amex);
    private static readonly Gen<EntryMode?> AnyMode =
        Gen.OneOf<EntryMode?>(null, EntryMode.Chip, EntryMode.Contactless, EntryMode.Swipe);

    /// <summary>Mostly good, so that enough payments come through to the limits.</summary>
    private static readonly Gen<bool> MostlyTrue = Gen.Frequency((9, true), (1, false));

    private static readonly Gen<OfflinePolicy> Policies = Gen.Select(
        MostlyTrue,
        Gen.Select(AnyScheme, AnyMode, Amounts, (s, m, a) => new FloorLimit(s, m, a)).Array[0, 4],
        Gen.Select(Amounts, Gen.Int[0, 9], (a, n) => new ExposureLimit(a, n)).Array[0, 2],
        Gen.Select(Amounts, Gen.Int[0, 9], Gen.Int[1, 3], (a, n, w) => new PerCardLimit(a, n, w)).Array[0, 2],
        Gen.Int[0, 9],
        (enabled, floors, exposures, cards, minutes) => new OfflinePolicy(
            1, enabled, [Scheme.Visa, Scheme.Mastercard], [EntryMode.Chip, EntryMode.Swipe],
            floors, exposures, cards, minutes, 3_000)
        {
            SecondLimits = [.. floors.Take(1).Select(f => f with { Amount = f.Amount + f.Amount })],
            RandomSelections = minutes % 2 == 0 ? [new(new Money(3, Euro), 10, 60, minutes % 4 == 0)] : null,
        });

    private static readonly Gen<OfflineFacts> Facts = Gen.Select(
        Policies,
        Gen.Long[1, 20],
        Gen.Select(AnyScheme, AnyMode, MostlyTrue, MostlyTrue, MostlyTrue,
            (s, m, fresh, offline, free) => new CardChecks(
                s ?? Scheme.Unknown, m ?? EntryMode.Unknown, !fresh, offline, !free)),
        Gen.Select(Gen.Long[0, 40], Gen.Int[0, 5], (a, n) => new Exposure(new Money(a, Euro), n)),
        Gen.Select(Gen.Long[0, 40], Gen.Int[0, 4]),
        Gen.Int[0, 600],
        (policy, amount, card, exposure, used, seconds) => new OfflineFacts(
            new Money(amount, Euro), policy, new TerminalFacts(true, TerminalStanding.Active, true, true),
            card, exposure, UsesOf(used.Item1, used.Item2), seconds)
        {
            // Taken from what is drawn already, so that every sample has some of each.
            LatestOfCard = used.Item2 > 2 ? new Money(used.Item1 + 1, Euro) : null,
            Draw = 1 + seconds % 99,
            Approver = seconds % 3 == 0 ? "mia" : null,
        });

    [Fact]
    public void What_is_accepted_is_within_every_limit()
    {
        var accepted = 0;
        Facts.Sample(
            facts =>
            {
                if (!OfflineDecision.Decide(facts).IsAccepted)
                    return;
                Interlocked.Increment(ref accepted);
                AssertHeld(facts);
            },
            iter: 200_000);

        Assert.True(accepted > 100, $"Only {accepted} samples were accepted, so little was checked.");
    }

    [Fact]
    public void What_an_entry_records_gives_the_same_decision_again() => Facts.Sample(
        facts =>
        {
            var decision = OfflineDecision.Decide(facts);
            var card = new CardFacts(facts.Card.Scheme, facts.Card.Mode, "4242", "00");
            var written = JsonSerializer.Serialize(new PaymentFailed(
                Id.New(), Id.New(), facts.Amount, card, null, decision));
            var read = JsonSerializer.Deserialize<PaymentFailed>(written)!.Decision!;

            var again = OfflineDecision.Decide(
                DecisionReplay.FactsOf(read, facts.Amount, card, facts.Policy)!);

            Assert.Equal(decision with { Facts = null }, again with { Facts = null });
        },
        iter: 20_000);

    private static WindowUse[] UsesOf(long amount, int count) =>
        [.. Enumerable.Range(1, 3).Select(window => new WindowUse(window, new Money(amount, Euro), count))];

    /// <summary>The limits said again, without the code under test.</summary>
    private static void AssertHeld(OfflineFacts facts)
    {
        var (policy, card, amount) = (facts.Policy, facts.Card, facts.Amount.Minor);
        Assert.True(policy.Enabled);
        Assert.Contains(card.Scheme, policy.Schemes);
        Assert.Contains(card.Mode, policy.Modes);
        Assert.True(card is { Expired: false, AllowsOffline: true, DenyListed: false });

        var matching = policy.FloorLimits
            .Where(l => (l.Scheme ?? card.Scheme) == card.Scheme && (l.Mode ?? card.Mode) == card.Mode)
            .OrderByDescending(l => (l.Scheme is null ? 0 : 1) + (l.Mode is null ? 0 : 1))
            .ThenBy(l => l.Amount.Minor);
        var sum = amount + (facts.LatestOfCard?.Minor ?? 0);
        var approvable = facts.Approver is not null && policy.SecondLimits!.Any(l => sum < l.Amount.Minor
            && (l.Scheme ?? card.Scheme) == card.Scheme && (l.Mode ?? card.Mode) == card.Mode);
        Assert.True(sum < matching.First().Amount.Minor || approvable);

        Assert.NotEmpty(policy.ExposureLimits);
        Assert.All(policy.ExposureLimits, limit =>
        {
            Assert.True(facts.Exposure.Amount.Minor + amount <= limit.Amount.Minor);
            Assert.True(facts.Exposure.Count + 1 <= limit.Count);
        });
        Assert.NotEmpty(policy.PerCardLimits);
        Assert.All(policy.PerCardLimits, limit =>
        {
            var use = facts.CardUses.Single(u => u.WindowMinutes == limit.WindowMinutes);
            Assert.True(use.Amount.Minor + amount <= limit.Amount.Minor);
            Assert.True(use.Count + 1 <= limit.Count);
        });
        Assert.True(facts.OfflineSeconds <= policy.OfflineMinutesMax * 60);
    }
}
