using System.Text;
using CloudPos.Languages;

namespace CloudPos.Functions.Receipts;

/// <summary>A receipt as plain text, for readers of mail that show no HTML.</summary>
internal static class ReceiptText
{
    private const int Columns = 56;

    public static string Of(ReceiptDocument receipt)
    {
        var text = new StringBuilder();
        var (texts, locale) = (receipt.Texts, receipt.Locale);
        Head(text, receipt);
        foreach (var line in receipt.Sale.Lines)
        {
            Row(text, $"{line.Quantity} x {line.Name}", locale.Figure(line.Total));
            if (line.Quantity != 1)
                text.Append("    ").Append(texts.With("mail.eachPrice", locale.Figure(line.UnitPrice)))
                    .Append('\n');
            if (!line.Discount.IsZero)
                text.Append("    ").Append(texts.With("receipt.discount", locale.Figure(line.Discount)))
                    .Append('\n');
        }
        Rule(text);
        Row(
            text, texts.With("receipt.total", receipt.Sale.Total.Currency),
            locale.Figure(receipt.Sale.Total));
        if (!receipt.Sale.Tip.IsZero)
        {
            Row(text, texts["receipt.tip"], locale.Figure(receipt.Sale.Tip));
            Row(
                text, texts.With("receipt.toPay", receipt.Sale.Total.Currency),
                locale.Figure(receipt.Sale.Total + receipt.Sale.Tip));
        }
        foreach (var tender in receipt.Tenders)
        {
            Row(text, tender.Name, locale.Figure(tender.Amount));
            foreach (var detail in tender.Details)
                text.Append("  ").Append(Printed.Line(detail)).Append('\n');
        }
        Rule(text);
        foreach (var tax in receipt.Sale.Taxes)
            Row(text,
                texts.With("mail.vat", locale.Rate(tax.RateBasisPoints), locale.Figure(tax.Net)),
                locale.Figure(tax.Tax));
        text.Append('\n').Append(Printed.Line(Thanks(receipt))).Append('\n');
        return text.ToString();
    }

    /// <summary>By whom, where somebody signed in.</summary>
    public static string Thanks(ReceiptDocument receipt)
    {
        var (texts, cashier) = (receipt.Texts, receipt.Sale.Cashier);
        return cashier == Texts.Nobody ? $"{texts["receipt.thanks"]}." : texts.With("mail.served", cashier);
    }

    private static void Head(StringBuilder text, ReceiptDocument receipt)
    {
        text.Append(Printed.Line(receipt.Merchant)).Append('\n');
        foreach (var line in receipt.Address)
            text.Append(Printed.Line(line)).Append('\n');
        text.Append('\n');
        if (receipt.Notice.Length > 0)
            text.Append(Printed.Line(receipt.Notice)).Append("\n\n");
        Row(text, receipt.Texts["mail.receipt"], receipt.Sale.ReceiptNumber);
        Row(text, receipt.Texts["mail.date"], receipt.Locale.Time(receipt.Header.At));
        Row(text, receipt.Texts["mail.terminal"], receipt.TerminalId);
        Row(text, receipt.Texts["mail.merchant"], receipt.MerchantId);
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
