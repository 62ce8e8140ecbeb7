using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Web.Api;

namespace CloudPos.Terminal.Cli;

/// <summary>product edit, product conflicts.</summary>
internal sealed class ProductVerbs(VerbHost host)
{
    private readonly Option<string> _sku = Text(
        "--sku", "The product's number; a new one makes a product.", isRequired: true);

    private readonly Option<string> _name = Text("--name", "Its name.");
    private readonly Option<string> _ean = Text("--ean", "Its barcode: 8 or 13 digits; \"\" for none.");
    private readonly Option<string> _category = Text("--category", "Its category.");
    private readonly Option<string> _price = Text("--price", "Its price, tax included: 2.80.");

    private readonly Option<int?> _tax = new("--tax")
    {
        Description = "Its tax in basis points: 700 is 7 %.", HelpName = "BP",
    };

    private readonly Option<bool?> _withdrawn = new("--withdrawn")
    {
        Description = "true takes it off sale, false puts it back.", HelpName = "BOOL",
    };

    private readonly Option<long?> _low = new("--low-at")
    {
        Description = "From this many pieces on stock is low; -1 for no figure.", HelpName = "N",
    };

    private readonly ApprovalOptions _approval = new();

    public Command Create()
    {
        var edit = new Verb(
            "edit", "Change a product, or make one; only what is given changes.",
            "product edit --data till1 --sku TEA --price 2.80",
            "product edit --data till1 --sku JAM --name Jam --price 3.90 --tax 700 --low-at 5 "
            + "--manager mia --manager-pin -")
        {
            host.Data, _sku, _name, _ean, _category, _price, _tax, _withdrawn, _low, host.Cashier,
            _approval.Manager, _approval.ManagerPin,
        };
        edit.SetAction(parse => host.OnTerminal(
            parse, context => _approval.NeedManager(context, parse) ?? Edit(context.Store, parse)));
        var conflicts = new Verb(
            "conflicts", "List edits that did not know of each other, with both values.",
            "product conflicts --data till1")
        {
            host.Data,
        };
        conflicts.SetAction(parse => host.OnTerminal(parse, context => Conflicts(context.Store)));
        return new Verb("product", "Change products without a line.") { edit, conflicts };
    }

    private VerbResult Edit(TerminalStore store, ParseResult parse)
    {
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        Money? price = null;
        if (parse.GetValue(_price) is { } text)
        {
            if (!AmountText.TryParse(text, enrolment.Currency, out var amount))
                return VerbResult.Error(ExitCode.BadInput, $"'{text}' is no price in {enrolment.Currency}.");
            price = amount;
        }
        var sku = parse.GetRequiredValue(_sku);
        var outcome = store.EditProduct(
            sku,
            new ProductFields(
                Masked(parse.GetValue(_name)), parse.GetValue(_ean), Masked(parse.GetValue(_category)), price,
                parse.GetValue(_tax), parse.GetValue(_withdrawn), parse.GetValue(_low)),
            CardScrubber.Mask(parse.GetValue(host.Cashier)!));
        if (!outcome.IsStored)
            return VerbResult.Error(outcome);
        var product = store.FindProduct(sku)!;
        return VerbResult.Done(
            $"{product.Sku}: {product.Name}, {product.Price}\n", new StockApi(store).DetailOf(product),
            ShopJson.Default.ProductDetailDocument);
    }

    private static VerbResult Conflicts(TerminalStore store)
    {
        var conflicts = store.ProductConflicts;
        return VerbResult.Done(
            string.Concat(conflicts.Select(one =>
                $"{one.Sku} {one.Field}: {one.Kept} ({EditMoment.TerminalOf(one.KeptMoment)}) holds, "
                + $"{one.Lost} ({EditMoment.TerminalOf(one.LostMoment)}) lost\n")),
            new ConflictsDocument(conflicts), ShopJson.Default.ConflictsDocument);
    }

    private static string? Masked(string? text) => text is null ? null : CardScrubber.Mask(text);

    private static Option<string> Text(string name, string description, bool isRequired = false) => new(name)
    {
        Description = description, HelpName = "TEXT", Required = isRequired,
    };
}
