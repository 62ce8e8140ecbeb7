using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Contracts;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions;

/// <summary>
/// The real program on a port of the system's choice, with its state in a temporary folder. People are
/// admitted by an issuer of the test's own. Starting it again keeps the folder.
/// </summary>
internal sealed class TestBackOffice : IAsyncDisposable
{
    public const string Merchant = "MERCHANT0000001";
    public const string Store = "berlin-1";
    private readonly TestFolder _folder = new();
    private readonly Es256Key _issuer = Es256Key.Generate();
    private WebApplication _app = null!;
    private bool _isRunning;

    public ShiftedTime Time { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public string Folder => _folder.Path;

    public IServiceProvider Services => _app.Services;

    /// <summary>Azure Tables instead of a file in the folder.</summary>
    public TablesAddress? Tables { get; private init; }

    /// <summary>Where traces, figures and logs go, if anywhere.</summary>
    public Uri? Otlp { get; private init; }

    public static async Task<TestBackOffice> Start(
        Action<IServiceCollection>? change = null, TablesAddress? tables = null, Uri? otlp = null)
    {
        var office = new TestBackOffice { Tables = tables, Otlp = otlp };
        await office.Run(change);
        return office;
    }

    /// <summary>One with a merchant and a store.</summary>
    public static async Task<TestBackOffice> WithStore(
        Action<IServiceCollection>? change = null, TablesAddress? tables = null, Uri? otlp = null)
    {
        var office = await Start(change, tables, otlp);
        await office.Expect(office.Put(
            $"/api/backoffice/merchants/{Merchant}", """{"name":"Corner Shop","currency":"EUR"}"""));
        await office.Expect(office.Put($"/api/backoffice/stores/{Store}", StoreJson));
        return office;
    }

    public static string StoreJson =>
        $$"""
        {"merchant":"{{Merchant}}","name":"Berlin","address":["Street 1","10115 Berlin"],
         "timeZone":"Europe/Berlin","cutOff":"04:00"}
        """;

    /// <summary>No queue is read and no timer runs: what is rung for waits.</summary>
    public static void WithoutTriggers(IServiceCollection services)
    {
        foreach (
            var service in services.Where(s => s.ImplementationType == typeof(StandaloneTriggers)).ToList())
            services.Remove(service);
    }

    public async Task Restart(Action<IServiceCollection>? change = null)
    {
        await Stop();
        await Run(change);
    }

    public Task<HttpResponseMessage> Get(string path, string role = "manager") =>
        Send(HttpMethod.Get, path, null, role);

    public Task<HttpResponseMessage> Put(string path, string json, string role = "manager") =>
        Send(HttpMethod.Put, path, json, role);

    public Task<HttpResponseMessage> Post(string path, string json, string role = "manager") =>
        Send(HttpMethod.Post, path, json, role);

    /// <summary>A call of a person with the role.</summary>
    public Task<HttpResponseMessage> Send(
        HttpMethod method, string path, string? json, string role, DateTimeOffset? at = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", PersonToken.Create(_issuer, "Petra", [role], at ?? Time.GetUtcNow()));
        return Http.SendAsync(request);
    }

    /// <summary>The bearer token of a person with the role.</summary>
    public string TokenOf(string role) => PersonToken.Create(_issuer, "Petra", [role], Time.GetUtcNow());

    public async Task<JsonElement> Expect(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<string> NewCode(string? terminal)
    {
        var answer = await Expect(Post(
            $"/api/backoffice/stores/{Store}/terminals",
            terminal is null ? "{}" : $$"""{"terminal":"{{terminal}}"}"""));
        return answer.GetProperty("code").GetString()!;
    }

    public async Task<TestTerminal> Enrol(string terminal = "T0000001")
    {
        var key = Es256Key.Generate();
        using var response = await Enrol(await NewCode(terminal), key);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return new TestTerminal(this, key, JsonSerializer.Deserialize(text, WireJson.Default.EnrolAnswer)!);
    }

    public Task<HttpResponseMessage> Enrol(string code, Es256Key key) => Http.PostAsync(
        WireContract.EnrolPath,
        new StringContent(JsonSerializer.Serialize(
            new EnrolRequest(code, key.PublicKey.Text, "test 1"), WireJson.Default.EnrolRequest)));

    public static async Task<Problem> ProblemOf(HttpResponseMessage response) =>
        JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), WireJson.Default.Problem)!;

    /// <summary>Waits for what happens behind a queue; only a hang lets it fail.</summary>
    public static async Task Eventually(Func<Task<bool>> holds, string what)
    {
        for (var attempt = 0; attempt < 4_800; attempt++)
        {
            if (await holds())
                return;
            await Task.Delay(25);
        }
        Assert.Fail($"Never came: {what}");
    }

    /// <summary>
    /// Asks for the closing of a day, again while what has just arrived is not applied: a machine that stands
    /// still takes longer for that than a closing waits.
    /// </summary>
    public async Task<JsonElement> CloseDay(string date)
    {
        JsonElement asked = default;
        await Eventually(
            async () =>
            {
                using var answer = await Post(
                    $"/api/backoffice/days/{Store}/{date}/close", """{"force":false}""");
                if (answer.IsSuccessStatusCode)
                    asked = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
                return answer.IsSuccessStatusCode;
            },
            "a day that may be closed");
        return asked;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _issuer.Dispose();
        _folder.Dispose();
    }

    private async Task Run(Action<IServiceCollection>? change)
    {
        var options = new BackOfficeOptions
        {
            Data = _folder.File("data"), Tables = Tables, DevelopmentIssuer = _issuer.PublicKey,
            Otlp = Otlp,
        };
        _app = await BackOffice.Create(options, Time, change);
        await _app.StartAsync();
        _isRunning = true;
        Http = new HttpClient { BaseAddress = new Uri(BackOffice.AddressOf(_app)) };
    }

    public async Task Stop()
    {
        if (!_isRunning)
            return;
        _isRunning = false;
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
