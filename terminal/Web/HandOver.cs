using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Terminal.Web;

/// <summary>What a verb hands to the program that holds the data folder.</summary>
/// <param name="Directory">The verb's working folder: file names in the arguments are relative to it.</param>
internal sealed record HandOverRequest(IReadOnlyList<string> Arguments, string Directory);

/// <summary>What came of it: what to print, and how to end.</summary>
/// <param name="Confirm">What to say back once it is printed, since a receipt counts as out only then; null
/// when nothing waits for that.</param>
internal sealed record HandOverAnswer(int ExitCode, string Output, string Errors, string? Confirm = null);

/// <param name="Afterwards">What only counts once the answer is printed: a receipt's mark.</param>
internal sealed record HandOverResult(HandOverAnswer Answer, IReadOnlyList<Action> Afterwards);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(HandOverRequest))]
[JsonSerializable(typeof(HandOverAnswer))]
internal sealed partial class HandOverJson : JsonSerializerContext;

/// <summary>
/// One program owns a data folder. A verb that finds `serve` running there hands its arguments over through a
/// Unix socket that only the owner of the folder can open, and prints what comes back; card data in them
/// never touches a file.
/// </summary>
internal static class HandOver
{
    public const string Path = "/verb";

    /// <summary>Where whoever printed an answer says so.</summary>
    public const string PrintedPath = "/verb/printed";

    /// <summary>The kernel's bound on the path of a Unix socket, its closing zero included.</summary>
    private const int SocketPathMax = 108;

    /// <summary>A verb may wait for an authorisation and a whole forwarding run.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Owner-only folder of the socket, so that there is no moment in which it stands open.
    /// </summary>
    public static string FolderOf(string dataDirectory) => System.IO.Path.Combine(dataDirectory, "control");

    public static string SocketOf(string dataDirectory) =>
        System.IO.Path.Combine(System.IO.Path.GetFullPath(FolderOf(dataDirectory)), "serve.sock");

    public static bool FitsSocket(string dataDirectory) =>
        System.Text.Encoding.UTF8.GetByteCount(SocketOf(dataDirectory)) < SocketPathMax;

    /// <summary>Hands the arguments over.</summary>
    /// <returns>Null when no program answers at the socket: the folder is free, or its holder died.</returns>
    public static async Task<HandOverAnswer?> Try(
        string dataDirectory, IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var socket = SocketOf(dataDirectory);
        if (!FitsSocket(dataDirectory) || !File.Exists(socket))
            return null;
        using var http = ClientOf(socket);
        var request = JsonSerializer.SerializeToUtf8Bytes(
            new HandOverRequest(arguments, Environment.CurrentDirectory),
            HandOverJson.Default.HandOverRequest);
        try
        {
            using var content = new ByteArrayContent(request);
            using var answer = await http.PostAsync(Path, content, cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(cancel);
            return answer.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, HandOverJson.Default.HandOverAnswer)
                : throw new HandOverException(
                    "The running terminal refused the verb; is it of the same version as this program?");
        }
        catch (HttpRequestException gone) when (gone.HttpRequestError == HttpRequestError.ConnectionError)
        {
            return null;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            throw new HandOverException(
                "The running terminal took the verb and did not answer; ask 'status' before trying again.");
        }
    }

    /// <summary>
    /// Says that an answer is printed. What cannot be said is not lost: the receipt is offered again.
    /// </summary>
    public static async Task<bool> Printed(string dataDirectory, string confirm, CancellationToken cancel)
    {
        using var http = ClientOf(SocketOf(dataDirectory));
        using var content = new StringContent(confirm);
        try
        {
            using var answer = await http.PostAsync(PrintedPath, content, cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
        {
            return false;
        }
    }

    private static HttpClient ClientOf(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, token) => await Connect(socket, token),
        UseProxy = false,
    })
    { BaseAddress = new Uri("http://terminal"), Timeout = Patience };

    private static async Task<Stream> Connect(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The verb was taken over and its end is not known: unknown, not failed.</summary>
internal sealed class HandOverException(string message) : Exception(message);
