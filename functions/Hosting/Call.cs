using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Functions.Fleet;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>What a function does with a call over HTTP. It runs on several threads at once.</summary>
internal delegate Task<Answer> HttpHandler(Call call, CancellationToken cancel);

/// <summary>
/// A call over HTTP as a function sees it: authenticated, its body read within the bound. Nothing here says
/// who hosts it.
/// </summary>
internal sealed class Call(
    IReadOnlyDictionary<string, string> route, IReadOnlyDictionary<string, string> query,
    ReadOnlyMemory<byte> body)
{
    /// <summary>The body's bytes as sent, still in its content encoding.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    public string? ContentType { get; init; }

    public string? ContentEncoding { get; init; }

    /// <summary>Who calls, as the network says; for limits, never as a proof of anything.</summary>
    public string Address { get; init; } = "";

    /// <summary>The header Accept-Language; empty when there is none.</summary>
    public string Languages { get; init; } = "";

    /// <summary>Set when the function's access is a terminal's.</summary>
    public TerminalCaller? Caller { get; init; }

    /// <summary>Set when the function's access is a person's.</summary>
    public Person? Person { get; init; }

    /// <summary>The terminal that calls. Only for functions whose access is a terminal's.</summary>
    public TerminalCaller Terminal =>
        Caller ?? throw new InvalidOperationException("No terminal is authenticated.");

    /// <summary>A part of the path, by its name in the route.</summary>
    public string Route(string name) => route[name];

    /// <summary>Whether the route has a part of this name.</summary>
    public bool Has(string name) => route.ContainsKey(name);

    /// <summary>A member of the query, or null.</summary>
    public string? Query(string name) => query.GetValueOrDefault(name);

    /// <summary>The body as JSON. On failure the refusal names the member that is wrong.</summary>
    public bool TryRead<T>(
        JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Answer? refusal)
        where T : class
    {
        (value, refusal) = (null, null);
        try
        {
            value = JsonSerializer.Deserialize(Body.Span, type);
            if (value is null)
                refusal = Answer.Refuse(ProblemCode.Malformed, "$", "The body is empty.");
            else if (JsonShape.FirstMissing(value, type) is { } missing)
                (value, refusal) = (
                    null, Answer.Refuse(ProblemCode.Malformed, missing, "This member is missing."));
        }
        catch (JsonException wrong)
        {
            refusal = Answer.Refuse(
                ProblemCode.Malformed, wrong.Path ?? "$", "The body is not the JSON that is expected there.");
        }
        return value is not null;
    }
}

/// <summary>The terminal behind a call.</summary>
/// <param name="KeyEpoch">The epoch of the enrolment that the key belongs to.</param>
internal sealed record TerminalCaller(TerminalIdentity Identity, int KeyEpoch)
{
    public string Terminal => Identity.Terminal;

    /// <summary>The key of the newest enrolment; an older one may only append to its own journal.</summary>
    public bool KeyIsCurrent => KeyEpoch == Identity.Epoch;

    /// <summary>When it made the request, by its own clock, in whole seconds.</summary>
    public DateTimeOffset SignedAt { get; init; }
}
