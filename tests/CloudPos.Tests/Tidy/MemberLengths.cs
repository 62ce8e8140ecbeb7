using System.Text.RegularExpressions;

namespace CloudPos.Tests.Tidy;

/// <summary>
/// Measures members (methods, constructors, properties) by braces: a block directly inside a type, or at the
/// top of a file, that is not itself a type. Attributes above a member and initialisers after '=' do not
/// count: they are data.
/// </summary>
internal static partial class MemberLengths
{
    private enum Block { Type, Member, Inner }

    [GeneratedRegex(@"\b(class|struct|record|interface|enum|namespace|extension)\b(?!\s*[,)>{]\s*where)")]
    private static partial Regex TypeWord();

    [GeneratedRegex(@"^(\s*\[[^\[\]]*(\[[^\[\]]*\][^\[\]]*)*\])+")]
    private static partial Regex Attributes();

    /// <summary>The first line and the number of lines of each member with a body.</summary>
    public static IEnumerable<(int Line, int Length)> Of(string text)
    {
        var code = CSharpText.WithoutCommentsAndStrings(text);
        var open = new Stack<(Block Kind, int Start)>();
        var headerStart = 0;
        var parentheses = 0;
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '(': parentheses++; break;
                case ')': parentheses--; break;
                case ';' when parentheses == 0: headerStart = i + 1; break;
                case '{':
                    open.Push(Opened(code, headerStart, i, open, parentheses));
                    headerStart = parentheses == 0 ? i + 1 : headerStart;
                    break;
                case '}' when open.TryPop(out var block):
                    var line = LineAt(code, block.Start);
                    if (block.Kind == Block.Member) yield return (line, LineAt(code, i) - line + 1);
                    headerStart = parentheses == 0 ? i + 1 : headerStart;
                    break;
            }
        }
    }

    private static (Block, int) Opened(
        string code, int headerStart, int brace, Stack<(Block Kind, int Start)> open, int parentheses)
    {
        var header = code[headerStart..brace];
        var skipped = Attributes().Match(header).Length;
        header = header[skipped..];
        var start = headerStart + skipped + (header.Length - header.TrimStart().Length);
        var directlyInType = parentheses == 0 && (open.Count == 0 || open.Peek().Kind == Block.Type);
        if (!directlyInType) return (Block.Inner, start);
        var isInitialiser = header.Replace("=>", "", StringComparison.Ordinal).Contains('=');
        if (isInitialiser) return (Block.Inner, start);
        return (TypeWord().IsMatch(header) ? Block.Type : Block.Member, start);
    }

    private static int LineAt(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;
}
