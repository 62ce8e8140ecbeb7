using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Finance;

/// <summary>A file that is handed to a back office as it is.</summary>
/// <param name="Path">Under /api/backoffice.</param>
/// <param name="Say">Prints what the answer says; true when nothing is left to look at.</param>
internal sealed record FileUpload(
    Uri Url, string File, string Path, IReadOnlyList<KeyValuePair<string, string>> Query,
    Func<JsonNode, TextWriter, bool> Say)
{
    /// <summary>What the back office takes; a larger file is refused here, before it is sent.</summary>
    private const int BytesMax = 8 * 1024 * 1024;

    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(4);

    public static async Task<int> Run(
        FileUpload upload, string? token, TextWriter output, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(token))
            return await Refuse(
                output, $"{FinanceCommands.TokenVariable} is not set: a finance clerk's bearer token.");
        if (new FileInfo(upload.File) is not { Exists: true, Length: > 0 and <= BytesMax })
            return await Refuse(
                output, $"{upload.File} is not there, is empty, or has more than {BytesMax:N0} bytes.");
        try
        {
            using var http = new HttpClient { BaseAddress = upload.Url, Timeout = timeout };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var content = new ByteArrayContent(
                await System.IO.File.ReadAllBytesAsync(upload.File, cancel));
            using var answer = await http.PostAsync(upload.Address, content, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            if (!answer.IsSuccessStatusCode)
                return await Refuse(output, $"Nothing was entered. {Sentence(text, (int)answer.StatusCode)}");
            return upload.Say(JsonNode.Parse(text)!, output) ? 0 : 1;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException
            && !cancel.IsCancellationRequested)
        {
            // What was entered before an answer was lost is known there, so the file may be sent again.
            return await Refuse(
                output, $"{upload.Url} does not answer: {fault.Message} Send the file again later.");
        }
    }

    private string Address => Query.Count == 0
        ? $"/api/backoffice/{Path}"
        : $"/api/backoffice/{Path}?" + string.Join('&', Query.Select(pair =>
            $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    private static string Sentence(string text, int status)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject problem && (string?)problem["sentence"] is { } sentence
                ? $"{(string?)problem["field"]} {sentence}".Trim()
                : $"It answered {status}.";
        }
        catch (JsonException)
        {
            return $"It answered {status}.";
        }
    }

    private static async Task<int> Refuse(TextWriter output, string sentence)
    {
        await output.WriteLineAsync(sentence);
        return 2;
    }
}
