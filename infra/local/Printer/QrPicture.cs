using QRCoder;

namespace CloudPos.Local.Printer;

/// <summary>The dark fields of a QR code, as the printer's own generator would draw them.</summary>
internal static class QrPicture
{
    public static int SideOf(string content) => FieldsOf(content).Count;

    /// <summary>Rows of fields, without the quiet zone; true is dark.</summary>
    public static List<bool[]> FieldsOf(string content)
    {
        const int quiet = 4;
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        return [.. rows.Skip(quiet).Take(rows.Count - 2 * quiet).Select(row =>
            Enumerable.Range(quiet, rows.Count - 2 * quiet).Select(at => row[at]).ToArray())];
    }
}
