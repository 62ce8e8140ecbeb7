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
        string? name, IReadOnlyList<string> address, string? taxNumber, out string? fault)
    {
        var lines = address.Select(Clean).Where(line => line.Length > 0).ToList();
        var (who, tax) = (Clean(name), Clean(taxNumber));
        fault = who.Length
            is 0 or > LineMax ? $"An invoice needs the customer's name, in at most {LineMax} characters."
            : lines.Count is 0 or > AddressLinesMax || lines.Any(line => line.Length > LineMax)
                ? $"An address has 1 to {AddressLinesMax} lines of at most {LineMax} characters."
            : tax.Length > TaxNumberMax || tax.Any(c => !char.IsAsciiLetterOrDigit(c) && !" -./".Contains(c))
                ? $"A tax number has letters, digits and - . / and at most {TaxNumberMax} of them."
            : null;
        return fault is null
            ? new InvoiceParty(who, lines, tax.Length == 0 ? null : tax)
            : null;
    }

    /// <summary>The address that an invoice is mailed to; null where none was typed.</summary>
    /// <returns>False when it is none.</returns>
    public static bool TryMail(string? text, out string? email)
    {
        email = (text ?? "").Trim() is { Length: > 0 } typed ? typed : null;
        return email is null || (email.Length <= 254 && email.Count(c => c == '@') == 1
            && email[0] != '@' && email[^1] != '@' && !email.Any(c => char.IsWhiteSpace(c)
            || char.IsControl(c)) && CardScrubber.Mask(email) == email);
    }

    public const string NoMail = "The e-mail address is not one, such as name@example.com.";

    private static string Clean(string? text) => CardScrubber.Mask(string.Concat(
        (text ?? "").Select(c => char.IsControl(c) ? ' ' : c))).Trim();
}
