using System.Security.Cryptography;
using CloudPos.Crypto;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class CardUseTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_card_is_recognised_by_its_tag_and_counted_over_the_window()
    {
        using var till = new TestTill();
        var tag = Tag();
        till.SellDeferred(300, tag);
        till.Clock.Advance(TimeSpan.FromMinutes(40));
        till.SellDeferred(400, tag);
        till.SellDeferred(999);

        Assert.Equal(new CardUse(TestTill.Euro(700), 2), Use(till, tag));
        till.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(new CardUse(TestTill.Euro(400), 1), Use(till, tag));
    }

    [Fact]
    public void A_card_that_was_approved_online_is_not_counted()
    {
        using var till = new TestTill();
        var tag = Tag();
        var attempt = till.Attempt(500, online: true, tag);

        till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online), attempt);

        Assert.Equal(0, Use(till, tag).Count);
    }

    [Fact]
    public void The_count_survives_a_restart_with_the_clock_set_back_a_day()
    {
        using var till = new TestTill();
        var tag = Tag();
        till.SellDeferred(300, tag);
        till.Close();
        till.Clock.SetWall(TestTill.Start.AddDays(-1));
        till.Open();

        Assert.Equal(1, Use(till, tag).Count);
        Assert.True(till.Store.Now >= TestTill.Start);
        till.SellDeferred(300, tag);
        Assert.Equal(new CardUse(TestTill.Euro(600), 2), Use(till, tag));
    }

    [Fact]
    public void A_clock_that_was_ahead_and_is_set_right_forgets_no_use()
    {
        using var till = new TestTill();
        var tag = Tag();
        till.Close();
        till.Clock.SetWall(TestTill.Start.AddDays(3));
        till.Open();
        till.SellDeferred(300, tag);

        // The back office answers: it is in truth three days earlier.
        Assert.True(till.Store.ApplyAcknowledgement(
            till.SignAcknowledgement(1, TestTill.Start.AddMinutes(1))).IsApplied);

        Assert.Equal(1, Use(till, tag).Count);
    }

    [Fact]
    public void A_clock_set_forward_while_offline_deletes_no_use()
    {
        using var till = new TestTill();
        till.Feed("1", new FeedRow(Policy: TestTill.Policy(windowMinutes: 60)));
        var tag = Tag();
        till.SellDeferred(300, tag);
        till.Close();
        till.Clock.SetWall(TestTill.Start.AddDays(3));
        till.Open();
        till.SellDeferred(300);

        Assert.True(till.Store.ApplyAcknowledgement(
            till.SignAcknowledgement(1, TestTill.Start.AddMinutes(1))).IsApplied);

        Assert.Equal(1, Use(till, tag).Count);
    }

    [Fact]
    public void A_voided_payment_still_counts_as_a_use_of_the_card()
    {
        using var till = new TestTill();
        var tag = Tag();
        var (_, sale, _) = till.SellDeferred(300, tag);

        till.Store.VoidSale(sale, "anna", "mistake");

        Assert.Equal(1, Use(till, tag).Count);
    }

    [Fact]
    public void Tags_and_uses_are_forgotten_when_the_window_has_passed_by_server_time()
    {
        using var till = new TestTill();
        till.Feed("1", new FeedRow(Policy: TestTill.Policy(windowMinutes: 60)));
        var tag = Tag();
        till.SellDeferred(300, tag);
        var token = Token(till, tag);
        till.Clock.Advance(Hour + TimeSpan.FromMinutes(1));

        till.Acknowledge(1);

        Assert.NotEqual(token, Token(till, tag));
        Assert.False(till.AnyFileContains(tag));
    }

    [Fact]
    public void After_a_key_change_both_keys_recognise_a_card_and_the_old_one_goes_with_its_tags()
    {
        using var till = new TestTill();
        till.Feed("1", new FeedRow(Policy: TestTill.Policy(windowMinutes: 60)));
        till.Clock.Advance(TimeSpan.FromDays(31) - TimeSpan.FromMinutes(30));
        var pan = "4111111111111111"u8.ToArray();
        var tags = Tags(till, pan);
        var attempt = till.Attempt(300, online: false);
        var token = till.Store.TokenOf(tags);
        var body = attempt.Body with { Card = attempt.Body.Card with { Token = token } };
        attempt = attempt with { Body = body, Tags = tags };
        till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Deferred), attempt);

        till.Clock.Advance(TimeSpan.FromMinutes(30));
        till.Acknowledge(1);
        var old = Assert.Single(till.Store.VelocityKeys, key => key.KeyId == 1);
        Assert.Equal([2L, 1L], till.Reopen().VelocityKeys.Select(key => key.KeyId));
        Assert.Equal(token, till.Store.TokenOf(Tags(till, pan)));

        till.Clock.Advance(TimeSpan.FromMinutes(2));
        till.Acknowledge(2);
        Assert.Equal([2L, 1L], till.Store.VelocityKeys.Select(key => key.KeyId));

        till.Clock.Advance(Hour);
        till.Acknowledge(3);
        Assert.Equal([2L], till.Store.VelocityKeys.Select(key => key.KeyId));
        Assert.NotEqual(token, till.Store.TokenOf(Tags(till, pan)));
        Assert.False(File.Exists(till.PathOf($"keys/velocity-{old.KeyId}.key")));
    }

    private static byte[] Tag() => RandomNumberGenerator.GetBytes(CardTag.VelocitySize);

    private static string Token(TestTill till, byte[] tag) =>
        till.Store.TokenOf([new VelocityTag(till.Store.VelocityKeys[0].KeyId, tag)]);

    private static VelocityTag[] Tags(TestTill till, byte[] pan) =>
        [.. till.Store.VelocityKeys.Select(key => key.TagOf(pan))];

    private static CardUse Use(TestTill till, byte[] tag) =>
        till.Store.CardUse(Token(till, tag), TestTill.Eur, Hour);
}
