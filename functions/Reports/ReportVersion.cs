using System.Text.Json.Serialization;

namespace CloudPos.Functions.Reports;

/// <summary>A version of a report. Versions are kept; a later one says what it changed.</summary>
/// <param name="Version">1, 2, 3 ...</param>
/// <param name="At">When it was made.</param>
/// <param name="Changes">Against the version before; empty in the first.</param>
internal sealed record ReportVersion(
    int Version, DateTimeOffset At, IReadOnlyList<string> Changes, SettlementFigures Figures);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ReportVersion))]
[JsonSerializable(typeof(SettlementFigures))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class ReportsJson : JsonSerializerContext;
