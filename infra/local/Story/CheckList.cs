using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>One thing that must be so, what was expected, and what was found.</summary>
internal sealed record Check(string Name, string Expected, string Found)
{
    public bool Held => Expected == Found;
}

/// <summary>Collects checks, prints them as a table, and writes summary.json.</summary>
internal sealed class CheckList
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<Check> _checks = [];

    public IReadOnlyList<Check> All => _checks;

    public bool AllHeld => _checks.Count > 0 && _checks.TrueForAll(check => check.Held);

    public void Add(string name, string expected, string found) =>
        _checks.Add(new Check(name, expected, found));

    public void Add(string name, long expected, long found) => Add(
        name, expected.ToString(CultureInfo.InvariantCulture), found.ToString(CultureInfo.InvariantCulture));

    /// <summary>Nothing is expected; what is found is named, up to a few.</summary>
    public void None(string name, IEnumerable<string> found)
    {
        var all = found.ToList();
        var shown = string.Join("; ", all.Take(5)) + (all.Count > 5 ? $"; and {all.Count - 5} more" : "");
        Add(name, "none", all.Count == 0 ? "none" : shown);
    }

    public void Print(TextWriter output)
    {
        var width = _checks.Select(check => check.Name.Length).DefaultIfEmpty().Max();
        foreach (var check in _checks)
        {
            var verdict = check.Held ? "held  " : "BROKEN";
            var figures = check.Held ? check.Found : $"expected {check.Expected}, found {check.Found}";
            output.WriteLine($"  {verdict}  {check.Name.PadRight(width)}  {figures}");
        }
    }

    public void Write(string file)
    {
        var checks = _checks.Select(check => (JsonNode)new JsonObject
        {
            ["name"] = check.Name,
            ["expected"] = check.Expected,
            ["found"] = check.Found,
            ["held"] = check.Held,
        });
        var document = new JsonObject { ["checks"] = new JsonArray([.. checks]) };
        File.WriteAllText(file, document.ToJsonString(Indented));
    }
}
