using System.IO.Compression;
using CloudPos.Functions.Hosting;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Undoes the transport's compression, within the bound of a segment whatever the body would swell to.
/// </summary>
internal static class SegmentBody
{
    /// <param name="encoding">br, gzip, identity, or null.</param>
    public static bool TryDecode(
        ReadOnlyMemory<byte> body, string? encoding, out ReadOnlyMemory<byte> bytes, out Answer? refusal)
    {
        (bytes, refusal) = (body, null);
        if (encoding is null or "" or "identity")
            return true;
        if (encoding is not ("br" or "gzip"))
        {
            refusal = Answer.Refuse(
                ProblemCode.Malformed, "Content-Encoding", "A segment comes with br, gzip or no encoding.");
            return false;
        }
        try
        {
            using var input = new MemoryStream(body.ToArray(), writable: false);
            using Stream stream = encoding == "br"
                ? new BrotliStream(input, CompressionMode.Decompress)
                : new GZipStream(input, CompressionMode.Decompress);
            bytes = ReadBounded(stream, out var tooLarge);
            if (tooLarge)
                refusal = Answer.Refuse(
                    ProblemCode.TooLarge, null,
                    $"A segment has at most {Segment.BytesMax} bytes uncompressed.");
        }
        catch (Exception damaged) when (damaged is InvalidDataException or InvalidOperationException)
        {
            refusal = Answer.Refuse(
                ProblemCode.Malformed, "Content-Encoding", "The body cannot be decompressed.");
        }
        return refusal is null;
    }

    private static byte[] ReadBounded(Stream stream, out bool tooLarge)
    {
        var buffer = new byte[Segment.BytesMax + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        tooLarge = length > Segment.BytesMax;
        return buffer[..length];
    }
}
