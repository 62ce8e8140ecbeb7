using System.Globalization;
using System.Text;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// One HTTP/1.1 message as the bytes that came: head and body, the body by its Content-Length or chunked.
/// Enough for a proxy that passes messages on without altering them.
/// </summary>
internal sealed record HttpMessageBytes(string Head, byte[] Bytes)
{
    private const int BytesMax = 16 * 1024 * 1024;
    private static readonly byte[] headEnd = "\r\n\r\n"u8.ToArray(), chunksEnd = "\r\n0\r\n\r\n"u8.ToArray();

    /// <summary>"POST /t1/$batch HTTP/1.1" or "HTTP/1.1 202 Accepted".</summary>
    public string FirstLine => Head[..Head.IndexOf('\r', StringComparison.Ordinal)];

    /// <summary>Null when the other side closed before a message began, or within it.</summary>
    public static async Task<HttpMessageBytes?> Read(Stream stream)
    {
        var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        string? head = null;
        int? total = null;
        while (total is null || bytes.Length < total)
        {
            int count = await stream.ReadAsync(buffer);
            if (count == 0 || bytes.Length > BytesMax) return null;
            bytes.Write(buffer, 0, count);
            var all = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            head ??= all.IndexOf(headEnd) is >= 0 and var end
                ? Encoding.ASCII.GetString(all[..(end + headEnd.Length)]) : null;
            if (head is not null) total ??= TotalOf(head, all);
        }

        return new HttpMessageBytes(head!, bytes.ToArray());
    }

    /// <summary>Null while a chunked body has not come to its end.</summary>
    private static int? TotalOf(string head, ReadOnlySpan<byte> all)
    {
        if (HeaderOf(head, "Transfer-Encoding") == "chunked")
            return all.EndsWith(chunksEnd) ? all.Length : null;
        string length = HeaderOf(head, "Content-Length") ?? "0";
        return head.Length + int.Parse(length, CultureInfo.InvariantCulture);
    }

    private static string? HeaderOf(string head, string name) => head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?
        [(name.Length + 1)..].Trim();
}
