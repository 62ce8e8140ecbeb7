namespace CloudPos.Local.Printer;

/// <summary>What stands on paper, at a height in dots from the top. 203 dots are an inch.</summary>
internal abstract record Mark(int Left, int Top);

/// <param name="Column">Width of a character in dots, before it is widened.</param>
internal sealed record TextMark(int Left, int Top, string Text, int Column, int Wide, int High, bool Bold)
    : Mark(Left, Top);

/// <param name="Rows">A bit a dot, whole bytes a row.</param>
internal sealed record PictureMark(int Left, int Top, int RowBytes, byte[] Rows) : Mark(Left, Top);

internal sealed record QrMark(int Left, int Top, string Content, int Dots) : Mark(Left, Top);

/// <summary>One piece of paper, from cut to cut.</summary>
internal sealed record Sheet(int Width, int Height, IReadOnlyList<Mark> Marks)
{
    /// <summary>What a person reads on it, line by line.</summary>
    public string Text => string.Concat(Marks.OfType<TextMark>().Select(mark => mark.Text + "\n"));

    public string? QrContent => Marks.OfType<QrMark>().Select(mark => mark.Content).FirstOrDefault();
}
