using OxyPlot;

namespace CloudPos.Papers;

/// <summary>
/// Pages of a PDF, measured in points from the top left. Text is Windows-1252, which the fonts that every
/// reader brings
/// can show; what it lacks is a question mark.
/// </summary>
public sealed class PdfPage(double width, double height)
{
    private readonly PortableDocument _document = new();

    public double Width => width;

    public double Height => height;

    public PdfPage Title(string title)
    {
        _document.Title = WinAnsi(title);
        return this;
    }

    public void Add() => _document.AddPage(width, height);

    public void Text(double left, double top, string text, double size = 10, bool bold = false,
        string font = "Arial")
    {
        _document.SetFont(font, size, bold);
        _document.SetFillColor(0, 0, 0);
        _document.DrawText(left, height - top - size, WinAnsi(text));
    }

    /// <summary>A text that ends at a place.</summary>
    public void TextTo(double right, double top, string text, double size = 10, bool bold = false)
    {
        _document.SetFont("Arial", size, bold);
        _document.MeasureText(WinAnsi(text), out var wide, out _);
        Text(right - wide, top, text, size, bold);
    }

    public void Rule(double left, double right, double top)
    {
        _document.SetColor(0.6, 0.6, 0.6);
        _document.SetLineWidth(0.5);
        _document.DrawLine(left, height - top, right, height - top);
    }

    /// <summary>Dark fields of a code, a square each.</summary>
    public void Code(double left, double top, double field, string content)
    {
        _document.SetFillColor(0, 0, 0);
        foreach (var (y, row) in QrFields.Of(content).Index())
            foreach (var (x, dark) in row.Index())
                if (dark)
                    _document.FillRectangle(left + x * field, height - top - (y + 1) * field, field, field);
    }

    public byte[] ToBytes()
    {
        using var target = new MemoryStream();
        _document.Save(target);
        return target.ToArray();
    }

    /// <summary>The characters that Windows-1252 has at 80 to 9F; all others up to FF are Latin-1.</summary>
    private const string High =
        "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    /// <summary>Each character as the one whose number is its code in the font.</summary>
    private static string WinAnsi(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            var at = source[i] > '\u00ff' ? High.IndexOf(source[i], StringComparison.Ordinal) : -1;
            span[i] = at >= 0 ? (char)(0x80 + at)
                : source[i] is >= ' ' and < '\u007f' or >= '\u00a0' and <= '\u00ff' ? source[i] : '?';
        }
    });
}
