using CloudPos.Journal;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.People;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

internal sealed record PeopleDocument(IReadOnlyList<PersonDocument> People);

internal sealed record PersonDocument(string Person, string Name, StaffRole Role);

/// <summary>Somebody and their PIN.</summary>
internal sealed record PinBody(string Person, string Pin)
{
    /// <summary>Without the PIN: it belongs into no log.</summary>
    public override string ToString() => Person;
}

/// <summary>Signing in, locking, and a manager's PIN for what a cashier may not do alone.</summary>
internal sealed class PeopleApi(TerminalContext context, Sessions sessions)
{
    public void Map(ApiRoutes api)
    {
        api.Get("/api/people", UiJson.Default.PeopleDocument, Need.Nobody, _ => new PeopleDocument(
            [.. context.Store.Staff.Select(one => new PersonDocument(one.Person, one.Name, one.Role))]));
        api.Post("/api/people/signin", UiJson.Default.PinBody, UiJson.Default.DoneDocument, Need.Nobody,
            (call, body) => sessions.SignIn(call.Http, body.Person, body.Pin) is { IsRight: false } wrong
                ? Refused(wrong)
                : new DoneDocument());
        api.Post("/api/people/lock", UiJson.Default.DoneDocument, UiJson.Default.DoneDocument, Need.Nobody,
            (_, body) =>
            {
                sessions.Lock();
                return body;
            });
        // The screen was touched: the call itself keeps the session.
        api.Post("/api/people/touch", UiJson.Default.DoneDocument, UiJson.Default.DoneDocument, Need.Cashier,
            (_, body) => body);
    }

    /// <summary>
    /// Whether what a cashier may not do alone may be done now: a manager is signed in, or one types a PIN,
    /// which is written down with both names before it counts.
    /// </summary>
    /// <returns>Null when it may.</returns>
    public FaultDocument? Approve(ApiCall call, PinBody? manager, OverrideSubject subject, Overrule what)
    {
        if (call.Who is { IsManager: true })
            return null;
        if (manager is null)
            return ApiFault.Of(FaultCode.ManagerNeeded, what.Sentence) with { Asked = what.Asked };
        var pin = context.Pins.CheckManager(manager.Person, manager.Pin);
        if (!pin.IsRight)
            return Refused(pin);
        var written = context.Store.RecordOverride(new Overridden(
            subject, what.Sale, call.Cashier, pin.Member!.Person, what.Limit, what.Figure));
        return written.IsStored ? null : ApiFault.Of(written);
    }

    public static FaultDocument Refused(PinResult pin) => ApiFault.Of(
        pin.Status == PinStatus.NotStored ? FaultCode.NotStored : FaultCode.BadInput, pin.Sentence);
}

/// <summary>What a manager is asked to let pass, and the figures that are written down with it.</summary>
internal sealed record Overrule(string Sentence, Id? Sale, long Limit, long Figure)
{
    /// <summary>The same for the manager's eyes, where the page does not know it itself.</summary>
    public AskedDocument? Asked { get; init; }
}
