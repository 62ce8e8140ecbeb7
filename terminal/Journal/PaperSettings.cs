namespace CloudPos.Terminal.Journal;

/// <summary>What is chosen at this terminal alone; kept encrypted beside the journal, never sent.</summary>
/// <param name="Locale">A name of <see cref="Languages.Locale.All"/>; null: as the store's default.</param>
internal sealed record PaperSettings(string? Locale = null, PrinterSettings? Printer = null)
{
    public static PaperSettings None { get; } = new();
}

/// <summary>Where receipts print.</summary>
/// <param name="Address">tcp://HOST:PORT, or the path of a device file.</param>
/// <param name="PaperMillimetres">80 or 58.</param>
/// <param name="Drawer">A drawer hangs on the printer and opens with each cash sale.</param>
/// <param name="Logo">Printed on top; null for none.</param>
internal sealed record PrinterSettings(
    string Address, int PaperMillimetres = 80, bool Drawer = true, LogoImage? Logo = null);

/// <summary>One bit a dot, rows of whole bytes, the leftmost dot in the highest bit; 1 is black.</summary>
internal sealed record LogoImage(int Width, int Height, byte[] Dots);
