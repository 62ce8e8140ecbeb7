using QRCoder;

namespace CloudPos.Terminal.Invoices;

/// <summary>The fields of a QR code, for what no printer draws: HTML and PDF.</summary>
internal static class QrFields
{
    /// <summary>Rows of fields without the quiet zone; true is dark.</summary>
    public static List<bool[]> Of(string content)
    {
        const int quiet = 4;
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        return [.. rows.Skip(quiet).Take(rows.Count - 2 * quiet).Select(row =>
            Enumerable.Range(quiet, rows.Count - 2 * quiet).Select(at => row[at]).ToArray())];
    }
}
