using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// GET /api/line/{terminal}: a terminal whose line was down asks, every second or two, whether it is there
/// again. Reads nothing but what this process knows of the acquirers, so that many may ask.
/// </summary>
internal sealed class AskedLine(Acquirers acquirers)
{
    public Task<Answer> Get(Call call, CancellationToken cancel) => Task.FromResult(
        call.Route("terminal") == call.Terminal.Terminal
            ? Answer.Json(
                new LineAnswer(acquirers.IsAnswering(call.Terminal.Identity.Merchant)),
                WireJson.Default.LineAnswer)
            : Answer.Refuse(ProblemCode.Forbidden, "terminal", "A terminal asks for its own line only."));
}
