using CloudPos.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>What an outage drill showed, for the manager's folder.</summary>
internal static class DrillPaper
{
    public static ReceiptPaper Of(ReceiptHead head, DrillEnded drill)
    {
        var (paper, texts, locale) = (new ReceiptPaper(), head.Texts, head.Locale);
        head.PrintName(paper);
        paper.Centre(texts["drill.title"], PaperStyle.Bold)
            .Line(texts.With("drill.from", locale.Time(drill.From)))
            .Line(texts.With("drill.to", locale.Time(drill.To)))
            .Line(texts.With("drill.by", drill.StartedBy));
        if (drill.EndedBy is { } early)
            paper.Line(texts.With("drill.early", early));
        paper.Rule().Row(texts["drill.sales"], $"{drill.Sales}");
        foreach (var cash in drill.Cash)
            paper.Row(texts["drill.cash"], locale.Amount(cash));
        paper.Row(texts["drill.deferred"], $"{drill.Deferred}");
        foreach (var total in drill.DeferredTotals)
            paper.Row("", locale.Amount(total));
        paper.Row(texts["drill.refused"], $"{drill.Refused}");
        foreach (var risk in drill.Exposure)
            paper.Row(texts["drill.exposure"], locale.Amount(risk));
        return paper.Row(texts["drill.waiting"], $"{drill.Waiting}");
    }
}
