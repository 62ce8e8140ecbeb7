using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CloudPos.Terminal.Web;

/// <summary>
/// The screens' files, embedded in the program: one route each, an ETag of their content, and a policy that
/// lets the page load nothing from elsewhere and run no script but these.
/// </summary>
internal static class UiFiles
{
    private const string Prefix = "ui/";
    private const string LanguagePrefix = Prefix + "lang/";

    /// <summary>What a language lacks is said in English, never as a key.</summary>
    private const string FallbackPrefix = LanguagePrefix + "en/";

    private const string ModulesMark = "<!-- modules -->";

    /// <summary>No inline script or style, no frame around it, nothing sent or loaded elsewhere.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /// <returns>Sends the page itself, for an address that has its own API below it.</returns>
    public static RequestDelegate Map(IEndpointRouteBuilder app)
    {
        var assembly = typeof(UiFiles).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name.Replace('\\', '/')).ToArray();
        foreach (var name in names.Where(name => !name.StartsWith(LanguagePrefix, StringComparison.Ordinal)))
            MapOne(app, "/" + name[Prefix.Length..], TypeOf(name), () => Read(name));
        var page = MapOne(app, "/", "text/html; charset=utf-8", () => Page(names));
        var languages = names.Where(name => name.StartsWith(LanguagePrefix, StringComparison.Ordinal))
            .GroupBy(name => name[LanguagePrefix.Length..].Split('/')[0]);
        foreach (var language in languages)
            MapOne(
                app, $"/lang/{language.Key}.json", "application/json",
                () => Merge([
                    .. names.Where(name => name.StartsWith(FallbackPrefix, StringComparison.Ordinal))
                        .Order(StringComparer.Ordinal).Select(Read),
                    .. language.Order(StringComparer.Ordinal).Select(Read),
                ]));
        return page;
    }

    /// <summary>
    /// The page names every module, so that the browser asks for all at once and not for each when the one
    /// before it has come.
    /// </summary>
    private static byte[] Page(IEnumerable<string> names)
    {
        var modules = names.Where(name => name.EndsWith(".js", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"<link rel=\"modulepreload\" href=\"/{name[Prefix.Length..]}\">");
        var page = Encoding.UTF8.GetString(Read(Prefix + "index.html"));
        return Encoding.UTF8.GetBytes(
            page.Replace(ModulesMark, string.Join('\n', modules), StringComparison.Ordinal));
    }

    public static byte[] Read(string name)
    {
        var assembly = typeof(UiFiles).Assembly;
        using var stream = assembly.GetManifestResourceStream(name)
            ?? assembly.GetManifestResourceStream(name.Replace('/', '\\'))
            ?? throw new InvalidOperationException($"{name} is missing from the program.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    /// <summary>One object of the members of all, the later over the earlier: each room keeps its texts in a
    /// file of its own.</summary>
    private static byte[] Merge(IReadOnlyList<byte[]> documents)
    {
        var texts = new Dictionary<string, string>();
        foreach (var document in documents)
        {
            using var json = JsonDocument.Parse(document);
            foreach (var member in json.RootElement.EnumerateObject())
                texts[member.Name] = member.Value.GetString()!;
        }
        using var target = new MemoryStream();
        using (var writer = new Utf8JsonWriter(target))
        {
            writer.WriteStartObject();
            foreach (var (key, text) in texts)
                writer.WriteString(key, text);
            writer.WriteEndObject();
        }
        return target.ToArray();
    }

    private static RequestDelegate MapOne(
        IEndpointRouteBuilder app, string path, string type, Func<byte[]> read)
    {
        var content = new Lazy<(byte[] Bytes, string Tag)>(() =>
        {
            var bytes = read();
            return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"");
        });
        RequestDelegate send = http => Send(http, content.Value.Bytes, content.Value.Tag, type);
        app.MapGet(path, send);
        return send;
    }

    private static Task Send(HttpContext http, byte[] content, string tag, string type)
    {
        var headers = http.Response.Headers;
        headers.ETag = tag;
        // Asked for again each time, answered without a body while it is the same.
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        return http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".json" or ".webmanifest" => "application/json",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name} has no content type."),
    };
}
