using CloudPos.Cards;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Risk;

public class OfflineDecisionTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    /// <summary>A payment that every rule lets pass; each row below spoils one thing.</summary>
    internal static OfflineFacts Good { get; } = new(
        Eur(20_00),
        new OfflinePolicy(
            7, true,
            [Scheme.Visa, Scheme.Mastercard],
            [EntryMode.Chip, EntryMode.Contactless],
            [new(null, null, Eur(50_00)), new(null, EntryMode.Contactless, Eur(25_00)),
                new(Scheme.Mastercard, EntryMode.Chip, Eur(30_00))],
            [new(Eur(200_00), 10)],
            [new(Eur(60_00), 3, 60)],
            240, 3_000),
        new TerminalFacts(true, TerminalStanding.Active, true, true),
        new CardChecks(Scheme.Visa, EntryMode.Chip, false, true, false),
        new Exposure(Eur(100_00), 4),
        [new WindowUse(60, Eur(10_00), 1)],
        600);

    /// <summary>
    /// One row per reason: what spoils it, then the limit and the figure that the decision must show.
    /// </summary>
    private static readonly Row[] Rows =
    [
        new(DecisionReason.NotEnrolled,
            f => f with { Terminal = f.Terminal with { Enrolled = false } }, 0, 0),
        new(DecisionReason.Quarantined,
            f => f with { Terminal = f.Terminal with { Standing = TerminalStanding.Quarantined } }, 0, 0),
        new(DecisionReason.JournalDamaged,
            f => f with { Terminal = f.Terminal with { JournalSound = false } }, 0, 0),
        new(DecisionReason.OfflineSwitchedOff,
            f => f with { Policy = f.Policy with { Enabled = false } }, 0, 0),
        new(DecisionReason.ForceOfflineNotAllowed,
            f => f with { Behaviour = ApprovalBehaviour.ForceOffline }, 0, 0),
        new(DecisionReason.OnlineRequired,
            f => f with { Behaviour = ApprovalBehaviour.RequireOnline }, 0, 0),
        new(DecisionReason.NoSealingKey,
            f => f with { Terminal = f.Terminal with { HasSealingKey = false } }, 0, 0),
        new(DecisionReason.CurrencyNotAllowed,
            f => f with { Policy = f.Policy with { PerCardLimits = [] } }, 0, 0),
        new(DecisionReason.SchemeNotAllowed,
            f => f with { Card = f.Card with { Scheme = Scheme.Amex } }, 0, 0),
        new(DecisionReason.EntryModeNotAllowed,
            f => f with { Card = f.Card with { Mode = EntryMode.Fallback } }, 0, 0),
        new(DecisionReason.CardExpired, f => f with { Card = f.Card with { Expired = true } }, 0, 0),
        new(DecisionReason.ServiceCodeForbidsOffline,
            f => f with { Card = f.Card with { AllowsOffline = false } }, 0, 0),
        new(DecisionReason.ServiceCodeNotAllowed,
            f => f with { Card = f.Card with { ServiceCodeAllowed = false } }, 0, 0),
        new(DecisionReason.DenyListed, f => f with { Card = f.Card with { DenyListed = true } }, 0, 0),
        new(DecisionReason.InDeniedRange,
            f => f with { Card = f.Card with { InDeniedRange = true } }, 0, 0),
        new(DecisionReason.AtOrOverFloorLimit,
            f => f with { Policy = f.Policy with { FloorLimits = [new(null, null, Eur(20_00))] } },
            20_00, 20_00),
        new(DecisionReason.SplitSaleOverFloorLimit, f => f with { LatestOfCard = Eur(30_00) }, 50_00, 50_00),
        new(DecisionReason.RandomlySelected,
            f => f with { Draw = 25, Policy = f.Policy with { RandomSelections = [Selecting] } }, 25, 25),
        new(DecisionReason.CardCountReached, f => f with { CardUses = [new(60, Eur(10_00), 3)] }, 3, 3),
        new(DecisionReason.CardAmountReached,
            f => f with { CardUses = [new(60, Eur(40_01), 2)] }, 60_00, 60_01),
        new(DecisionReason.ExposureAmountReached,
            f => f with { Exposure = f.Exposure with { Amount = Eur(180_01) } }, 200_00, 200_01),
        new(DecisionReason.ExposureCountReached,
            f => f with { Exposure = f.Exposure with { Count = 10 } }, 10, 10),
        new(DecisionReason.OfflineTooLong, f => f with { OfflineSeconds = 240 * 60 + 1 }, 14_400, 14_401),
    ];

    private static RandomSelection Selecting => new(Eur(10_00), 10, 70, RefuseUnasked: true);

    public static TheoryData<DecisionReason> Refusals => [.. Rows.Select(row => row.Reason)];

    [Fact]
    public void A_payment_within_every_limit_is_accepted_with_the_figures_it_was_decided_on()
    {
        var decision = OfflineDecision.Decide(Good);

        Assert.Equal(
            new Decision(DecisionReason.Accepted, 7, 0, 0, Eur(100_00), 4, 600),
            decision with { Facts = null });
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_payment_is_refused_with_its_own_reason_and_figures(DecisionReason reason)
    {
        var row = Rows.Single(r => r.Reason == reason);

        var decision = OfflineDecision.Decide(row.Spoil(Good));

        Assert.Equal((reason, row.Limit, row.Figure), (decision.Reason, decision.Limit, decision.Figure));
        Assert.False(decision.IsAccepted);
    }

    [Fact]
    public void Every_reason_has_a_row_and_the_rows_stand_in_the_order_of_their_numbers()
    {
        var reasons = Enum.GetValues<DecisionReason>().Order().Where(r => r != DecisionReason.Accepted);

        Assert.Equal(reasons, Rows.Select(row => row.Reason));
    }

    [Fact]
    public void When_several_rules_say_no_the_first_is_the_reason()
    {
        // Spoiled from the last rule to the first: each new spoiling takes the reason over.
        var facts = Good;
        foreach (var row in Rows.Reverse())
        {
            facts = row.Spoil(facts);
            Assert.Equal(row.Reason, OfflineDecision.Decide(facts).Reason);
        }
    }

    [Theory]
    [InlineData("one cent below the floor limit", 49_99, 1_00, 1, 0, true)]
    [InlineData("at the floor limit", 50_00, 0_00, 0, 0, false)]
    [InlineData("a card's sum exactly at its limit", 20_00, 40_00, 2, 0, true)]
    [InlineData("the second use of three", 20_00, 1_00, 2, 0, true)]
    [InlineData("offline exactly as long as allowed", 20_00, 0_00, 0, 240 * 60, true)]
    public void A_limit_is_exact(
        string name, long amount, long usedAmount, int usedCount, int seconds, bool accepted)
    {
        var facts = Good with
        {
            Amount = Eur(amount), CardUses = [new(60, Eur(usedAmount), usedCount)], OfflineSeconds = seconds,
        };

        Assert.True(accepted == OfflineDecision.Decide(facts).IsAccepted, name);
    }

    [Fact]
    public void Exposure_may_reach_its_limit_and_not_pass_it()
    {
        var reaching = Good with { Exposure = new Exposure(Eur(180_00), 9) };

        Assert.True(OfflineDecision.Decide(reaching).IsAccepted);
    }

    [Theory]
    [InlineData(Scheme.Visa, EntryMode.Chip, 50_00, "only the general limit matches")]
    [InlineData(Scheme.Visa, EntryMode.Contactless, 25_00, "the mode's limit names more")]
    [InlineData(Scheme.Mastercard, EntryMode.Chip, 30_00, "scheme and mode name most")]
    public void The_floor_limit_that_names_most_wins(Scheme scheme, EntryMode mode, long limit, string why)
    {
        var facts = Good with { Amount = Eur(limit), Card = Good.Card with { Scheme = scheme, Mode = mode } };
        var below = facts with { Amount = Eur(limit - 1) };

        Assert.True(DecisionReason.AtOrOverFloorLimit == OfflineDecision.Decide(facts).Reason, why);
        Assert.True(DecisionReason.AtOrOverFloorLimit != OfflineDecision.Decide(below).Reason, why);
    }

    [Fact]
    public void Of_floor_limits_that_name_as_much_the_lowest_binds()
    {
        var limits = new FloorLimit[]
        {
            new(Scheme.Visa, null, Eur(40_00)),
            new(null, EntryMode.Chip, Eur(15_00)),
            new(null, null, Eur(5_00)),
        };

        var decision = OfflineDecision.Decide(WithFloors(limits));

        Assert.Equal((DecisionReason.AtOrOverFloorLimit, 15_00), (decision.Reason, decision.Limit));
    }

    [Fact]
    public void A_card_that_no_floor_limit_names_has_a_limit_of_zero()
    {
        var limits = new FloorLimit[] { new(Scheme.Mastercard, null, Eur(50_00)) };

        var decision = OfflineDecision.Decide(WithFloors(limits));

        Assert.Equal((DecisionReason.AtOrOverFloorLimit, 0L), (decision.Reason, decision.Limit));
    }

    [Fact]
    public void Each_window_of_the_per_card_limits_binds()
    {
        var facts = Good with
        {
            Policy = Good.Policy with { PerCardLimits = [new(Eur(60_00), 3, 60), new(Eur(90_00), 5, 1440)] },
            CardUses = [new(60, Eur(0), 0), new(1440, Eur(80_00), 2)],
        };

        var decision = OfflineDecision.Decide(facts);

        Assert.Equal((DecisionReason.CardAmountReached, 90_00L), (decision.Reason, decision.Limit));
    }

    [Theory]
    [InlineData("floor")]
    [InlineData("exposure")]
    [InlineData("per card")]
    public void A_currency_without_a_limit_of_each_kind_is_not_accepted(string missing)
    {
        var policy = missing switch
        {
            "floor" => Good.Policy with { FloorLimits = [] },
            "exposure" => Good.Policy with { ExposureLimits = [] },
            _ => Good.Policy with { PerCardLimits = [] },
        };

        Assert.Equal(
            DecisionReason.CurrencyNotAllowed, OfflineDecision.Decide(Good with { Policy = policy }).Reason);
    }

    [Fact]
    public void Limits_in_another_currency_do_not_help()
    {
        var dollar = Currency.Parse("USD");
        var facts = Good with
        {
            Amount = new Money(20_00, dollar), Exposure = new Exposure(Money.Zero(dollar), 0),
        };

        Assert.Equal(DecisionReason.CurrencyNotAllowed, OfflineDecision.Decide(facts).Reason);
    }

    [Fact]
    public void The_policy_that_holds_before_the_feed_brought_one_accepts_nothing() =>
        Assert.Equal(
            DecisionReason.OfflineSwitchedOff,
            OfflineDecision.Decide(Good with { Policy = OfflinePolicy.None }).Reason);

    [Fact]
    public void Each_reason_has_a_sentence_of_its_own_for_the_cashier()
    {
        foreach (var language in Texts.Languages)
        {
            var said = Said.In(language);
            var sentences = Enum.GetValues<DecisionReason>()
                .Select(reason => DecisionSentence.Of(reason, said)).ToArray();

            Assert.All(sentences, sentence => Assert.EndsWith(".", sentence));
            Assert.Equal(sentences.Length, sentences.Distinct().Count());
        }
    }

    private sealed record Row(
        DecisionReason Reason, Func<OfflineFacts, OfflineFacts> Spoil, long Limit, long Figure);

    private static OfflineFacts WithFloors(FloorLimit[] limits) =>
        Good with { Policy = Good.Policy with { FloorLimits = limits } };

    private static Money Eur(long minor) => new(minor, Euro);
}
