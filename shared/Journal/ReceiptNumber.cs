using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CloudPos.Journal;

/// <summary>A receipt's number as printed and scanned: terminal, epoch, running number.</summary>
public sealed record ReceiptNumber(JournalId Journal, long Running)
{
    private const int TerminalLength = 8;

    public string Terminal => Journal.Terminal;

    /// <summary>Reads such as T0000002-1-000042; blanks around it and small letters are forgiven.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ReceiptNumber? number)
    {
        number = null;
        var parts = (text ?? "").Trim().ToUpperInvariant().Split('-');
        if (parts is not
            [{ Length: TerminalLength } terminal, { Length: <= 6 } epoch, { Length: <= 12 } count]
            || !terminal.All(char.IsAsciiLetterOrDigit)
            || !int.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out var opened)
            || !long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var running)
            || opened < 1 || running < 1)
            return false;
        number = new ReceiptNumber(new JournalId(terminal, opened), running);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Terminal}-{Journal.Epoch}-{Running:D6}");
}
