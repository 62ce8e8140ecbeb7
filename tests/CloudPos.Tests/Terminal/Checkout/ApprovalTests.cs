using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>Who approves a payment, and what of the policy comes to bear through a whole sale.</summary>
public sealed class ApprovalTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task A_sale_that_requires_the_issuer_is_not_accepted_without_him()
    {
        _shop.GoDown();
        var down = await Sell(new ApprovalOrder(ApprovalBehaviour.RequireOnline));
        var unanswered = new TestShop
        {
            Issuer = request => TestShop.Answer(request, AuthoriseResult.Unknown),
        };
        using (unanswered)
        {
            var silent = await Sell(new ApprovalOrder(ApprovalBehaviour.RequireOnline), unanswered);

            Assert.Equal(DecisionReason.OnlineRequired, down.Decision!.Reason);
            Assert.Equal(DecisionReason.OnlineRequired, silent.Decision!.Reason);
            // It may have been charged, so it is given up and undone.
            Assert.IsType<PaymentAbandoned>(unanswered.EntriesSince(0)[^1].Body);
        }
    }

    [Fact]
    public async Task Nobody_is_asked_for_a_sale_that_is_forced_offline_where_the_policy_allows_it()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1");
        var forced = new ApprovalOrder(ApprovalBehaviour.ForceOffline);

        var refused = await Sell(forced);
        _shop.SetPolicy(TestShop.Policy with { ForceOfflineAllowed = true });
        var sold = await Sell(forced);

        Assert.Equal(DecisionReason.ForceOfflineNotAllowed, refused.Decision!.Reason);
        Assert.Equal(Approval.Deferred, sold.Sale!.Tenders[0].Payment!.Approval);
        Assert.Empty(_shop.Asked);
    }

    [Fact]
    public async Task Who_chose_to_ask_nobody_is_told_to_ask_and_hears_of_no_line()
    {
        _shop.SetPolicy(TestShop.Policy with { ForceOfflineAllowed = true });

        var forced = await Sell(new ApprovalOrder(ApprovalBehaviour.ForceOffline), sku: "LAMP");
        _shop.GoDown();
        var down = await Sell(new ApprovalOrder(ApprovalBehaviour.PreferOnline), sku: "LAMP");

        Assert.Equal(DecisionReason.AtOrOverFloorLimit, forced.Decision!.Reason);
        Assert.Contains("let the issuer be asked", forced.Sentences[0]);
        Assert.Contains("while the line is down", down.Sentences[0]);
        foreach (var language in Texts.Languages)
        {
            var said = Said.In(language);
            Assert.All(
                said.Keys.Where(key => key.StartsWith("decision.forced.", StringComparison.Ordinal)),
                key => Assert.NotEqual(
                    said[key.Replace(".forced", "", StringComparison.Ordinal)], said[key]));
        }
    }

    [Fact]
    public async Task Small_amounts_are_accepted_offline_first_and_larger_ones_ask()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1");
        _shop.SetPolicy(TestShop.Policy with { OfflineFirstBelow = [TestShop.Euro(10_00)] });

        var tea = await _shop.SellByCard(sku: "TEA");
        var mug = await _shop.SellByCard(sku: "MUG");

        Assert.Equal(Approval.Deferred, tea.Sale!.Tenders[0].Payment!.Approval);
        Assert.Equal(Approval.Online, mug.Sale!.Tenders[0].Payment!.Approval);
        Assert.Single(_shop.Asked);
    }

    [Fact]
    public async Task What_the_policy_would_refuse_or_draws_for_the_issuer_is_asked_though_it_is_small()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1");
        var small = TestShop.Policy with { OfflineFirstBelow = [TestShop.Euro(10_00)] };
        _shop.SetPolicy(small with { Schemes = [CloudPos.Cards.Scheme.Mastercard] });
        var refused = await _shop.SellByCard(sku: "TEA");
        _shop.SetPolicy(small with { RandomSelections = [new(TestShop.Euro(1), 99, 99)] });
        var drawn = await _shop.SellByCard(sku: "TEA");

        Assert.All([refused, drawn], sale =>
            Assert.Equal(Approval.Online, sale.Sale!.Tenders[0].Payment!.Approval));
    }

    [Fact]
    public async Task A_manager_approves_between_the_two_limits_and_the_entry_names_who()
    {
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with
        {
            SecondLimits = [new FloorLimit(null, null, TestShop.Euro(80_00))],
            PerCardLimits = [new PerCardLimit(TestShop.Euro(500_00), 9, 60)],
        });

        var alone = await _shop.SellByCard(sku: "LAMP");
        var approved = await Sell(new ApprovalOrder(ApprovalBehaviour.PreferOnline, "mia"), sku: "LAMP");
        var needless = await Sell(
            new ApprovalOrder(ApprovalBehaviour.PreferOnline, "mia"), card: TestShop.MastercardStripe);

        Assert.True(alone.Decision!.ManagerMayApprove);
        Assert.Contains("A manager may approve it.", alone.Sentences);
        Assert.Equal("mia", approved.Sale!.Tenders[0].Payment!.Decision!.Approver);
        Assert.Null(needless.Sale!.Tenders[0].Payment!.Decision!.Approver);
    }

    [Fact]
    public async Task A_sale_split_in_two_meets_the_floor_limit_with_its_sum_until_the_minutes_have_passed()
    {
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with
        {
            SplitSaleMinutes = 10,
            FloorLimits = [new FloorLimit(null, null, TestShop.Euro(30_00))],
            PerCardLimits = [new PerCardLimit(TestShop.Euro(500_00), 9, 60)],
        });

        var first = await _shop.SellByCard();
        var other = await _shop.SellByCard(TestShop.MastercardStripe);
        var second = await _shop.SellByCard();
        _shop.Till.Clock.Advance(TimeSpan.FromMinutes(10));
        var later = await _shop.SellByCard();

        Assert.All([first, other, later], sale => Assert.Equal(SaleStatus.Completed, sale.Status));
        Assert.Equal(
            (DecisionReason.SplitSaleOverFloorLimit, 39_98),
            (second.Decision!.Reason, second.Decision.Figure));
    }

    [Fact]
    public async Task A_denied_range_and_a_service_code_refuse_a_card_that_the_entry_does_not_name()
    {
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with { DenyRanges = [new DenyRange("4200", "4299")] });
        var range = await _shop.SellByCard();
        _shop.SetPolicy(TestShop.Policy with { ServiceCodes = ["2**"] });
        var code = await _shop.SellByCard();

        Assert.Equal(DecisionReason.InDeniedRange, range.Decision!.Reason);
        Assert.Equal(DecisionReason.ServiceCodeNotAllowed, code.Decision!.Reason);
    }

    [Fact]
    public async Task A_policy_of_a_later_date_takes_effect_while_the_line_is_down_and_is_journalled()
    {
        _shop.GoDown();
        var stricter = TestShop.Policy with
        {
            Version = 91, From = _shop.Store.Now.AddHours(1),
            FloorLimits = [new FloorLimit(null, null, TestShop.Euro(5_00))],
        };
        _shop.Apply(new FeedRow(Plan: new PolicyPlan(9, [TestShop.Policy with { Version = 90 }, stricter])));

        var before = await _shop.SellByCard();
        _shop.Till.Clock.Advance(TimeSpan.FromHours(1));
        var after = await _shop.SellByCard(TestShop.MastercardStripe);
        _shop.Till.Close();
        _shop.Till.Clock.SetWall(Journal.TestTill.Start.AddDays(-1));
        _shop.Till.Open();
        var setBack = await _shop.SellByCard(TestShop.MastercardStripe);

        Assert.Equal(SaleStatus.Completed, before.Status);
        Assert.Equal(
            (DecisionReason.AtOrOverFloorLimit, 91L), (after.Decision!.Reason, after.Decision.PolicyVersion));
        Assert.Equal(91, setBack.Decision!.PolicyVersion);
        Assert.Equal(
            [90, 91], _shop.EntriesSince(0).Select(entry => entry.Body).OfType<PolicyApplied>()
                .Select(applied => applied.Policy.Version).TakeLast(2));
    }

    [Fact]
    public async Task The_cashier_is_warned_before_the_terminal_has_been_offline_too_long()
    {
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with { OfflineMinutesMax = 120, OfflineWarningMinutes = 30 });

        var early = await _shop.SellByCard();
        _shop.Till.Clock.Advance(TimeSpan.FromMinutes(100));
        var late = await _shop.SellByCard(TestShop.MastercardStripe);
        _shop.Till.Clock.Advance(TimeSpan.FromMinutes(21));
        var over = await _shop.SellByCard();

        Assert.Empty(early.Sentences);
        Assert.Contains("in 20 minutes", Assert.Single(late.Sentences));
        Assert.Equal(DecisionReason.OfflineTooLong, over.Decision!.Reason);
    }

    [Fact]
    public async Task What_is_at_risk_and_a_cards_count_survive_a_restart_with_the_clock_set_back_a_day()
    {
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with { ExposureLimits = [new(TestShop.Euro(50_00), 9)] });
        await _shop.SellByCard();
        await _shop.SellByCard();

        _shop.Till.Close();
        _shop.Till.Clock.SetWall(Journal.TestTill.Start.AddDays(-1));
        _shop.Till.Open();
        var sameCard = await _shop.SellByCard();
        var other = await _shop.SellByCard(TestShop.MastercardStripe);

        Assert.Equal(
            (DecisionReason.CardCountReached, 2L), (sameCard.Decision!.Reason, sameCard.Decision.Figure));
        Assert.Equal(
            (DecisionReason.ExposureAmountReached, 59_97L), (other.Decision!.Reason, other.Decision.Figure));
    }

    public void Dispose() => _shop.Dispose();

    private Task<SaleResult> Sell(
        ApprovalOrder order, TestShop? shop = null, string sku = "MUG", string card = TestShop.VisaStripe) =>
        (shop ?? _shop).Flow().Sell(
            new SaleRequest(
                [new BasketItem(sku, 1)], [new TenderText(TenderKind.Card, null)],
                CardSource.FromTrack2(card), "Kim", null)
            {
                Order = order,
            },
            CancellationToken.None);
}
