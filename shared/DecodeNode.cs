using System.Text;

namespace CloudPos;

/// <summary>One line of decoded data, fit to be shown: card data are masked already.</summary>
/// <param name="Id">Tag, field number or part, as its standard writes it.</param>
/// <param name="Value">Null for a node that only holds others.</param>
public sealed record DecodeNode(string Id, string Name, string? Value, IReadOnlyList<DecodeNode> Children)
{
    /// <summary>A line each, indented by depth.</summary>
    public static string ToText(IReadOnlyList<DecodeNode> nodes)
    {
        var text = new StringBuilder();
        Append(text, nodes, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<DecodeNode> nodes, int depth)
    {
        foreach (var node in nodes)
        {
            text.Append(' ', depth * 2).Append(node.Id).Append("  ").Append(node.Name);
            if (node.Value is not null)
                text.Append(": ").Append(node.Value);
            text.Append('\n');
            Append(text, node.Children, depth + 1);
        }
    }
}
