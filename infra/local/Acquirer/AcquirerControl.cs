using CloudPos.Iso8583;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudPos.Local.Acquirer;

/// <summary>The control endpoint: what was remembered, and commands for the next request.</summary>
internal static class AcquirerControl
{
    public static void MapAcquirerControl(this WebApplication app, AcquirerDesk desk)
    {
        app.MapGet("/log", () => TypedResults.Ok(desk.Transactions()));
        app.MapGet("/totals", () => TypedResults.Ok(desk.AllTotals()));
        app.MapGet("/listing", (string merchant, string currency, DateOnly date) =>
            Listing(desk, merchant, currency, date));
        app.MapPost("/tamper", (TamperRequest request) => Tamper(desk, request));
        app.MapPost("/misbehave", (MisbehaveRequest request) => Misbehave(desk, request));
    }

    private static Results<ContentHttpResult, BadRequest<string>> Listing(
        AcquirerDesk desk, string merchant, string currency, DateOnly date) =>
        Currency.TryParse(currency, out var known)
            ? TypedResults.Text(desk.Listing(merchant, date, known), "text/csv")
            : TypedResults.BadRequest("A currency is three letters, such as EUR.");

    private static Results<NoContent, BadRequest<string>> Tamper(AcquirerDesk desk, TamperRequest request) =>
        desk.Tamper(request) is { } fault ? TypedResults.BadRequest(fault) : TypedResults.NoContent();

    private static Results<NoContent, BadRequest<string>> Misbehave(
        AcquirerDesk desk, MisbehaveRequest request)
    {
        var delay = TimeSpan.FromSeconds(request.Seconds);
        if (request.Next == MisbehaviourKind.Late && (delay <= TimeSpan.Zero || delay > Misbehaviour.LateMax))
            return TypedResults.BadRequest("Late takes 1 to 300 seconds.");
        var isDecline = request.Next == MisbehaviourKind.Decline;
        if (isDecline && (request.Code is not { Length: 2 } || request.Code == ResponseCode.Approved))
            return TypedResults.BadRequest("Decline takes a code of two characters that is not 00.");
        var command = new Misbehaviour(
            request.Next,
            request.Next == MisbehaviourKind.Late ? delay : default,
            isDecline ? request.Code : null);
        return desk.MisbehaveNext(command)
            ? TypedResults.NoContent()
            : TypedResults.BadRequest($"{AcquirerDesk.CommandsMax} commands are waiting already.");
    }
}
