using CloudPos.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Reports;

/// <summary>A Z report as the receipt printer has it.</summary>
internal static class ZReportText
{
    public static string Of(ReceiptHead head, EntryHeader header, ZReport report)
    {
        var paper = new ReceiptPaper();
        head.Print(paper, "Z REPORT", $"No. {report.Report}", header.At, isCopy: false);
        paper.Row("Business date", report.BusinessDate.ToString("yyyy-MM-dd", null))
            .Row("Entries", EntriesOf(report))
            .Rule()
            .Row($"Sales ({report.Sales}) {report.Gross.Currency}", Figures.Of(report.Gross))
            .Row($"Voids ({report.Voids})", Figures.Of(-report.Voided))
            .Row($"Refunds ({report.Refunds})", Figures.Of(-report.Refunded))
            .Row("NET", Figures.Of(report.Net));
        if (!report.Tips.IsZero || !report.TipsReturned.IsZero)
            paper.Row("Tips, beside the sales", Figures.Of(report.Tips))
                .Row("given back", Figures.Of(-report.TipsReturned), 2);
        paper.Rule();
        foreach (var tender in report.Tenders)
        {
            paper.Row($"{NameOf(tender)} ({tender.Count})", Figures.Of(tender.Amount));
            if (tender.VoidCount > 0)
                paper.Row($"voided ({tender.VoidCount})", Figures.Of(-tender.VoidAmount), 2);
        }
        if (report.Tenders.Count > 0)
            paper.Rule();
        foreach (var tax in report.Taxes)
            paper.Row(
                $"Tax {Figures.Rate(tax.RateBasisPoints)} of {Figures.Of(tax.Gross)}", Figures.Of(tax.Tax));
        if (report.Taxes.Count > 0)
            paper.Rule();
        paper.Row("Cards declined", $"{report.Declined}")
            .Row("Cards refused offline", $"{report.Refused}")
            .Row("Attempts given up", $"{report.Abandoned}");
        return paper.ToString();
    }

    /// <summary>Nothing may have happened since the last report; there is no such run then.</summary>
    private static string EntriesOf(ZReport report) =>
        report.From > report.Through ? "none" : $"{report.From} to {report.Through}";

    private static string NameOf(TenderTotal tender) => tender.Approval switch
    {
        Approval.Online => "Card, approved online",
        Approval.Chip => "Card, approved by the chip",
        Approval.Deferred => "Card, offline",
        _ => tender.Kind.ToString(),
    };
}
