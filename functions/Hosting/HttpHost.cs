using System.Buffers;
using System.Globalization;
using CloudPos.Functions.Tables;
using CloudPos.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Serves the table's HTTP functions: bounds the body, authenticates, calls, and turns every refusal and
/// every fault into a <see cref="Problem"/>. No answer ever shows a stack trace; what failed unexpectedly is
/// in the log.
/// </summary>
internal sealed partial class HttpHost(
    TerminalAuthentication terminals, PeopleAuthentication people, BackOfficeOptions options,
    TimeProvider time, ILogger<HttpHost> log)
{
    /// <summary>Beyond any function's bound; Kestrel ends the connection there.</summary>
    public const int BodyBytesMax = 33 * 1024 * 1024;

    private const int FirstBytesMax = 64 * 1024;

    public void Map(WebApplication app, FunctionTable functions)
    {
        app.Use(StampTime);
        foreach (var function in functions.All.OfType<HttpFunction>())
        {
            var handler = function.Handler(app.Services);
            app.MapMethods(function.Route, [function.Method], context => Run(function, handler, context));
        }
        app.MapFallback("{*path}", context => Write(context, Answer.NotFound("such resource")));
    }

    /// <summary>
    /// Server time on every answer, refusals included: a terminal sets its clock right by it.
    /// </summary>
    private Task StampTime(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[WireContract.TimeHeader] =
                time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private async Task Run(HttpFunction function, HttpHandler handler, HttpContext context)
    {
        var answer = await Answered(function, handler, context);
        if (answer is not null)
            await Write(context, answer);
    }

    /// <summary>Null when the caller has gone.</summary>
    private async Task<Answer?> Answered(HttpFunction function, HttpHandler handler, HttpContext context)
    {
        try
        {
            return await Invoke(function, handler, context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (TablesUnavailableException busy)
        {
            return Answer.Refuse(
                new Problem(ProblemCode.Busy, null, "Not now; come back later."), busy.After);
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(function.BodyBytesMax);
        }
        catch (BadHttpRequestException)
        {
            return Answer.Refuse(ProblemCode.Malformed, null, "The request is not readable as HTTP.");
        }
        catch (Exception fault)
        {
            LogFailed(fault, function.Name);
            return Answer.Refuse(ProblemCode.Internal, null, "Something went wrong here; the log has it.");
        }
    }

    private async Task<Answer> Invoke(HttpFunction function, HttpHandler handler, HttpContext context)
    {
        // The Functions host looks whether the program lives under an address of its own.
        bool isLook = function.Route == "/" && options.FunctionsHostPort is not null;
        if (!isLook && !options.Serves(context.Request.Host))
            return Answer.Refuse(
                ProblemCode.Malformed, "Host", "This is not one of the hosts that are served here.");
        if (context.Request.ContentLength > function.BodyBytesMax)
            return TooLarge(function.BodyBytesMax);
        // Who a person is stands in a header, so what a stranger sends is not kept. A terminal signs it.
        var (person, stranger) = function.Access is Access.APerson wanted
            ? await people.Authenticate(context, wanted)
            : (null, null);
        if (stranger is not null)
            return Refused(function, context, stranger);
        if (await ReadBody(context, function.BodyBytesMax) is not { } body)
            return TooLarge(function.BodyBytesMax);
        var (caller, refused) = function.Access is Access.ATerminal terminal
            ? await terminals.Authenticate(context, body, terminal, context.RequestAborted)
            : (null, null);
        if (refused is not null)
            return Refused(function, context, refused);
        var request = context.Request;
        var route = request.RouteValues.ToDictionary(part => part.Key, part => part.Value as string ?? "");
        var query = request.Query.ToDictionary(part => part.Key, part => part.Value.ToString());
        var call = new Call(route, query, body)
        {
            ContentType = request.ContentType,
            ContentEncoding = request.Headers.ContentEncoding,
            Caller = caller,
            Person = person,
            Address = AddressOf(context),
            Languages = request.Headers.AcceptLanguage.ToString(),
        };
        return await handler(call, context.RequestAborted);
    }

    private Answer Refused(HttpFunction function, HttpContext context, Problem problem)
    {
        LogRefused(function.Name, problem.Code, problem.Field, context.Connection.RemoteIpAddress);
        return Answer.Refuse(problem);
    }

    /// <summary>
    /// Who calls, for limits alone. What stands before the Functions host adds the caller's address at the
    /// end of X-Forwarded-For; nowhere else is that header believed.
    /// </summary>
    private string AddressOf(HttpContext context)
    {
        var named = options.FunctionsHostPort is null
            ? null
            : context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        return named is { Length: > 0 and < 64 } ? named : $"{context.Connection.RemoteIpAddress}";
    }

    /// <summary>Null when it is longer than the bound.</summary>
    internal static async Task<byte[]?> ReadBody(HttpContext context, int bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
            return null;
        // What is announced is not reserved before it comes. What fits is held in one place.
        var body = new ArrayBufferWriter<byte>(
            (int)Math.Min(context.Request.ContentLength ?? bytesMax, FirstBytesMax) + 1);
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(body.GetMemory(), context.RequestAborted);
            if (read == 0)
            {
                var all = body.WrittenSpan.ToArray();
                // Zeroes what it held: what a customer typed is not to lie about in two places.
                body.Clear();
                return all;
            }
            body.Advance(read);
            if (body.WrittenCount > bytesMax)
                return null;
        }
    }

    private static Answer TooLarge(int bytesMax) => Answer.Refuse(
        ProblemCode.TooLarge, null, $"The body is longer than {bytesMax} bytes.");

    private static async Task Write(HttpContext context, Answer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.MediaType;
        response.ContentLength = answer.Body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (answer.RetryAfter is { } after)
            response.Headers.RetryAfter =
                Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (answer.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = WireContract.TerminalScheme + ", Bearer";
        // A body that was refused unread would be read to its end before the next request; better to hang up.
        if (answer.Status == StatusCodes.Status413PayloadTooLarge)
            response.Headers.Connection = "close";
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    [LoggerMessage(1002, LogLevel.Warning, "{Function} was refused to {Address}: {Code} {Field}.")]
    private partial void LogRefused(
        string function, ProblemCode code, string? field, System.Net.IPAddress? address);

    [LoggerMessage(1001, LogLevel.Error, "Function {Function} failed.")]
    private partial void LogFailed(Exception fault, string function);
}
