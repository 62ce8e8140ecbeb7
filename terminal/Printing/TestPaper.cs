using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Printing;

/// <summary>A paper that shows whether a printer is set up rightly: columns, letters, styles and
/// code.</summary>
internal static class TestPaper
{
    public static ReceiptPaper Of(ReceiptHead head)
    {
        var paper = new ReceiptPaper();
        head.PrintName(paper);
        return paper.Centre(head.Texts["paper.printerTest"], PaperStyle.Bold | PaperStyle.Tall)
            .Line(head.Texts["paper.printerWorks"])
            .Rule()
            .Line("123456789012345678901234567890123456789012")
            .Row("ÄÖÜäöüß ÁÉÍÓÚáéíóúñÑ¿¡", "€ £ ¥")
            .Row("Bold", head.Locale.Figure(new Money(1_234_56, Currency.Parse("EUR"))),
                style: PaperStyle.Bold)
            .Rule()
            .WithCode(head.Terminal);
    }
}
