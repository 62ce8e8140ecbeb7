namespace CloudPos.Local.Printer;

/// <summary>One command as it came, or a run of text.</summary>
/// <param name="Name">As in Epson's manual: "ESC @", "GS v 0"; "text" and "LF" for what is none.</param>
/// <param name="Data">What follows the name.</param>
internal sealed record EscPosCommand(string Name, byte[] Data)
{
    /// <summary>Obeyed when it arrives, whatever state the printer is in.</summary>
    public bool IsImmediate => Name.StartsWith("DLE", StringComparison.Ordinal);
}

/// <summary>
/// Cuts a printer's bytes into commands, however they arrive. Written from the manual, not from what sends
/// to it. A byte
/// that begins nothing known is a command "?", so that nothing wrong is passed over.
/// </summary>
internal sealed class EscPosReader
{
    private const byte Esc = 0x1B, Gs = 0x1D, Dle = 0x10;

    /// <summary>Name after ESC, GS or DLE, and how many bytes follow.</summary>
    private static readonly Dictionary<(byte, byte), (string Name, int Length)> Fixed = new()
    {
        [(Esc, (byte)'@')] = ("ESC @", 0),
        [(Esc, (byte)'t')] = ("ESC t", 1),
        [(Esc, (byte)'M')] = ("ESC M", 1),
        [(Esc, (byte)'E')] = ("ESC E", 1),
        [(Esc, (byte)'a')] = ("ESC a", 1),
        [(Esc, (byte)'d')] = ("ESC d", 1),
        [(Esc, (byte)'p')] = ("ESC p", 3),
        [(Gs, (byte)'!')] = ("GS !", 1),
        [(Gs, (byte)'L')] = ("GS L", 2),
        [(Gs, (byte)'r')] = ("GS r", 1),
        [(Dle, 0x04)] = ("DLE EOT", 1),
    };

    private readonly List<byte> _held = [];

    /// <summary>The commands that are complete with these bytes; the rest is held.</summary>
    public List<EscPosCommand> Read(ReadOnlySpan<byte> bytes)
    {
        _held.AddRange(bytes);
        var found = new List<EscPosCommand>();
        var at = 0;
        while (at < _held.Count && Next(at) is (var command, var length))
        {
            found.Add(command);
            at += length;
        }
        _held.RemoveRange(0, at);
        return found;
    }

    /// <summary>Null while bytes are missing.</summary>
    private (EscPosCommand Command, int Length)? Next(int at)
    {
        var first = _held[at];
        if (first == (byte)'\n')
            return (new EscPosCommand("LF", []), 1);
        if (first is not (Esc or Gs or Dle))
            return first < 0x20 ? (Unknown(at, 1), 1) : Text(at);
        if (at + 1 >= _held.Count)
            return null;
        var second = _held[at + 1];
        if (Fixed.TryGetValue((first, second), out var plain))
            return Take(plain.Name, at, 2, plain.Length);
        return (first, second) switch
        {
            (Dle, 0x14) => OfDleDc4(at),
            (Gs, (byte)'V') => OfCut(at),
            (Gs, (byte)'v') => OfRaster(at),
            (Gs, (byte)'(') => OfGroup(at),
            _ => (Unknown(at, 2), 2),
        };
    }

    private (EscPosCommand, int) Text(int at)
    {
        var end = at;
        while (end < _held.Count && _held[end] >= 0x20)
            end++;
        return (new EscPosCommand("text", [.. _held[at..end]]), end - at);
    }

    /// <summary>DLE DC4 fn: 1 has two bytes behind it, 8 has seven.</summary>
    private (EscPosCommand, int)? OfDleDc4(int at) => Byte(at + 2) switch
    {
        null => null,
        1 => Take("DLE DC4", at, 2, 3),
        8 => Take("DLE DC4", at, 2, 8),
        _ => (Unknown(at, 3), 3),
    };

    /// <summary>GS V m, and n behind m where m feeds first.</summary>
    private (EscPosCommand, int)? OfCut(int at) => Byte(at + 2) switch
    {
        null => null,
        65 or 66 => Take("GS V", at, 2, 2),
        _ => Take("GS V", at, 2, 1),
    };

    /// <summary>GS v 0 m xL xH yL yH d...</summary>
    private (EscPosCommand, int)? OfRaster(int at)
    {
        if (at + 8 > _held.Count)
            return null;
        var length = (_held[at + 4] | (_held[at + 5] << 8)) * (_held[at + 6] | (_held[at + 7] << 8));
        return Take("GS v 0", at, 3, 5 + length);
    }

    /// <summary>GS ( x pL pH d...</summary>
    private (EscPosCommand, int)? OfGroup(int at)
    {
        if (at + 5 > _held.Count)
            return null;
        var length = _held[at + 3] | (_held[at + 4] << 8);
        return Take($"GS ( {(char)_held[at + 2]}", at, 5, length);
    }

    private (EscPosCommand, int)? Take(string name, int at, int head, int length) =>
        at + head + length > _held.Count
            ? null
            : (new EscPosCommand(name, [.. _held[(at + head)..(at + head + length)]]), head + length);

    private byte? Byte(int at) => at < _held.Count ? _held[at] : null;

    private EscPosCommand Unknown(int at, int length) => new("?", [.. _held[at..(at + length)]]);
}
