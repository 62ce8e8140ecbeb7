using System.CommandLine;
using CloudPos.Terminal.People;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>people: who works in the store, and whether a PIN is theirs.</summary>
internal sealed class PeopleVerbs(VerbHost host)
{
    private readonly Option<string> _person = new("--person")
    {
        Description = "Who it is; 'people list' names them.",
        HelpName = "PERSON",
        Required = true,
    };

    private readonly Option<string> _pin = new(PinArguments.Pin)
    {
        Description = "Their PIN; - reads it from standard input, where no other user can see it.",
        HelpName = "PIN",
        Required = true,
    };

    public Command Create()
    {
        var list = new Verb("list", "List who works in the store.", "people list --data till1")
        {
            host.Data,
        };
        list.SetAction(parse => host.OnTerminal(parse, context => List(context)));
        var check = new Verb(
            "check",
            "Check a person's PIN. Wrong ones are counted, and too many stop the asking for a while.",
            "people check --data till1 --person anna --pin -")
        {
            host.Data, _person, _pin,
        };
        check.SetAction(parse => host.OnTerminal(parse, context => Check(context, parse)));
        return new Command("people", "Who works in the store.") { list, check };
    }

    private static VerbResult List(TerminalContext context)
    {
        var (store, now) = (context.Store, context.Store.Now);
        PersonDocument[] people = [.. store.Staff.Select(member => new PersonDocument(
            member.Person, member.Name, member.Role,
            store.PinFailuresOf(member.Person) is { } failures && failures.Until > now
                ? failures.Until
                : null))];
        var text = people.Length == 0
            ? "The back office has named no staff for this store.\n"
            : string.Concat(people.Select(person => $"{person.Person,-16}  {person.Role,-8}  {person.Name}"
                + $"{(person.LockedUntil is { } until ? $"  locked until {until:HH:mm:ss}Z" : "")}\n"));
        return VerbResult.Done(text, new PeopleDocument(people), CliJson.Default.PeopleDocument);
    }

    private VerbResult Check(TerminalContext context, ParseResult parse)
    {
        var result = context.Pins.Check(parse.GetRequiredValue(_person), parse.GetRequiredValue(_pin));
        return result is { IsRight: true, Member: { } member }
            ? VerbResult.Done(
                $"{member.Name}, {member.Role}\n",
                new PersonDocument(member.Person, member.Name, member.Role, null),
                CliJson.Default.PersonDocument)
            : VerbResult.Error(
                result.Status == PinStatus.NotStored ? ExitCode.NotStored : ExitCode.NotPermitted,
                result.Sentence);
    }
}

/// <summary>people list.</summary>
internal sealed record PeopleDocument(IReadOnlyList<PersonDocument> People);

/// <param name="LockedUntil">Until when no PIN of theirs is looked at; left out when one is.</param>
internal sealed record PersonDocument(
    string Person, string Name, StaffRole Role, DateTimeOffset? LockedUntil);
