using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Who may call a route.</summary>
internal enum Need
{
    /// <summary>Also before anybody has signed in.</summary>
    Nobody = 0,
    Cashier = 1,
    Manager = 2,
}

/// <summary>One call of a screen: the request, and who is signed in.</summary>
/// <param name="Who">Null where nobody has signed in and the route does not ask for it.</param>
internal sealed record ApiCall(HttpContext Http, Operator? Who)
{
    /// <summary>The name that goes into the entry.</summary>
    public string Cashier => Who?.Name ?? Operator.Nobody.Name;

    public string Query(string name) => Http.Request.Query[name].ToString();
}

/// <summary>
/// How a room offers its part of the API: JSON in, JSON out, types known at compile time, faults as one
/// document. GET changes nothing. A room has one class with one Map method; what it does there is a call of
/// the same code that its verb calls.
/// </summary>
/// <param name="said">What the terminal says, in the language of the screen that asks.</param>
internal sealed class ApiRoutes(
    IEndpointRouteBuilder app, Sessions sessions, Func<HttpRequest, Said> said, ILogger log)
{
    /// <summary>
    /// The largest document that a screen sends; one of unknown length is bounded by the server's own limit.
    /// </summary>
    public const int BodyBytesMax = 64 * 1024;

    public void Get<T>(string path, JsonTypeInfo<T> type, Need need, Func<ApiCall, ApiAnswer<T>> read)
        where T : class =>
        app.MapGet(path, Handler(need, type, call => Task.FromResult(read(call))));

    /// <summary>A route that waits for what is under way.</summary>
    public void Get<T>(string path, JsonTypeInfo<T> type, Need need, Func<ApiCall, Task<ApiAnswer<T>>> read)
        where T : class => app.MapGet(path, Handler(need, type, read));

    public void Post<TIn, TOut>(
        string path, JsonTypeInfo<TIn> input, JsonTypeInfo<TOut> output, Need need,
        Func<ApiCall, TIn, Task<ApiAnswer<TOut>>> act)
        where TIn : class
        where TOut : class => app.MapPost(path, Handler(need, output, async call =>
        {
            if (await Body(call.Http, input) is not { } body)
                return ApiFault.Of(FaultCode.BadInput, "The request is not what this route takes.");
            return await act(call, body);
        }));

    public void Post<TIn, TOut>(
        string path, JsonTypeInfo<TIn> input, JsonTypeInfo<TOut> output, Need need,
        Func<ApiCall, TIn, ApiAnswer<TOut>> act)
        where TIn : class
        where TOut : class =>
        Post(path, input, output, need, (call, body) => Task.FromResult(act(call, body)));

    /// <summary>A route that reads its body itself.</summary>
    public void Raw<T>(
        string path, JsonTypeInfo<T> type, Need need, Func<ApiCall, Task<ApiAnswer<T>>> act)
        where T : class => app.MapPost(path, Handler(need, type, act));

    private RequestDelegate Handler<T>(
        Need need, JsonTypeInfo<T> type, Func<ApiCall, Task<ApiAnswer<T>>> act)
        where T : class => http => Answer(http, need, type, act);

    private static async Task<T?> Body<T>(HttpContext http, JsonTypeInfo<T> type)
        where T : class
    {
        if (!http.Request.HasJsonContentType() || http.Request.ContentLength > BodyBytesMax)
            return null;
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, type, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task Answer<T>(
        HttpContext http, Need need, JsonTypeInfo<T> type, Func<ApiCall, Task<ApiAnswer<T>>> act)
        where T : class
    {
        ApiAnswer<T> answer;
        try
        {
            var who = sessions.Of(http);
            answer = Refuse(need, who) is { } refusal ? refusal : await act(new ApiCall(http, who));
        }
        catch (JournalUnreadableException damaged)
        {
            answer = ApiFault.Of(FaultCode.NotStored, damaged.Message);
        }
        catch (Exception bug) when (bug is not (OutOfMemoryException or OperationCanceledException))
        {
            // Its message may quote what was typed: only what kind it is, and where, is written down.
            UiLog.Failed(log, http.Request.Path, bug.GetType().Name, $"{bug.StackTrace}");
            answer = ApiFault.Of(FaultCode.Internal, $"An error in the program: {bug.GetType().Name}.");
        }
        // A route that reads its body itself may have answered with a file.
        if (!http.Response.HasStarted)
            await Write(http, answer, type);
    }

    private static FaultDocument? Refuse(Need need, Operator? who) =>
        need == Need.Nobody || who is { IsManager: true } || (need == Need.Cashier && who is not null) ? null
        : who is null ? ApiFault.Of(FaultCode.SignInNeeded, "Sign in with your PIN first.")
        : ApiFault.Of(FaultCode.ManagerNeeded, "This needs a manager.");

    private async Task Write<T>(HttpContext http, ApiAnswer<T> answer, JsonTypeInfo<T> type)
        where T : class
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        if (answer.Fault is { } fault)
            http.Response.StatusCode = ApiFault.StatusOf(fault.Code);
        var body = answer.Value is { } value
            ? JsonSerializer.SerializeToUtf8Bytes(value, type)
            : JsonSerializer.SerializeToUtf8Bytes(
                answer.Fault! with { Sentences = said(http.Request).Of(answer.Fault.Sentences) },
                UiJson.Default.FaultDocument);
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}

internal static partial class UiLog
{
    [LoggerMessage(3201, LogLevel.Error, "{Path} failed: {Kind}\n{Where}")]
    public static partial void Failed(ILogger log, string path, string kind, string where);
}
