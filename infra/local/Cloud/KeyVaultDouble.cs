using System.Text.Json.Nodes;

namespace CloudPos.Local.Cloud;

/// <summary>
/// Secrets of Azure Key Vault: listed in pages, read, set, deleted (and then neither listed nor read). Who
/// asks without a token for the vault is told where to get one, as the real one does. In memory.
/// </summary>
internal sealed class KeyVaultDouble(TokenAuthority authority, TimeProvider time)
{
    private const string Audience = "https://vault.azure.net";

    /// <summary>Small, so that whoever lists has to turn pages.</summary>
    private const int PageSize = 3;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _secrets = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>Answers nothing but 503 while set.</summary>
    public bool IsAway { get; set; }

    public IReadOnlyList<string> Names
    {
        get { lock (_gate) return [.. _secrets.Keys]; }
    }

    public void Map(WebApplication app)
    {
        var secrets = app.MapGroup("/secrets").AddEndpointFilter(async (call, next) =>
        {
            var (request, response) = (call.HttpContext.Request, call.HttpContext.Response);
            if (IsAway)
                return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
            if (authority.Accepts(request.Headers.Authorization, Audience))
                return await next(call);
            response.Headers.WWWAuthenticate =
                $"Bearer authorization=\"{authority.Issuer}/tenant\", resource=\"{Audience}\"";
            return TypedResults.Unauthorized();
        });
        secrets.MapGet("/", List);
        secrets.MapGet("/{name}", (string name, HttpRequest request) => Get(name, request));
        secrets.MapGet("/{name}/{version}", (string name, HttpRequest request) => Get(name, request));
        secrets.MapPut("/{name}", Put);
        secrets.MapDelete("/{name}", Delete);
    }

    private IResult List(HttpRequest request)
    {
        lock (_gate)
        {
            var after = request.Query["after"].ToString();
            var page = _secrets.Where(secret => string.CompareOrdinal(secret.Key, after) > 0)
                .Take(PageSize + 1).ToList();
            var next = page.Count > PageSize
                ? $"{Base(request)}/secrets?api-version=7.6&after={page[PageSize - 1].Key}"
                : null;
            var items = page.Take(PageSize).Select(secret => (JsonNode)new JsonObject
            {
                ["id"] = $"{Base(request)}/secrets/{secret.Key}",
                ["attributes"] = secret.Value["attributes"]!.DeepClone(),
                ["contentType"] = secret.Value["contentType"]?.DeepClone(),
            });
            return TokenAuthority.TypedJson(new JsonObject
            {
                ["value"] = new JsonArray([.. items]), ["nextLink"] = next,
            });
        }
    }

    private IResult Get(string name, HttpRequest request)
    {
        lock (_gate)
            return _secrets.TryGetValue(name, out var secret)
                ? TokenAuthority.TypedJson(Bundle(name, secret, request))
                : Missing(name);
    }

    private async Task<IResult> Put(string name, HttpRequest request)
    {
        var given = (await JsonNode.ParseAsync(request.Body))!.AsObject();
        lock (_gate)
        {
            if (_deleted.Contains(name))
                return TypedResults.Conflict();
            var attributes = given["attributes"]?.DeepClone().AsObject() ?? [];
            attributes["enabled"] ??= true;
            var now = time.GetUtcNow().ToUnixTimeSeconds();
            (attributes["created"], attributes["updated"]) = (now, now);
            var secret = new JsonObject
            {
                ["value"] = (string)given["value"]!, ["contentType"] = given["contentType"]?.DeepClone(),
                ["attributes"] = attributes,
            };
            _secrets[name] = secret;
            return TokenAuthority.TypedJson(Bundle(name, secret, request));
        }
    }

    private IResult Delete(string name, HttpRequest request)
    {
        lock (_gate)
        {
            if (!_secrets.Remove(name, out var secret))
                return Missing(name);
            _deleted.Add(name);
            var bundle = Bundle(name, secret, request);
            bundle["recoveryId"] = $"{Base(request)}/deletedsecrets/{name}";
            return TokenAuthority.TypedJson(bundle);
        }
    }

    private static JsonObject Bundle(string name, JsonObject secret, HttpRequest request)
    {
        var bundle = secret.DeepClone().AsObject();
        bundle["id"] = $"{Base(request)}/secrets/{name}/0123456789abcdef0123456789abcdef";
        return bundle;
    }

    private static IResult Missing(string name) => TokenAuthority.TypedJson(
        new JsonObject
        {
            ["error"] = new JsonObject { ["code"] = "SecretNotFound", ["message"] = $"{name} is not here" },
        },
        StatusCodes.Status404NotFound);

    private static string Base(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
