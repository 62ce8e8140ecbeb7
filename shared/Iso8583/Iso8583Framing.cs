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

    /// <summary>The header is no length in its form, or the transport header is missing.</summary>
    HeaderInvalid = 5,
}

/// <summary>The bytes of one message, which the caller zeroes, or why there are none.</summary>
public readonly record struct FrameResult(byte[]? Frame, FrameFault Fault)
{
    [MemberNotNullWhen(true, nameof(Frame))]
    public bool IsValid => Frame is not null;

    public override string ToString() => Frame is null ? $"{Fault}" : $"{Frame.Length} bytes";
}

/// <summary>
/// Frames on a stream: a header of a <see cref="FrameForm"/>, by default two bytes of length, the higher
/// first, not counting themselves, then one message. Faults of the connection itself come as the stream's own
/// exceptions.
/// </summary>
public static class Iso8583Framing
{
    public static ValueTask<FrameResult> ReadAsync(Stream stream, CancellationToken cancel = default) =>
        ReadAsync(stream, FrameForm.Binary, cancel);

    public static async ValueTask<FrameResult> ReadAsync(
        Stream stream, FrameForm form, CancellationToken cancel = default)
    {
        var header = new byte[form.LengthBytes];
        var read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancel);
        if (read < header.Length)
            return new(null, read == 0 ? FrameFault.Closed : FrameFault.Truncated);
        if (form.Read(header) is not { } length)
            return new(null, FrameFault.HeaderInvalid);
        if (length <= 0 || length > Iso8583Codec.MessageLengthMax + form.TransportLength)
            return new(null, length <= 0 ? FrameFault.Empty : FrameFault.TooLong);

        var frame = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        var kept = false;
        try
        {
            read = await stream.ReadAtLeastAsync(frame, length, throwOnEndOfStream: false, cancel);
            if (read < length)
                return new(null, FrameFault.Truncated);
            if (!form.HasTransport(frame))
                return new(null, FrameFault.HeaderInvalid);
            kept = form.TransportLength == 0;
            return new(kept ? frame : MessageOf(frame, form), FrameFault.None);
        }
        finally
        {
            if (!kept)
                CryptographicOperations.ZeroMemory(frame);
        }
    }

    public static ValueTask WriteAsync(
        Stream stream, ReadOnlyMemory<byte> message, CancellationToken cancel = default) =>
        WriteAsync(stream, message, FrameForm.Binary, cancel);

    /// <summary>
    /// Writes header and message in one call, so that they leave in one segment where they can.
    /// </summary>
    public static async ValueTask WriteAsync(
        Stream stream, ReadOnlyMemory<byte> message, FrameForm form, CancellationToken cancel = default)
    {
        if (message.Length is 0 or > Iso8583Codec.MessageLengthMax)
            throw new ArgumentException("A frame holds 1 byte to 8 KiB.", nameof(message));
        var frame = GC.AllocateUninitializedArray<byte>(form.HeaderLength + message.Length, pinned: true);
        try
        {
            form.Write(message.Length, frame);
            message.CopyTo(frame.AsMemory(form.HeaderLength));
            await stream.WriteAsync(frame, cancel);
            await stream.FlushAsync(cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(frame);
        }
    }

    private static byte[] MessageOf(byte[] frame, FrameForm form)
    {
        var message = GC.AllocateUninitializedArray<byte>(frame.Length - form.TransportLength, pinned: true);
        frame.AsSpan(form.TransportLength).CopyTo(message);
        return message;
    }
}
