using CloudPos.Journal;
using CloudPos.Terminal.Cli;

namespace CloudPos.Terminal.Web.Api;

internal sealed record TrainingBody(PinBody? Manager = null);

/// <summary>
/// The way from the shop's screen into training. A manager opens it: goods that are "sold" there leave the
/// shop unpaid. The way back needs nobody.
/// </summary>
internal sealed class TrainingApi(TerminalContext context, PeopleApi people, Practice practice)
{
    public void Map(ApiRoutes api) => api.Post(
        "/api/training/begin", UiJson.Default.TrainingBody, UiJson.Default.DoneDocument, Need.Cashier, Begin);

    private async Task<ApiAnswer<DoneDocument>> Begin(ApiCall call, TrainingBody body)
    {
        if (context.Store.Enrolment is null)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        var overrule = new Overrule(
            "A manager lets somebody practise: nothing is sold there, and nothing is sent.", null, 0, 0);
        if (people.Approve(call, body.Manager, OverrideSubject.Training, overrule) is { } refused)
            return refused;
        return await practice.Begin(call.Http, call.Who?.Person) is { } fault
            ? ApiFault.Of(FaultCode.NotStored, fault)
            : new DoneDocument();
    }
}
