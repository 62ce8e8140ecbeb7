using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace CloudPos.Wire;

/// <summary>
/// Reads a policy that a person wrote. Strictly, unlike all else on the wire: a member that is spelled
/// wrongly would be a limit that is not there.
/// </summary>
public static class PolicyJson
{
    /// <param name="fault">The place, such as "$.floorLimits[0].amount", and what to write there.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> json, [NotNullWhen(true)] out OfflinePolicy? policy,
        out (string Field, string Sentence) fault)
    {
        (policy, fault) = (null, default);
        var type = WireJson.Default.OfflinePolicy;
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                fault = ("$", "A policy is a JSON object.");
            else if (JsonShape.FirstUnknown(document.RootElement, type) is var (path, known))
                fault = (path, $"There is no such member. There are: {string.Join(", ", known)}.");
            else if (document.Deserialize(type) is not { } read)
                fault = ("$", "A policy is a JSON object.");
            else if (JsonShape.FirstMissing(read, type) is { } missing)
                fault = (missing, "This member is missing.");
            else if (PolicyFaults.Of(read) is { } wrong)
                fault = wrong;
            else
                policy = read;
        }
        catch (JsonException wrong) when (wrong.Path is { } path && JsonShape.TypeAt(path, type) is { } at)
        {
            fault = (path, $"Here stands {JsonShape.Expected(at) ?? "something else"}.");
        }
        catch (JsonException wrong)
        {
            var (line, character) = (wrong.LineNumber + 1, wrong.BytePositionInLine + 1);
            fault = ("$", string.Create(
                CultureInfo.InvariantCulture,
                $"This is no JSON from line {line}, character {character} on."));
        }
        return policy is not null;
    }
}
