using System.Globalization;
using System.Text;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Printing;

/// <summary>
/// Reads a logo as a binary portable bitmap (PBM, P4), which every picture program writes and which is
/// already what a printer takes: one bit a dot, 1 is black.
/// </summary>
internal static class Logo
{
    /// <summary>As wide as the paper of the broader printers.</summary>
    public const int WidthMax = 576;
    public const int HeightMax = 400;

    /// <returns>Null, with the reason in <paramref name="fault"/>, when it is no such picture.</returns>
    public static LogoImage? TryRead(ReadOnlySpan<byte> file, out string? fault)
    {
        fault = $"A logo is a binary portable bitmap (P4) of at most {WidthMax} x {HeightMax} dots.";
        if (file.Length < 7 || file[0] != 'P' || file[1] != '4')
            return null;
        var at = 2;
        if (NextNumber(file, ref at) is not (> 0 and <= WidthMax and var width)
            || NextNumber(file, ref at) is not (> 0 and <= HeightMax and var height))
            return null;
        at++;
        var length = (width + 7) / 8 * height;
        if (file.Length < at + length)
        {
            fault = "The picture is cut off: it has fewer dots than its head says.";
            return null;
        }
        fault = null;
        return new LogoImage(width, height, file.Slice(at, length).ToArray());
    }

    private static int? NextNumber(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length && (char.IsWhiteSpace((char)file[at]) || file[at] == '#'))
        {
            if (file[at] == '#')
                while (at < file.Length && file[at] != '\n')
                    at++;
            else
                at++;
        }
        var from = at;
        while (at < file.Length && char.IsAsciiDigit((char)file[at]))
            at++;
        return int.TryParse(
            Encoding.ASCII.GetString(file[from..at]), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;
    }
}
