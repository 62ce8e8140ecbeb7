using System.Text;

namespace CloudPos.Functions.Receipts;

/// <summary>A receipt as plain text, for readers of mail that show no HTML.</summary>
internal static class ReceiptText
{
    private const int Columns = 56;

    public static string Of(ReceiptDocument receipt)
    {
        var text = new StringBuilder();
        Head(text, receipt);
        foreach (var line in receipt.Sale.Lines)
        {
            Row(text, $"{line.Quantity} x {line.Name}", Printed.Figure(line.Total));
            if (line.Quantity != 1)
                text.Append("    each ").Append(Printed.Figure(line.UnitPrice)).Append('\n');
            if (!line.Discount.IsZero)
                text.Append("    discount ").Append(Printed.Figure(line.Discount)).Append('\n');
        }
        Rule(text);
        Row(text, $"TOTAL {receipt.Sale.Total.Currency}", Printed.Figure(receipt.Sale.Total));
        if (!receipt.Sale.Tip.IsZero)
        {
            Row(text, "Tip", Printed.Figure(receipt.Sale.Tip));
            Row(text, "TO PAY", Printed.Figure(receipt.Sale.Total + receipt.Sale.Tip));
        }
        foreach (var tender in receipt.Tenders)
        {
            Row(text, tender.Name, Printed.Figure(tender.Amount));
            foreach (var detail in tender.Details)
                text.Append("  ").Append(Printed.Line(detail)).Append('\n');
        }
        Rule(text);
        foreach (var tax in receipt.Sale.Taxes)
            Row(text, $"VAT {Printed.Rate(tax.RateBasisPoints)} of net {Printed.Figure(tax.Net)}",
                Printed.Figure(tax.Tax));
        text.Append("\nServed by ").Append(Printed.Line(receipt.Sale.Cashier)).Append(". Thank you.\n");
        return text.ToString();
    }

    private static void Head(StringBuilder text, ReceiptDocument receipt)
    {
        text.Append(Printed.Line(receipt.Merchant)).Append('\n');
        foreach (var line in receipt.Address)
            text.Append(Printed.Line(line)).Append('\n');
        text.Append('\n');
        if (receipt.Notice.Length > 0)
            text.Append(Printed.Line(receipt.Notice)).Append("\n\n");
        Row(text, "Receipt", receipt.Sale.ReceiptNumber);
        Row(text, "Date", Printed.Local(receipt.Header.At));
        Row(text, "Terminal", receipt.TerminalId);
        Row(text, "Merchant", receipt.MerchantId);
        Rule(text);
    }

    private static void Rule(StringBuilder text) => text.Append('-', Columns).Append('\n');

    /// <summary>A text too long for its line stands on one of its own, above its figure.</summary>
    private static void Row(StringBuilder text, string name, string figure)
    {
        var printed = Printed.Line(name);
        if (printed.Length + figure.Length >= Columns)
        {
            text.Append(printed).Append('\n');
            printed = "";
        }
        text.Append(printed).Append(
            ' ', Math.Max(1, Columns - printed.Length - figure.Length)).Append(figure).Append('\n');
    }
}
