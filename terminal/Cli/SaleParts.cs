using System.CommandLine;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;

namespace CloudPos.Terminal.Cli;

/// <summary>Several cards for one sale: the option of a verb that sells, and what it does.</summary>
internal sealed class SaleParts(VerbHost host)
{
    public Option<string[]> Option { get; } = new("--part")
    {
        Description = "A part that another card pays first: 20.00:FILE. Repeatable; --pay pays the rest. "
            + "When the sale is not completed, the parts are given up.",
        HelpName = "AMOUNT:FILE",
    };

    public Option<bool> RestInCash { get; } = new("--rest-in-cash")
    {
        Description = "Where a card has less than it is asked for, cash pays what is left. Else what it paid "
            + "is given back.",
    };

    /// <summary>Takes the parts one after the other, then what pays the rest.</summary>
    public async Task<SaleResult> Sell(
        SaleFlow sales, SaleRequest request, IReadOnlyList<string> parts, bool restInCash,
        CancellationToken cancel)
    {
        request = request with { Sale = Id.New() };
        var paid = new List<Tender>();
        foreach (var text in parts)
        {
            var result = text.Split(':', 2) is [var amount, { Length: > 0 } file]
                ? await sales.Sell(
                    request with
                    {
                        Tenders = [new TenderText(TenderKind.Card, amount)],
                        Card = CardSource.FromFile(host.PathOf(file)),
                        Paid = [.. paid],
                        IsPart = true,
                        Tip = null,
                    },
                    cancel)
                : SaleResult.BadInput($"'{text}' is no part: say an amount and a card file, 20.00:FILE.");
            if (result.Part is not { } part)
                return GivenUp(sales, paid, result);
            paid.Add(part);
        }
        var last = await sales.Sell(request with { Paid = [.. paid] }, cancel);
        if (last.Part is not { } less)
            return GivenUp(sales, paid, last);
        // A card that had less than the rest: cash pays what is left, where that was said before.
        paid.Add(less);
        return restInCash
            ? GivenUp(sales, paid, await sales.Sell(
                request with
                {
                    Tenders = [new TenderText(TenderKind.Cash, null)], Card = null, Paid = [.. paid],
                    Tip = null,
                },
                cancel))
            : GivenUp(sales, paid, last);
    }

    /// <summary>A sale that a card has paid in part only, and nobody pays the rest of.</summary>
    public static SaleResult GivenUp(SaleFlow sales, SaleResult result) =>
        result.Part is { } part ? GivenUp(sales, [part], result) : result;

    private static SaleResult GivenUp(SaleFlow sales, IReadOnlyList<Tender> paid, SaleResult result)
    {
        if (result.Status == SaleStatus.Completed || paid.Count == 0)
            return result;
        var unwritten = sales.GiveUp(paid, "the sale was not completed").Where(outcome => !outcome.IsStored);
        return result with
        {
            Sentences =
            [
                .. result.Sentences, "What cards had paid for the sale is undone.",
                .. unwritten.Select(outcome => outcome.Sentence),
            ],
        };
    }
}
