using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// GET /api/line/{terminal}: a terminal whose line was down asks, every second or two, whether it is there
/// again. Reads nothing but what this process knows of the acquirer, so that many may ask.
/// </summary>
internal sealed class AskedLine(AcquirerLink link)
{
    public Task<Answer> Get(Call call, CancellationToken cancel) => Task.FromResult(
        call.Route("terminal") == call.Terminal.Terminal
            ? Answer.Json(new LineAnswer(link.IsAnswering), WireJson.Default.LineAnswer)
            : Answer.Refuse(ProblemCode.Forbidden, "terminal", "A terminal asks for its own line only."));
}
