using CloudPos.Cards;
using CloudPos.Journal;

namespace CloudPos.Terminal.Invoices;

/// <summary>What a person typed for an invoice, checked before anything is written.</summary>
internal static class InvoiceOrder
{
    private const int LineMax = 80;
    private const int AddressLinesMax = 5;
    private const int TaxNumberMax = 30;

    /// <returns>Null, with the reason in <paramref name="fault"/>, when it makes no invoice.</returns>
    public static InvoiceParty? TryRead(
        string? name, IReadOnlyList<string> address, string? taxNumber, string? email, out string? fault)
    {
        var lines = address.Select(Clean).Where(line => line.Length > 0).ToList();
        var (who, tax, mail) = (Clean(name), Clean(taxNumber), Clean(email));
        fault = who.Length
            is 0 or > LineMax ? $"An invoice needs the customer's name, in at most {LineMax} characters."
            : lines.Count is 0 or > AddressLinesMax || lines.Any(line => line.Length > LineMax)
                ? $"An address has 1 to {AddressLinesMax} lines of at most {LineMax} characters."
            : tax.Length > TaxNumberMax || tax.Any(c => !char.IsAsciiLetterOrDigit(c) && !" -./".Contains(c))
                ? $"A tax number has letters, digits and - . / and at most {TaxNumberMax} of them."
            : mail.Length > 0 && (mail.Length > 254 || mail.Count(c => c == '@') != 1 || mail.Contains(' '))
                ? "The e-mail address is not one, such as name@example.com."
            : null;
        return fault is null
            ? new InvoiceParty(who, lines, tax.Length == 0 ? null : tax, mail.Length == 0 ? null : mail)
            : null;
    }

    private static string Clean(string? text) => CardScrubber.Mask(string.Concat(
        (text ?? "").Select(c => char.IsControl(c) ? ' ' : c))).Trim();
}
