using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using CloudPos.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPos.Tests.Functions.Telemetry;

/// <summary>
/// What takes OpenTelemetry over HTTP as protobuf, on loopback: keeps every body and reads what it needs of
/// it by the numbers of opentelemetry-proto.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const string MediaType = "application/x-protobuf";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _taken = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(BackOffice.AddressOf(_app));

    public IReadOnlyList<byte[]> Bodies => [.. _taken.Select(taken => taken.Body)];

    /// <summary>Trace id and name of each span.</summary>
    public IReadOnlyList<(string Trace, string Name)> Spans =>
        [.. Items("/v1/traces").Select(span => (
            Convert.ToHexStringLower(Field(span, 1)), Encoding.UTF8.GetString(Field(span, 5))))];

    public IReadOnlyList<string> Metrics =>
        [.. Items("/v1/metrics").Select(metric => Encoding.UTF8.GetString(Field(metric, 1)))];

    /// <summary>The texts of log records.</summary>
    public IReadOnlyList<string> Logs =>
        [.. Items("/v1/logs").Select(record => Encoding.UTF8.GetString(Field(Field(record, 5), 1)))];

    public static async Task<OtlpReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext context)
    {
        if (context.Request.Method != "POST" || context.Request.ContentType != MediaType)
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _taken.Enqueue((context.Request.Path, body.ToArray()));
        context.Response.ContentType = MediaType;
    }

    /// <summary>By resource (1), then by scope (2), then one by one (2): alike for all three.</summary>
    private IEnumerable<byte[]> Items(string path) => _taken.Where(taken => taken.Path == path)
        .SelectMany(taken => Fields(taken.Body).Where(field => field.Number == 1))
        .SelectMany(resource => Fields(resource.Value).Where(field => field.Number == 2))
        .SelectMany(scope => Fields(scope.Value).Where(field => field.Number == 2))
        .Select(item => item.Value);

    private static byte[] Field(byte[] message, int number) =>
        Fields(message).FirstOrDefault(field => field.Number == number).Value ?? [];

    /// <summary>The fields with a length; numbers are passed over.</summary>
    private static List<(int Number, byte[] Value)> Fields(byte[] message)
    {
        var (fields, at) = (new List<(int, byte[])>(), 0);
        while (at < message.Length)
        {
            var tag = Number(message, ref at);
            var length = (tag & 7) switch
            {
                0 => 0 * Number(message, ref at),
                1 => 8UL,
                2 => Number(message, ref at),
                5 => 4UL,
                _ => throw new InvalidDataException(tag.ToString(CultureInfo.InvariantCulture)),
            };
            if ((tag & 7) == 2)
                fields.Add(((int)(tag >> 3), message[at..(at + (int)length)]));
            at += (int)length;
        }
        return fields;
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return number;
        }
    }
}
