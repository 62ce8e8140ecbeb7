using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Printing;

/// <summary>A paper as a printer's bytes: logo, lines, code, cut.</summary>
internal static class PaperPrint
{
    public static byte[] Of(ReceiptPaper paper, PrinterSettings printer)
    {
        var print = new EscPos().Start(printer.PaperMillimetres);
        if (printer.Logo is { } logo)
            print.Centre(true).Raster(logo).Centre(false);
        var style = PaperStyle.None;
        foreach (var line in paper.Lines)
        {
            Change(print, style, line.Style);
            style = line.Style;
            print.Line(line.Text);
        }
        Change(print, style, PaperStyle.None);
        if (paper.Code is { } code)
            print.Feed(1).Centre(true).QrCode(code).Centre(false);
        return print.Feed(2).Cut().ToBytes();
    }

    private static void Change(EscPos print, PaperStyle from, PaperStyle to)
    {
        if ((from ^ to).HasFlag(PaperStyle.Bold))
            print.Bold(to.HasFlag(PaperStyle.Bold));
        if ((from ^ to).HasFlag(PaperStyle.Tall))
            print.Size(1, to.HasFlag(PaperStyle.Tall) ? 2 : 1);
    }
}
