using CloudPos.Languages;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>Who sells: what stands on top of every receipt.</summary>
/// <param name="Merchant">Field 42 of ISO 8583.</param>
/// <param name="Terminal">Field 41 of ISO 8583.</param>
internal sealed record ReceiptHead(
    string MerchantName, IReadOnlyList<string> StoreAddress, string Merchant, string Terminal)
{
    /// <summary>How figures and dates are written, and in which language the receipt speaks.</summary>
    public Locale Locale { get; init; } = Locale.Default;

    /// <summary>Nothing was sold: every paper says so, large.</summary>
    public bool Training { get; init; }

    /// <summary>The seller's own; null where none was entered.</summary>
    public string? TaxNumber { get; init; }

    /// <summary>The paper may have come out before, so that this one says that it is a copy.</summary>
    public bool IsAgain { get; init; }

    public Texts Texts => Locale.Texts;

    public static ReceiptHead Of(Enrolment enrolment) => new(
        enrolment.MerchantName, enrolment.StoreAddress, enrolment.Merchant, enrolment.Terminal);

    /// <summary>In the store's language; marked where the terminal trains.</summary>
    public static ReceiptHead Of(TerminalStore store)
    {
        var (enrolment, seller) = (store.Enrolment!, store.Seller);
        return new ReceiptHead(seller.Name, seller.Address, enrolment.Merchant, enrolment.Terminal)
        {
            TaxNumber = seller.TaxNumber,
            Locale = store.Locale,
            Training = enrolment.IsTraining,
        };
    }

    /// <summary>Name and address, the kind of receipt, its number, time, terminal and merchant.</summary>
    /// <param name="copy">Which copy it is; 0 where copies are not counted.</param>
    public void Print(
        ReceiptPaper paper, string kind, string receiptNumber, DateTimeOffset at, bool isCopy, int copy = 0)
    {
        PrintName(paper);
        if (isCopy || IsAgain)
            paper.Centre(
                copy > 0 ? Texts.With("receipt.copyNumber", copy) : Texts["receipt.copy"], PaperStyle.Bold);
        paper.Row(kind, receiptNumber, style: PaperStyle.Bold)
            .Row(Locale.Time(at), Texts.With("receipt.terminal", Terminal))
            .Line(Texts.With("receipt.merchant", Merchant))
            .Rule();
    }

    /// <summary>What stands on top of every paper, receipt or not.</summary>
    public void PrintName(ReceiptPaper paper)
    {
        if (Training)
            paper.Centre(Texts["paper.training"], PaperStyle.Bold | PaperStyle.Tall);
        paper.Centre(MerchantName, PaperStyle.Bold | PaperStyle.Tall);
        foreach (var line in StoreAddress)
            paper.Centre(line);
        if (TaxNumber is { } number)
            paper.Centre(Texts.With("receipt.taxNumber", number));
        paper.Rule();
    }
}
