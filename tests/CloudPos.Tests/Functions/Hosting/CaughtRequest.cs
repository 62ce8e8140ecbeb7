using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Crypto;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Hosting;

/// <summary>
/// A signed request as somebody on the way sees it: the same bytes under the same token may be sent as often
/// as he likes, and are taken for as long as the token holds.
/// </summary>
internal sealed record CaughtRequest(TestBackOffice Office, string Path, byte[] Body, string Token)
{
    /// <summary>Signed by the terminal, not sent yet.</summary>
    public static CaughtRequest Of<T>(
        TestBackOffice office, TestTerminal terminal, string path, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        var request = SignedRequest.Of("POST", office.Http.BaseAddress!.Authority, path, bytes);
        return new CaughtRequest(
            office, path, bytes,
            RequestToken.Create(terminal.Key, terminal.Terminal, request, office.Time.GetUtcNow()));
    }

    public async Task<(HttpStatusCode Status, string Text)> Send()
    {
        var content = new ByteArrayContent(Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"{WireContract.TerminalScheme} {Token}");
        using var response = await Office.Http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// Sends it several times at once; everything in the tables is as it was, but for the time of the last
    /// call.
    /// </summary>
    public async Task<IReadOnlyList<(HttpStatusCode Status, string Text)>> ChangesNothing()
    {
        var before = await Everything(Office);
        // Later, but well within the token's life: what the clock writes would show.
        Office.Time.Shift += TimeSpan.FromMinutes(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Send()));
        Assert.Equal(before, await Everything(Office));
        return answers;
    }

    /// <summary>All rows of all tables with what they hold, as text.</summary>
    private static async Task<SortedSet<string>> Everything(TestBackOffice office)
    {
        var tables = office.Services.GetRequiredService<TablePort>();
        var rows = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var table in TableNames.All.Append(DueTable.Table))
            await foreach (var row in tables.Scan(table))
                if (row.Key != "ic")
                    rows.Add($"{table} {row} " + string.Join(
                        ' ', row.Values.OrderBy(value => value.Key, StringComparer.Ordinal)
                            .Select(value => $"{value.Key}={TextOf(value.Value)}")));
        return rows;
    }

    private static string TextOf(Value value) =>
        value.Kind == ValueKind.Bytes ? Convert.ToHexString(value.AsBytes) : $"{value}";
}
