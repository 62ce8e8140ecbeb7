using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Recovery;

namespace CloudPos.Tests.Functions.Recovery;

public class RetryRulesTests
{
    private static readonly DateTimeOffset Declined = new(2026, 7, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Kept = Declined.AddDays(180);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 7)]
    public void Tries_follow_the_first_decline_after_a_day_three_and_seven(int tries, int days) =>
        Assert.Equal(Declined.AddDays(days), Next(CodeMeaning.DeclinedForNow, tries));

    [Fact]
    public void There_is_no_fourth_try() => Assert.Null(Next(CodeMeaning.DeclinedForNow, 3));

    [Theory]
    [InlineData(CodeMeaning.DeclinedForGood)]
    [InlineData(CodeMeaning.DeclinedAndDenied)]
    internal void A_decline_for_good_is_never_tried_again(CodeMeaning meaning) =>
        Assert.Null(Next(meaning, 0));

    [Fact]
    public void Nothing_is_planned_for_a_day_on_which_the_card_is_deleted() => Assert.Null(
        RetryRules.Default.Next(
            Scheme.Visa, CodeMeaning.DeclinedForNow, Declined, 0, [Declined], Declined.AddHours(23)));

    [Theory]
    [InlineData(Scheme.Visa, 20)]
    [InlineData(Scheme.Mastercard, 35)]
    [InlineData(Scheme.Amex, 20)]
    public void A_scheme_s_cap_within_thirty_days_ends_the_plan(Scheme scheme, int cap)
    {
        var asked = Enumerable.Range(0, cap).Select(i => Declined.AddHours(-12 * i)).ToArray();

        Assert.Null(RetryRules.Default.Next(
            scheme, CodeMeaning.DeclinedForNow, Declined, 0, asked, Kept));
        Assert.NotNull(RetryRules.Default.Next(
            scheme, CodeMeaning.DeclinedForNow, Declined, 0, asked[..(cap - 1)], Kept));
    }

    [Theory]
    [InlineData("24,72,168", 3)]
    [InlineData("1", 1)]
    [InlineData("none", 0)]
    public void Hours_are_read(string text, int count) =>
        Assert.Equal(count, RetryRules.Parse(text)!.Waits.Count);

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("24,24")]
    [InlineData("72,24")]
    [InlineData("721")]
    [InlineData("one day")]
    public void What_is_no_rising_row_of_hours_is_refused(string text) => Assert.Null(RetryRules.Parse(text));

    private static DateTimeOffset? Next(CodeMeaning meaning, int tries) =>
        RetryRules.Default.Next(Scheme.Visa, meaning, Declined, tries, [Declined], Kept);
}
