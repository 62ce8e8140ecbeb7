using CloudPos.Local.Demo;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>Several cards in one sale: each pays a part, a declined one undoes none of the others.</summary>
[Collection(nameof(BrowserTests))]
public sealed class SeveralCardsTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task One_card_pays_a_part_another_is_declined_and_cash_pays_the_rest()
    {
        await using var till = await BrowserTill.Open(world);
        await PayPart(till);
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.Declined51}]").ClickAsync();
        await till.Sees(".refused h2", "The bank declined the card");
        await till.Sees(".owed", "€6.49");
        await till.Find("[data-way=Cash]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();

        await till.Sees(".sold", "€11.49");
        await Assertions.Expect(till.Find(".tenders li")).ToHaveCountAsync(2);
        await till.Sees(".tenders", "Approved online");
    }

    [Fact]
    public async Task What_a_card_paid_is_undone_when_the_customer_leaves()
    {
        await using var till = await BrowserTill.Open(world);
        await PayPart(till);
        await till.Go("sell");
        await till.Scan(Coffee);
        await till.Sees("#toast", "A card has paid a part");
        await till.Find("[data-key=pay]").ClickAsync();

        await till.Find("[data-key=giveup]").ClickAsync();
        await till.Find("dialog button.main").ClickAsync();

        await till.Sees(".owed", "€11.49");
        await Assertions.Expect(till.Find(".paid")).ToHaveCountAsync(0);
        await till.Go("payments");
        await till.Sees(".list.settled li", "Taken back");
    }

    [Fact]
    public async Task A_card_that_has_less_pays_what_it_has_and_the_screen_says_what_is_left()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.HasFive}]").ClickAsync();

        await till.Sees(".told", "The card paid 5.00 EUR, all that it has. 6.49 EUR are left to pay.");
        await till.Sees(".owed", "€6.49");
        await till.Sees(".paid", "€5.00");
        await Assertions.Expect(till.Find("#bar")).Not.ToContainTextAsync("not answer");
        await Look.At(till.Page, "pay-has-five");
        await till.Find("[data-key=exact]").ClickAsync();

        await till.Sees(".sold", "€11.49");
        await Assertions.Expect(till.Find(".tenders li")).ToHaveCountAsync(2);
        await till.Sees(".tenders", "€5.00");
    }

    private static async Task PayPart(BrowserTill till)
    {
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("input[name=part]").FillAsync("5");
        await till.Find(".partly button").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await till.Sees(".paid", "€5.00");
        await till.Sees(".owed", "€6.49");
        await Assertions.Expect(till.Find("#bar")).Not.ToContainTextAsync("not known");
        await Look.At(till.Page, "pay-part");
    }
}
