using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>
/// A look at the acquirer's own log: what it was asked, what it said, and what was taken back.
/// </summary>
internal sealed class AcquirerWindow(string address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address) };

    public async Task<IReadOnlyList<AcquirerLine>> Log()
    {
        var log = JsonNode.Parse(await _http.GetStringAsync("/log"))!.AsArray();
        return [.. log.Select(line => AcquirerLine.Of(line!))];
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>One transaction in the acquirer's own words.</summary>
internal sealed record AcquirerLine(
    string Terminal,
    string Stan,
    string Reference,
    long AmountMinor,
    string Code,
    bool IsReversed,
    int Repeats)
{
    public bool IsApproved => Code == "00";

    /// <summary>What the cardholder was charged in the end.</summary>
    public long ChargedMinor => IsApproved && !IsReversed ? AmountMinor : 0;

    public static AcquirerLine Of(JsonNode line)
    {
        var transaction = line["transaction"]!;
        return new AcquirerLine(
            (string)transaction["terminal"]!, (string)transaction["stan"]!, (string)transaction["rrn"]!,
            (long)transaction["amountMinor"]!, (string)transaction["code"]!, (bool)line["reversed"]!,
            (int)line["repeats"]!);
    }
}
