using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Reports;

/// <summary>X and Z report as the receipt printer has them, in the store's language.</summary>
internal static class ZReportText
{
    /// <param name="isX">A look in between: it has no number and closes nothing.</param>
    public static ReceiptPaper Paper(ReceiptHead head, DateTimeOffset at, ZReport report, bool isX = false)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), head.Texts, head.Locale);
        head.Print(
            paper, texts[isX ? "report.x" : "report.z"],
            isX ? texts["report.between"] : texts.With("report.number", report.Report), at, isCopy: false);
        paper.Row(texts["report.date"], locale.Date(report.BusinessDate))
            .Row(texts["report.entries"], EntriesOf(report, texts))
            .Rule()
            .Row(texts.With("report.sales", report.Sales, report.Gross.Currency), locale.Figure(report.Gross))
            .Row(texts.With("report.voids", report.Voids), locale.Figure(-report.Voided))
            .Row(texts.With("report.refunds", report.Refunds), locale.Figure(-report.Refunded))
            .Row(texts["report.net"], locale.Figure(report.Net), style: PaperStyle.Bold);
        if (!report.Tips.IsZero || !report.TipsReturned.IsZero)
            paper.Row(texts["report.tips"], locale.Figure(report.Tips))
                .Row(texts["report.tipsBack"], locale.Figure(-report.TipsReturned), 2);
        paper.Rule();
        foreach (var tender in report.Tenders)
        {
            paper.Row($"{NameOf(tender, texts)} ({tender.Count})", locale.Figure(tender.Amount));
            if (tender.VoidCount > 0)
                paper.Row(
                    texts.With("report.voided", tender.VoidCount), locale.Figure(-tender.VoidAmount), 2);
        }
        if (report.Tenders.Count > 0)
            paper.Rule();
        foreach (var tax in report.Taxes)
            paper.Row(
                texts.With("report.tax", locale.Rate(tax.RateBasisPoints), locale.Figure(tax.Gross)),
                locale.Figure(tax.Tax));
        if (report.Taxes.Count > 0)
            paper.Rule();
        return paper.Row(texts["report.declined"], $"{report.Declined}")
            .Row(texts["report.refused"], $"{report.Refused}")
            .Row(texts["report.givenUp"], $"{report.Abandoned}");
    }

    /// <summary>Nothing may have happened since the last report; there is no such run then.</summary>
    private static string EntriesOf(ZReport report, Texts texts) => report.From > report.Through
        ? texts["report.none"]
        : texts.With("report.range", report.From, report.Through);

    private static string NameOf(TenderTotal tender, Texts texts) => texts[tender.Approval switch
    {
        Approval.Online => "report.cardOnline",
        Approval.Chip => "report.cardChip",
        Approval.Deferred => "report.cardDeferred",
        _ when tender.Kind == TenderKind.Cash => "receipt.cash",
        _ when tender.Kind == TenderKind.Card => "card.card",
        _ => "receipt.other",
    }];
}
