using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Receipts;

/// <summary>Who sells: what stands on top of every receipt.</summary>
/// <param name="Merchant">Field 42 of ISO 8583.</param>
/// <param name="Terminal">Field 41 of ISO 8583.</param>
internal sealed record ReceiptHead(
    string MerchantName, IReadOnlyList<string> StoreAddress, string Merchant, string Terminal)
{
    public static ReceiptHead Of(Enrolment enrolment) => new(
        enrolment.MerchantName, enrolment.StoreAddress, enrolment.Merchant, enrolment.Terminal);

    /// <summary>Name and address, the kind of receipt, its number, time, terminal and merchant.</summary>
    public void Print(ReceiptPaper paper, string kind, string receiptNumber, EntryHeader header, bool isCopy)
    {
        paper.Centre(MerchantName);
        foreach (var line in StoreAddress)
            paper.Centre(line);
        paper.Rule();
        if (isCopy)
            paper.Centre("*** COPY ***");
        paper.Row(kind, receiptNumber)
            .Row(TimeText(header.At), $"Terminal {Terminal}")
            .Line($"Merchant {Merchant}")
            .Rule();
    }

    /// <summary>Local time of the store, which the entry fixes, and how far that is from UTC.</summary>
    private static string TimeText(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture);
}
