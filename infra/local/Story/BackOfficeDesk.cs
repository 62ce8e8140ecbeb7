using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>The back office as a manager and a finance clerk have it: its API for people, with a token of the
/// local issuer.
/// </summary>
internal sealed class BackOfficeDesk : IDisposable
{
    /// <summary>
    /// How often a question is asked again while the back office starts anew: hosted, it may be killed at any
    /// time, and whoever asks gets 502 until the next process answers.
    /// </summary>
    private const int TriesMax = 40;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(300);
    private readonly HttpClient _http;

    public BackOfficeDesk(string address, string token)
    {
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(2) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<JsonNode?> Put(string path, JsonNode body) =>
        await Read(await _http.PutAsJsonAsync($"/api/backoffice/{path}", body));

    public async Task<JsonNode?> Post(string path, JsonNode body) =>
        await Read(await _http.PostAsJsonAsync($"/api/backoffice/{path}", body));

    public async Task<JsonNode> PostFile(string path, byte[] file) =>
        (await Read(await _http.PostAsync($"/api/backoffice/{path}", new ByteArrayContent(file))))!;

    public async Task<JsonNode> Get(string path) =>
        await Read(await Ask(path))
        ?? throw new InvalidOperationException($"GET {path} answered nothing.");

    public async Task<string> GetText(string path)
    {
        using var answer = await Ask(path);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync()
            : throw new InvalidOperationException($"GET {path} answered {(int)answer.StatusCode}.");
    }

    public async Task<IReadOnlyList<JsonNode>> List(string path) =>
        [.. (await Get(path)).AsArray().Select(node => node!)];

    public void Dispose() => _http.Dispose();

    /// <summary>A question changes nothing, so it can be asked again.</summary>
    private async Task<HttpResponseMessage> Ask(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await _http.GetAsync($"/api/backoffice/{path}");
            if (attempt == TriesMax
                || answer.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable))
                return answer;
            answer.Dispose();
            await Task.Delay(Step);
        }
    }

    private static async Task<JsonNode?> Read(HttpResponseMessage answer)
    {
        using (answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException(
                    $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri} answered "
                    + $"{(int)answer.StatusCode}: {body}");
            return body.Length == 0 ? null : JsonNode.Parse(body);
        }
    }
}
