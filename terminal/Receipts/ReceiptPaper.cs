namespace CloudPos.Terminal.Receipts;

/// <summary>How a line stands on paper. Plain text has no styles and says the same.</summary>
[Flags]
internal enum PaperStyle
{
    None = 0,
    Bold = 1,

    /// <summary>Twice as high, as wide as any other.</summary>
    Tall = 2,
}

/// <summary>One printed line.</summary>
/// <param name="Text">At most <see cref="ReceiptPaper.Columns"/> characters, none of them a control.</param>
internal readonly record struct PaperLine(string Text, PaperStyle Style);

/// <summary>
/// Lines of text for paper that is 42 characters wide. Control characters print as question marks, so that no
/// name of a product can move a printer's or a console's cursor.
/// </summary>
internal sealed class ReceiptPaper
{
    public const int Columns = 42;

    private readonly List<PaperLine> _lines = [];

    public IReadOnlyList<PaperLine> Lines => _lines;

    /// <summary>What the QR code at the foot holds; null for none. Plain text leaves it out.</summary>
    public string? Code { get; private set; }

    public ReceiptPaper Rule() => Add(new string('-', Columns), PaperStyle.None);

    public ReceiptPaper Blank() => Add("", PaperStyle.None);

    /// <summary>One text, broken at spaces where it is too long, each line behind the indent.</summary>
    public ReceiptPaper Line(string text, int indent = 0, PaperStyle style = PaperStyle.None)
    {
        foreach (var part in Wrap(text, Columns - indent))
            Add(new string(' ', indent) + part, style);
        return this;
    }

    public ReceiptPaper Centre(string text, PaperStyle style = PaperStyle.None)
    {
        foreach (var part in Wrap(text, Columns))
            Add(new string(' ', (Columns - part.Length) / 2) + part, style);
        return this;
    }

    /// <summary>
    /// A text and a figure at the right edge; the figure stands behind the text's last line.
    /// </summary>
    public ReceiptPaper Row(
        string text, string figure, int indent = 0, PaperStyle style = PaperStyle.None)
    {
        var parts = Wrap(text, Columns - indent - figure.Length - 1);
        for (var i = 0; i < parts.Count - 1; i++)
            Add(new string(' ', indent) + parts[i], style);
        var last = new string(' ', indent) + parts[^1];
        return Add(last + figure.PadLeft(Columns - last.Length), style);
    }

    public ReceiptPaper WithCode(string content)
    {
        Code = content;
        return this;
    }

    public override string ToString() => string.Concat(_lines.Select(line => line.Text + '\n'));

    private ReceiptPaper Add(string line, PaperStyle style)
    {
        _lines.Add(new PaperLine(line.TrimEnd(), style));
        return this;
    }

    /// <summary>At least one part, none longer than the width; a word longer than the width is cut.</summary>
    private static List<string> Wrap(string text, int width)
    {
        var parts = new List<string>();
        var rest = Printable(text).Trim();
        while (rest.Length > width)
        {
            var space = rest.LastIndexOf(' ', width);
            var cut = space > 0 ? space : width;
            parts.Add(rest[..cut].TrimEnd());
            rest = rest[cut..].TrimStart();
        }
        parts.Add(rest);
        return parts;
    }

    private static string Printable(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
}
