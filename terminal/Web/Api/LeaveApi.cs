using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <param name="Terminal">Its number, typed as a check.</param>
internal sealed record LeaveBody(string Terminal, bool Reset, PinBody? Manager = null);

/// <param name="Confirmation">What the back office gave for a sealed file.</param>
internal sealed record ConfirmBody(string Confirmation);

/// <summary>
/// Giving this terminal away: bringing what is not sent to the back office as a sealed file, taking its
/// confirmation back, signing out and reset. Nothing is lost by any of it, and a manager's PIN is asked for
/// even where a manager is signed in.
/// </summary>
internal sealed class LeaveApi(TerminalContext context, Leaving leaving)
{
    public const string FileEnding = ".cpsealed";

    private TerminalStore Store => context.Store;

    public void Map(ApiRoutes api)
    {
        api.Post("/api/leave", UiJson.Default.LeaveBody, UiJson.Default.DoneDocument, Need.Cashier, Leave);
        api.Raw("/api/leave/sealed", UiJson.Default.DoneDocument, Need.Cashier, Seal);
        api.Post(
            "/api/leave/confirm", UiJson.Default.ConfirmBody, UiJson.Default.ConfirmedDocument, Need.Cashier,
            Confirm);
    }

    private ApiAnswer<DoneDocument> Leave(ApiCall call, LeaveBody body)
    {
        if (Store.Enrolment is not { } enrolment)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        var how = body.Reset ? Departure.Reset : Departure.SignedOut;
        if (Leaving.Held(Store, how) is { } held)
            return ApiFault.Of(FaultCode.BadInput, held);
        if (!body.Terminal.Trim().Equals(enrolment.Terminal, StringComparison.OrdinalIgnoreCase))
            return ApiFault.Of(
                FaultCode.BadInput, $"Type the number of this terminal as a check: {enrolment.Terminal}.");
        if (Store.Staff.Count > 0)
        {
            if (body.Manager is not { } manager)
                return ApiFault.Of(FaultCode.ManagerNeeded, "A terminal is given away by a manager.");
            var pin = context.Pins.CheckManager(manager.Person, manager.Pin);
            if (!pin.IsRight)
                return PeopleApi.Refused(pin);
        }
        if (Store.TryLeave(store => Leaving.Held(store, how)) is { } meanwhile)
            return ApiFault.Of(FaultCode.BadInput, meanwhile);
        // The page is to hear of it before the program ends.
        call.Http.Response.OnCompleted(() =>
        {
            leaving.Ask(how);
            return Task.CompletedTask;
        });
        return new DoneDocument();
    }

    private async Task<ApiAnswer<DoneDocument>> Seal(ApiCall call)
    {
        if (SealedExport.Refuses(Store) is { } refusal)
            return ApiFault.Of(FaultCode.BadInput, refusal);
        // Whole in memory first, bounded: its name says what is in it, and a fault can still be said.
        using var file = new MemoryStream();
        var end = SealedExport.Write(Store, file);
        var response = call.Http.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition =
            $"attachment; filename=\"{Store.Enrolment!.Terminal}-{Store.Enrolment.Epoch}-entries-{end.First}-"
            + $"to-{end.Last}-for-the-back-office{FileEnding}\"";
        response.ContentLength = file.Length;
        file.Position = 0;
        await file.CopyToAsync(response.Body, call.Http.RequestAborted);
        return new DoneDocument();
    }

    private ApiAnswer<ConfirmedDocument> Confirm(ApiCall call, ConfirmBody body)
    {
        var outcome = Store.ApplyAcknowledgement(
            SealedExport.AcknowledgementIn(body.Confirmation), byHand: true);
        return outcome.Status switch
        {
            AcknowledgementStatus.NotSigned or AcknowledgementStatus.OtherJournal => ApiFault.Of(
                FaultCode.BadInput, "This is no confirmation of the back office for this terminal."),
            AcknowledgementStatus.Older => ApiFault.Of(
                FaultCode.BadInput, "The back office has confirmed more than this already."),
            _ when outcome.IsApplied => new ConfirmedDocument(Store.Acknowledged.Number, Store.LastNumber),
            _ => ApiFault.Of(FaultCode.NotStored, outcome.Sentence),
        };
    }
}
