using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Wire;

namespace CloudPos.Functions.Hosting;

/// <summary>What a function answers over HTTP.</summary>
/// <param name="RetryAfter">With Busy: when to come back.</param>
internal sealed record Answer(
    int Status, string MediaType, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter = null)
{
    /// <summary>Beside those that every answer carries.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static Answer Json<T>(T value, JsonTypeInfo<T> type) =>
        new(StatusCodes.Status200OK, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Answer Text(string mediaType, string text) =>
        new(StatusCodes.Status200OK, mediaType, Encoding.UTF8.GetBytes(text));

    public static Answer Refuse(ProblemCode code, string? field, string sentence) =>
        Refuse(new Problem(code, field, sentence));

    public static Answer Refuse(Problem problem, TimeSpan? retryAfter = null) => new(
        Problems.StatusOf(problem.Code), "application/problem+json",
        JsonSerializer.SerializeToUtf8Bytes(problem, WireJson.Default.Problem), retryAfter);

    public static Answer NotFound(string what) =>
        Refuse(ProblemCode.NotFound, null, $"There is no {what}.");
}
