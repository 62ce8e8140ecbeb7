using System.Text;
using CloudPos.Cards;
using CloudPos.Terminal.Risk;

namespace CloudPos.Tests.Terminal.Risk;

public class CardRulesTests
{
    [Theory]
    [InlineData("4242", "4242", true)]
    [InlineData("4000", "4241", false)]
    [InlineData("4243", "4999", false)]
    [InlineData("424242", "424299", true)]
    [InlineData("42424242", "42424242", true)]
    [InlineData("42424243", "42424299", false)]
    [InlineData("4000", "4999", true)]
    public void A_number_is_denied_when_it_begins_within_a_range(string from, string to, bool denied) =>
        Assert.Equal(denied, CardRules.IsInDeniedRange(
            [new DenyRange("9000", "9999"), new DenyRange(from, to)],
            Encoding.ASCII.GetBytes("4242424242424242")));

    [Theory]
    [InlineData("201", "2*1", true)]
    [InlineData("201", "1**", false)]
    [InlineData("601", "2**,6**", true)]
    [InlineData("201", "***", true)]
    [InlineData(null, "1**", true)]
    [InlineData("201", "", false)]
    public void A_service_code_is_allowed_by_one_of_the_patterns(string? told, string patterns, bool allowed)
    {
        ServiceCode? code = told is not null && ServiceCode.TryParse(told, out var read) ? read : null;

        Assert.Equal(allowed, CardRules.Allows(patterns.Split(','), code));
    }

    [Fact]
    public void A_policy_without_rules_denies_no_card()
    {
        Assert.False(CardRules.IsInDeniedRange(null, "4242424242424242"u8));
        Assert.True(CardRules.Allows(null, null));
    }
}
