using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Story;

/// <summary>The back office as a manager and a finance clerk have it: its API for people, with a token of the
/// local issuer.
/// </summary>
internal sealed class BackOfficeDesk : IDisposable
{
    private readonly HttpClient _http;

    public BackOfficeDesk(string address, string token)
    {
        _http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<JsonNode?> Put(string path, JsonNode body) =>
        await Read(await _http.PutAsJsonAsync($"/api/backoffice/{path}", body));

    public async Task<JsonNode?> Post(string path, JsonNode body) =>
        await Read(await _http.PostAsJsonAsync($"/api/backoffice/{path}", body));

    public async Task<JsonNode> Get(string path) =>
        await Read(await _http.GetAsync($"/api/backoffice/{path}"))
        ?? throw new InvalidOperationException($"GET {path} answered nothing.");

    public async Task<string> GetText(string path)
    {
        using var answer = await _http.GetAsync($"/api/backoffice/{path}");
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync()
            : throw new InvalidOperationException($"GET {path} answered {(int)answer.StatusCode}.");
    }

    public async Task<IReadOnlyList<JsonNode>> List(string path) =>
        [.. (await Get(path)).AsArray().Select(node => node!)];

    public void Dispose() => _http.Dispose();

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
