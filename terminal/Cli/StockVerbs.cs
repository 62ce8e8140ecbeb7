using System.CommandLine;
using System.Text;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>stock receive, count, waste, show; send, arrive, transfers.</summary>
internal sealed partial class StockVerbs(VerbHost host)
{
    private const int ReferenceLengthMax = 80;
    private const long QuantityMax = 1_000_000;

    private readonly Option<string[]> _lines = new("--line")
    {
        Description = "A product by SKU or barcode, and the quantity: TEAx24. Repeatable.",
        HelpName = "SKUxQTY",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _reference = new("--reference")
    {
        Description = "What it came with, a delivery note for instance.",
        HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    public Command Create()
    {
        var receive = new Verb(
            "receive", "Write down goods that came in.",
            "stock receive --data till1 --line TEAx24 --line MUGx6 --reference \"delivery 4711\"")
        {
            host.Data, _lines, _reference,
        };
        receive.SetAction(parse => host.OnTerminal(parse, context => Receive(context.Store, parse)));
        var count = new Verb(
            "count", "Write down what was counted: from now on that is the stock.",
            "stock count --data till1 --line TEAx22")
        {
            host.Data, _lines,
        };
        count.SetAction(parse => host.OnTerminal(parse, context => Count(context.Store, parse)));
        var show = new Verb("show", "Show what should lie on the shelf.", "stock show --data till1")
        {
            host.Data,
        };
        show.SetAction(parse => host.OnTerminal(parse, context => Show(context.Store)));
        return new Verb("stock", "Receive, count, write off, send or show goods.")
        {
            receive, count, Waste(), show, Send(), Arrive(), Transfers(),
        };
    }

    /// <summary>The goods in stock as the store tells them.</summary>
    public static IReadOnlyList<StockLineDocument> LinesOf(TerminalStore store) =>
        [.. store.Stock().Select(row => new StockLineDocument(row.Sku, row.Quantity))];

    private VerbResult Receive(TerminalStore store, ParseResult parse)
    {
        var reference = parse.GetValue(_reference)!;
        if (reference.Length > ReferenceLengthMax || reference.Any(char.IsControl))
            return VerbResult.Error(
                ExitCode.BadInput, $"A reference has at most {ReferenceLengthMax} characters.");
        return TryRead(store, parse, 1, out var lines) is { } wrong
            ? wrong
            : Tell(store, store.ReceiveStock(lines, CardScrubber.Mask(reference)), lines);
    }

    private VerbResult Count(TerminalStore store, ParseResult parse) =>
        TryRead(store, parse, 0, out var lines) is { } wrong
            ? wrong
            : Tell(store, store.CountStock(lines), lines);

    private static VerbResult Show(TerminalStore store)
    {
        var stock = LinesOf(store);
        var text = new StringBuilder();
        foreach (var line in stock)
            text.Append($"{line.Quantity,8}  {line.Sku}\n");
        return VerbResult.Done(text.ToString(), new StockDocument(stock), CliJson.Default.StockDocument);
    }

    private VerbResult? TryRead(
        TerminalStore store, ParseResult parse, long quantityMin, out IReadOnlyList<StockChange> lines)
    {
        var read = new List<StockChange>();
        var faults = new List<string>();
        foreach (var text in parse.GetRequiredValue(_lines))
        {
            var item = ItemText.Read(text, _ => null);
            if (item.Code == text)
                faults.Add($"'{text}' has no quantity: write SKUxQTY.");
            else if (store.FindProduct(item.Code) is not { } product)
                faults.Add($"No product has the SKU or barcode '{item.Code}'.");
            else if (item.Quantity < quantityMin || item.Quantity > QuantityMax)
                faults.Add($"The quantity of '{item.Code}' must be {quantityMin} to {QuantityMax}.");
            else
                read.Add(new StockChange(product.Sku, item.Quantity));
        }
        lines = read;
        return faults.Count == 0 ? null
            : store.Enrolment is null ? VerbResult.NotEnrolled(store)
            : VerbResult.Error(ExitCode.BadInput, faults);
    }

    private static VerbResult Tell(
        TerminalStore store, WriteOutcome outcome, IReadOnlyList<StockChange> lines)
    {
        if (!outcome.IsStored)
            return VerbResult.Error(outcome);
        var skus = lines.Select(line => line.Sku).Distinct();
        StockLineDocument[] now = [.. skus.Select(sku => new StockLineDocument(sku, store.Stock(sku)))];
        var text = string.Concat(now.Select(line => $"{line.Sku}: {line.Quantity} in stock\n"));
        return VerbResult.Done(
            text, new StockEntryDocument(outcome.Entry!.Header.Number, now),
            CliJson.Default.StockEntryDocument);
    }
}
