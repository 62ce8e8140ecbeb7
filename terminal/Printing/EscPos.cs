using System.Text;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Printing;

/// <summary>
/// Writes what a receipt printer understands: the commands of Epson's ESC/POS that printers of all makers
/// share, each under its name in the manual. Collects bytes; sends nothing.
/// </summary>
internal sealed class EscPos
{
    private const byte Esc = 0x1B, Gs = 0x1D, Dle = 0x10, Eot = 0x04, Dc4 = 0x14;

    /// <summary>Rows of a picture that go in one command; more would overrun small printers.</summary>
    private const int RasterRowsMax = 128;

    private readonly MemoryStream _bytes = new();

    /// <summary>DLE EOT 1, 2 and 4: what state the printer, its cover and its paper are in. Answered at
    /// once.</summary>
    public static ReadOnlySpan<byte> AskStatus => [Dle, Eot, 1, Dle, Eot, 2, Dle, Eot, 4];

    /// <summary>
    /// GS r 1: asks about the paper, and is answered only when all that came before it was worked off.
    /// </summary>
    public static ReadOnlySpan<byte> AskFinished => [Gs, (byte)'r', 1];

    /// <summary>DLE DC4 1: opens the drawer at once, even where the printer is out of paper.</summary>
    public static ReadOnlySpan<byte> OpenDrawerNow => [Dle, Dc4, 1, 0, 1];

    /// <summary>DLE DC4 8: forget what was sent and is not printed, so that it does not come out
    /// later.</summary>
    public static ReadOnlySpan<byte> ForgetAll => [Dle, Dc4, 8, 1, 3, 20, 1, 6, 2, 8];

    /// <summary>ESC @, the code page, and a margin that centres 42 columns.</summary>
    public EscPos Start(int paperMillimetres)
    {
        Put(Esc, (byte)'@').Put(Esc, (byte)'t', CodePage.Number);
        // 80 mm hold 576 dots and 42 columns of 12; 58 mm hold 384 and 42 columns of the small font's 9.
        return paperMillimetres == 58
            ? Put(Esc, (byte)'M', 1)
            : Put(Gs, (byte)'L', (576 - 42 * 12) / 2, 0);
    }

    /// <summary>A line of text and its end.</summary>
    public EscPos Line(string text)
    {
        _bytes.Write(CodePage.Encode(text));
        return Put((byte)'\n');
    }

    /// <summary>ESC E.</summary>
    public EscPos Bold(bool on) => Put(Esc, (byte)'E', on ? (byte)1 : (byte)0);

    /// <summary>GS !, with 1 to 8 times the height.</summary>
    public EscPos Size(int width, int height) => Put(Gs, (byte)'!',
        (byte)(((width - 1) << 4) | (height - 1)));

    /// <summary>ESC a 1, or 0 for the left edge.</summary>
    public EscPos Centre(bool on) => Put(Esc, (byte)'a', on ? (byte)1 : (byte)0);

    /// <summary>ESC d: lines of paper without print.</summary>
    public EscPos Feed(byte lines) => Put(Esc, (byte)'d', lines);

    /// <summary>GS V 66 0: feeds to the knife and cuts, leaving one point.</summary>
    public EscPos Cut() => Put(Gs, (byte)'V', 66, 0);

    /// <summary>GS v 0: a picture in dots, in bands.</summary>
    public EscPos Raster(LogoImage image)
    {
        var row = (image.Width + 7) / 8;
        for (var from = 0; from < image.Height; from += RasterRowsMax)
        {
            var rows = Math.Min(RasterRowsMax, image.Height - from);
            Put(Gs, (byte)'v', (byte)'0', 0).Number(row).Number(rows);
            _bytes.Write(image.Dots, from * row, rows * row);
        }
        return this;
    }

    /// <summary>GS ( k: a QR code, model 2, correction level M; the printer draws it itself.</summary>
    public EscPos QrCode(string content, byte dots = 6)
    {
        var data = Encoding.UTF8.GetBytes(content);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, 500);
        Symbol(65, 50, 0).Symbol(67, dots).Symbol(69, 49);
        Put(Gs, (byte)'(', (byte)'k').Number(data.Length + 3).Put(49, 80, 48);
        _bytes.Write(data);
        return Symbol(81, 48);
    }

    public byte[] ToBytes() => _bytes.ToArray();

    private EscPos Symbol(byte function, params ReadOnlySpan<byte> values)
    {
        Put(Gs, (byte)'(', (byte)'k').Number(values.Length + 2).Put(49, function);
        _bytes.Write(values);
        return this;
    }

    /// <summary>Two bytes, the low one first.</summary>
    private EscPos Number(int value) => Put((byte)(value & 0xFF), checked((byte)(value >> 8)));

    private EscPos Put(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }
}
