using System.Text;

namespace CloudPos.Terminal.Receipts;

/// <summary>
/// Lines of text for paper that is 42 characters wide. Control characters print as question marks, so that no
/// name of a product can move a printer's or a console's cursor.
/// </summary>
internal sealed class ReceiptPaper
{
    public const int Columns = 42;

    private readonly StringBuilder _text = new();

    public ReceiptPaper Rule() => Add(new string('-', Columns));

    public ReceiptPaper Blank() => Add("");

    /// <summary>One text, broken at spaces where it is too long, each line behind the indent.</summary>
    public ReceiptPaper Line(string text, int indent = 0)
    {
        foreach (var part in Wrap(text, Columns - indent))
            Add(new string(' ', indent) + part);
        return this;
    }

    public ReceiptPaper Centre(string text)
    {
        foreach (var part in Wrap(text, Columns))
            Add(new string(' ', (Columns - part.Length) / 2) + part);
        return this;
    }

    /// <summary>
    /// A text and a figure at the right edge; the figure stands behind the text's last line.
    /// </summary>
    public ReceiptPaper Row(string text, string figure, int indent = 0)
    {
        var parts = Wrap(text, Columns - indent - figure.Length - 1);
        for (var i = 0; i < parts.Count - 1; i++)
            Add(new string(' ', indent) + parts[i]);
        var last = new string(' ', indent) + parts[^1];
        return Add(last + figure.PadLeft(Columns - last.Length));
    }

    public override string ToString() => _text.ToString();

    private ReceiptPaper Add(string line)
    {
        _text.Append(line.TrimEnd()).Append('\n');
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
