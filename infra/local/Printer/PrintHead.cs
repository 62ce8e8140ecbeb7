using System.Text;

namespace CloudPos.Local.Printer;

/// <summary>
/// The part that puts marks on paper, one command after the other. Keeps the state that the manual says a
/// printer keeps:
/// font, size, weight, place, margin, code page.
/// </summary>
internal sealed class PrintHead(int width)
{
    private static readonly Encoding Page858 = CodePagesEncodingProvider.Instance.GetEncoding(858)!;

    private const int LineFeed = 30;
    private readonly List<Mark> _marks = [];
    private readonly StringBuilder _line = new();
    private int _top, _margin, _column = 12, _wide = 1, _high = 1;
    private bool _bold, _centre, _page858;
    private byte[] _qr = [];
    private int _qrDots = 3;

    /// <summary>What came that no printer would understand.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How many lines of paper were used.</summary>
    public int LinesFed { get; private set; }

    /// <returns>A sheet when this command cut one off.</returns>
    public Sheet? Do(EscPosCommand command)
    {
        var data = command.Data;
        switch (command.Name)
        {
            case "text":
                _line.Append((_page858 ? Page858 : Encoding.Latin1).GetString(data));
                break;
            case "LF":
                EndLine();
                break;
            case "ESC @":
                (_margin, _column, _wide, _high, _bold, _centre, _page858) = (0, 12, 1, 1, false, false,
                    false);
                break;
            case "ESC t":
                _page858 = data[0] == 19;
                break;
            case "ESC M":
                _column = data[0] is 1 or (byte)'1' ? 9 : 12;
                break;
            case "ESC E":
                _bold = (data[0] & 1) == 1;
                break;
            case "ESC a":
                _centre = data[0] is 1 or (byte)'1';
                break;
            case "ESC d":
                Feed(data[0]);
                break;
            case "GS !":
                (_wide, _high) = ((data[0] >> 4 & 7) + 1, (data[0] & 7) + 1);
                break;
            case "GS L":
                _margin = data[0] | (data[1] << 8);
                break;
            case "GS v 0":
                Picture(data);
                break;
            case "GS ( k":
                Symbol(data);
                break;
            case "GS V":
                return Cut(data);
            case "GS r" or "ESC p":
                break;
            default:
                Faults.Add($"{command.Name} {Convert.ToHexString(data)}");
                break;
        }
        return null;
    }

    private void EndLine()
    {
        if (_line.Length > 0)
        {
            var wide = _line.Length * _column * _wide;
            if (LeftOf(wide) + wide > width)
                Faults.Add($"a line is {wide} dots wide, the paper {width}: {_line}");
            _marks.Add(new TextMark(LeftOf(wide), _top, $"{_line}", _column, _wide, _high, _bold));
        }
        _line.Clear();
        _top += (_high - 1) * 24;
        Feed(1);
    }

    private void Feed(int lines)
    {
        _top += lines * LineFeed;
        LinesFed += lines;
    }

    /// <summary>m, bytes a row, rows, dots.</summary>
    private void Picture(byte[] data)
    {
        var (row, rows) = (data[1] | (data[2] << 8), data[3] | (data[4] << 8));
        _marks.Add(new PictureMark(LeftOf(row * 8), _top, row, data[5..]));
        _top += rows;
    }

    /// <summary>49 and a function: 65 model, 67 size, 69 correction, 80 store, 81 print.</summary>
    private void Symbol(byte[] data)
    {
        switch (data)
        {
            case [49, 65, 50, 0] or [49, 69, _]:
                break;
            case [49, 67, var dots] when dots is >= 1 and <= 16:
                _qrDots = dots;
                break;
            case [49, 80, 48, .. var content]:
                _qr = content;
                break;
            case [49, 81, 48] when _qr.Length > 0:
                var content8 = Encoding.UTF8.GetString(_qr);
                var side = QrPicture.SideOf(content8) * _qrDots;
                _marks.Add(new QrMark(LeftOf(side), _top, content8, _qrDots));
                _top += side;
                break;
            default:
                Faults.Add($"GS ( k {Convert.ToHexString(data)}");
                break;
        }
    }

    private Sheet Cut(byte[] data)
    {
        if (data is [66, var feed])
            _top += feed + 90;
        var sheet = new Sheet(width, _top, [.. _marks]);
        _marks.Clear();
        _top = 0;
        return sheet;
    }

    private int LeftOf(int wide) => _centre ? Math.Max(0, _margin + (
        width - 2 * _margin - wide) / 2) : _margin;
}
