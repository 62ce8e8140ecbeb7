using System.Globalization;

namespace CloudPos.Functions.Tables;

/// <summary>
/// Content over the 64 KiB that a property holds, spread over properties name0, name1, ... with its length in
/// name. An entry or a segment of up to 900 KiB fits in one row this way, and leaves the row room for its
/// other properties.
/// </summary>
internal static class Chunks
{
    public const int BytesMax = 900 * 1024;

    public static void SetChunks(this Row row, string name, ReadOnlySpan<byte> content)
    {
        if (content.Length > BytesMax)
            throw new TableLimitException(
                TableLimit.ContentBytes, $"{content.Length} bytes in '{name}', at most {BytesMax}.");
        int before = (int)(row.NumberOrNull(name) ?? 0);
        for (int i = CountOf(content.Length); i < CountOf(before); i++)
            row[Part(name, i)] = default;

        row[name] = content.Length;
        for (int i = 0; i < CountOf(content.Length); i++)
        {
            var rest = content[(i * TableLimits.PropertyBytesMax)..];
            row[Part(name, i)] = rest[..Math.Min(rest.Length, TableLimits.PropertyBytesMax)].ToArray();
        }
    }

    /// <summary>The content, or null when the row has none under this name.</summary>
    public static byte[]? ChunksOrNull(this Row row, string name) => row.Has(name) ? row.Chunked(name) : null;

    public static byte[] Chunked(this Row row, string name)
    {
        byte[] content = new byte[row.Number(name)];
        int filled = 0;
        for (int i = 0; i < CountOf(content.Length); i++)
        {
            byte[] part = row.Bytes(Part(name, i));
            if (part.Length != Math.Min(content.Length - filled, TableLimits.PropertyBytesMax))
                throw new RowShapeException($"Row {row}: part {i} of '{name}' has {part.Length} bytes.");
            part.CopyTo(content, filled);
            filled += part.Length;
        }

        return content;
    }

    private static int CountOf(int length) =>
        (length + TableLimits.PropertyBytesMax - 1) / TableLimits.PropertyBytesMax;

    private static string Part(string name, int i) => name + i.ToString(CultureInfo.InvariantCulture);
}
