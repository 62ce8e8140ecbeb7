using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// A table service on loopback that gives the answers it was told, one per request, and keeps what it was
/// asked. For answers that the emulator never gives.
/// </summary>
internal sealed class ScriptedService : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task answering;
    private readonly List<string> asked = [];

    /// <param name="answers">
    /// Each a status, headers without the length, an empty line, and the body.
    /// </param>
    public ScriptedService(params string[] answers)
    {
        listener.Start();
        answering = Answer(answers);
    }

    /// <summary>The first line of each request.</summary>
    public IReadOnlyList<string> Asked => asked;

    public string Endpoint => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/scripted";

    public async ValueTask DisposeAsync()
    {
        await answering;
        listener.Dispose();
    }

    private async Task Answer(IEnumerable<string> answers)
    {
        foreach (string answer in answers)
        {
            using var client = await listener.AcceptTcpClientAsync();
            var request = await HttpMessageBytes.Read(client.GetStream());
            asked.Add(request!.FirstLine);
            string[] parts = answer.ReplaceLineEndings("\r\n").Split("\r\n\r\n", 2);
            string head = $"HTTP/1.1 {parts[0]}\r\nConnection: close\r\n";
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(
                $"{head}Content-Length: {Encoding.UTF8.GetByteCount(parts[1])}\r\n\r\n{parts[1]}"));
        }
    }
}
