using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CloudPos.Iso8583;

/// <summary>Why no frame came. The numbers are fixed.</summary>
public enum FrameFault
{
    None = 0,

    /// <summary>The other side closed between two frames.</summary>
    Closed = 1,

    /// <summary>The other side closed inside a frame.</summary>
    Truncated = 2,

    /// <summary>The header tells more than 8 KiB; the stream cannot be read further.</summary>
    TooLong = 3,

    /// <summary>The header tells 0.</summary>
    Empty = 4,
}

/// <summary>The bytes of one message, which the caller zeroes, or why there are none.</summary>
public readonly record struct FrameResult(byte[]? Frame, FrameFault Fault)
{
    [MemberNotNullWhen(true, nameof(Frame))]
    public bool IsValid => Frame is not null;

    public override string ToString() => Frame is null ? $"{Fault}" : $"{Frame.Length} bytes";
}

/// <summary>
/// Frames on a stream: two bytes of length, the higher first, not counting themselves, then one message.
/// Faults of the connection itself come as the stream's own exceptions.
/// </summary>
public static class Iso8583Framing
{
    public const int HeaderLength = 2;

    public static async ValueTask<FrameResult> ReadAsync(Stream stream, CancellationToken cancel = default)
    {
        var header = new byte[HeaderLength];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel);
        if (read < header.Length)
            return new(null, read == 0 ? FrameFault.Closed : FrameFault.Truncated);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header);
        if (length == 0 || length > Iso8583Codec.MessageLengthMax)
            return new(null, length == 0 ? FrameFault.Empty : FrameFault.TooLong);

        var frame = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        var whole = false;
        try
        {
            whole = await stream.ReadAtLeastAsync(frame, length, throwOnEndOfStream: false, cancel) == length;
        }
        finally
        {
            if (!whole)
                CryptographicOperations.ZeroMemory(frame);
        }
        return whole ? new(frame, FrameFault.None) : new(null, FrameFault.Truncated);
    }

    /// <summary>
    /// Writes header and message in one call, so that they leave in one segment where they can.
    /// </summary>
    public static async ValueTask WriteAsync(
        Stream stream, ReadOnlyMemory<byte> message, CancellationToken cancel = default)
    {
        if (message.Length is 0 or > Iso8583Codec.MessageLengthMax)
            throw new ArgumentException("A frame holds 1 byte to 8 KiB.", nameof(message));
        var frame = GC.AllocateUninitializedArray<byte>(HeaderLength + message.Length, pinned: true);
        try
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
            message.CopyTo(frame.AsMemory(HeaderLength));
            await stream.WriteAsync(frame, cancel);
            await stream.FlushAsync(cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(frame);
        }
    }
}
