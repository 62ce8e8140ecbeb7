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

    /// <summary>Takes the parts one after the other, then what pays the rest.</summary>
    public async Task<SaleResult> Sell(
        SaleFlow sales, SaleRequest request, IReadOnlyList<string> parts, CancellationToken cancel)
    {
        if (parts.Count == 0)
            return await sales.Sell(request, cancel);
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
        return GivenUp(sales, paid, await sales.Sell(request with { Paid = paid }, cancel));
    }

    private static SaleResult GivenUp(SaleFlow sales, IReadOnlyList<Tender> paid, SaleResult result)
    {
        if (result.Status == SaleStatus.Completed || paid.Count == 0)
            return result;
        var unwritten = sales.GiveUp(paid, "the sale was not completed").Where(outcome => !outcome.IsStored);
        return result with
        {
            Sentences =
            [
                .. result.Sentences, "What other cards had paid for the sale is undone.",
                .. unwritten.Select(outcome => outcome.Sentence),
            ],
        };
    }
}
