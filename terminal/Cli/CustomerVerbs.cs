using System.CommandLine;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Web.Api;

namespace CloudPos.Terminal.Cli;

/// <summary>customer add, find, erase, points.</summary>
internal sealed class CustomerVerbs(VerbHost host)
{
    private readonly Option<string> _name = new("--name")
    {
        Description = "Their name.", HelpName = "TEXT", Required = true,
    };

    private readonly Option<string?> _email = new("--email")
    {
        Description = "Their address.", HelpName = "TEXT",
    };

    private readonly Option<string?> _phone = new("--telephone")
    {
        Description = "Their telephone.", HelpName = "TEXT",
    };

    private readonly Option<string?> _card = new("--card")
    {
        Description = "The number of their customer card; never a payment card.", HelpName = "TEXT",
    };

    private readonly Option<string> _text = new("--text")
    {
        Description = "Words of name, address, telephone or card; all when left out.", HelpName = "TEXT",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _customer = new("--customer")
    {
        Description = "Who: an id that 'customer find' shows.", HelpName = "ID", Required = true,
    };

    private readonly Option<long> _points = new("--points")
    {
        Description = "Points to give; negative to take.", HelpName = "N", Required = true,
    };

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why.", HelpName = "TEXT", Required = true,
    };

    private readonly ApprovalOptions _approval = new();

    public Command Create()
    {
        var add = new Verb(
            "add", "Add a customer.",
            "customer add --data till1 --name \"Ida Example\" --email ida@example.com")
        {
            host.Data, _name, _email, _phone, _card, host.Cashier,
        };
        add.SetAction(parse => host.OnTerminal(parse, context => Add(context.Store, parse)));
        var find = new Verb("find", "Find customers.", "customer find --data till1 --text ida")
        {
            host.Data, _text,
        };
        find.SetAction(parse => host.OnTerminal(
            parse, context => Tell(context.Store, context.Store.FindCustomers(parse.GetValue(_text)!))));
        var erase = new Verb(
            "erase", "Forget a customer: here at once, everywhere when it has arrived.",
            "customer erase --data till1 --customer 0123456789abcdef0123456789abcdef")
        {
            host.Data, _customer, host.Cashier, _approval.Manager, _approval.ManagerPin,
        };
        erase.SetAction(parse => host.OnTerminal(parse, context => OnCustomer(parse, context, id =>
            context.Store.EraseCustomer(id, CashierOf(parse)))));
        var points = new Verb(
            "points", "Give or take points by hand.",
            "customer points --data till1 --customer 0123456789abcdef0123456789abcdef --points 50 "
                + "--reason sorry")
        {
            host.Data, _customer, _points, _reason, host.Cashier, _approval.Manager, _approval.ManagerPin,
        };
        points.SetAction(parse => host.OnTerminal(parse, context => OnCustomer(parse, context, id =>
            context.Store.AdjustPoints(
                id, parse.GetRequiredValue(_points), CardScrubber.Mask(parse.GetRequiredValue(_reason)),
                CashierOf(parse)))));
        return new Verb("customer", "Customers and their points.") { add, find, erase, points };
    }

    private VerbResult Add(TerminalStore store, ParseResult parse)
    {
        var id = Id.New();
        var data = new CustomerData(
            CardScrubber.Mask(parse.GetRequiredValue(_name)), Masked(parse.GetValue(_email)),
            Masked(parse.GetValue(_phone)), Masked(parse.GetValue(_card)));
        var outcome = store.WriteCustomer(id, data, CashierOf(parse));
        return outcome.IsStored ? Tell(store, [store.FindCustomer(id)!]) : VerbResult.Error(outcome);
    }

    private VerbResult OnCustomer(ParseResult parse, TerminalContext context, Func<Id, WriteOutcome> act)
    {
        var store = context.Store;
        if (_approval.NeedManager(context, parse) is { } refused)
            return refused;
        if (!Id.TryParse(parse.GetRequiredValue(_customer), out var id))
            return VerbResult.Error(ExitCode.BadInput, "A customer's id is 32 hexadecimal digits.");
        var outcome = act(id);
        return outcome.IsStored
            ? Tell(store, store.FindCustomer(id) is { } customer ? [customer] : [])
            : VerbResult.Error(outcome);
    }

    private static VerbResult Tell(TerminalStore store, IReadOnlyList<Customer> customers) => VerbResult.Done(
        string.Concat(customers.Select(one =>
            $"{one.Id}  {one.Points,8} points  {one.Data.Name}{(one.Points < 0 ? "  OVERDRAWN" : "")}\n")),
        new CustomersDocument([.. customers.Select(new CustomerApi(store).DocumentOf)]),
        ShopJson.Default.CustomersDocument);

    private string CashierOf(ParseResult parse) => CardScrubber.Mask(parse.GetValue(host.Cashier)!);

    private static string? Masked(string? text) => text is null ? null : CardScrubber.Mask(text);
}
