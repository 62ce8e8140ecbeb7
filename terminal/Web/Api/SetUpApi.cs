using CloudPos.Terminal.Cli;

namespace CloudPos.Terminal.Web.Api;

/// <summary>First start: joining a merchant from the screen.</summary>
internal sealed class SetUpApi(TerminalContext context, Forwarding forwarding)
{
    private const int CodeLengthMax = 64;

    public void Map(ApiRoutes api)
    {
        api.Post(
            "/api/setup/enrol", UiJson.Default.EnrolBody, UiJson.Default.DoneDocument, Need.Nobody, Enrol);
        // Every call that may have written something wakes it; this one does nothing else.
        api.Post("/api/forward", UiJson.Default.DoneDocument, UiJson.Default.DoneDocument, Need.Cashier,
            (_, body) =>
            {
                forwarding.Wake();
                return body;
            });
        api.Get("/api/setup", UiJson.Default.SettingsDocument, Need.Cashier, _ => Settings());
    }

    private SettingsDocument Settings()
    {
        var store = context.Store;
        var enrolment = store.Enrolment;
        var (unsent, open) = (store.LastNumber - store.Acknowledged.Number, store.OpenAttempts.Count);
        return new SettingsDocument(
            enrolment?.BackOffice.ToString(), enrolment?.Terminal, enrolment?.Epoch, enrolment?.Merchant,
            enrolment?.Store, store.Settings, store.Policy, store.Staff.Count, unsent, open,
            unsent > 0 || open > 0)
        {
            Unsaved = store.LastNumber - Math.Max(store.SavedSealed, store.Acknowledged.Number),
        };
    }

    private async Task<ApiAnswer<DoneDocument>> Enrol(ApiCall call, EnrolBody body)
    {
        if (context.Store.Enrolment is not null)
            return ApiFault.Of(
                FaultCode.BadInput, "This terminal is enrolled already; end it first and use 'enrol'.");
        if (body.Code.Trim().Length is 0 or > CodeLengthMax)
            return ApiFault.Of(FaultCode.BadInput, "Type the one-time code from the back office.");
        // What has begun is brought to its end even when the screen goes.
        var joined = await Joining.Join(context, body.Url.Trim(), body.Code.Trim(), CancellationToken.None);
        forwarding.Wake();
        return joined.Answer is not null ? new DoneDocument()
            : ApiFault.Of(
                joined.Code == ExitCode.BadInput ? FaultCode.BadInput : FaultCode.BackOffice,
                joined.Sentence);
    }
}
