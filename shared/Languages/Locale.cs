using System.Globalization;

namespace CloudPos.Languages;

/// <summary>
/// How a store writes figures, dates and times, and in which language. A table of our own: the programs are
/// built
/// with invariant globalization, so that a machine's settings never change what a receipt says. Immutable;
/// the
/// first row is the one for stores that name none.
/// </summary>
/// <param name="Name">BCP 47, for example de-DE.</param>
/// <param name="Language">Two letters; one of <see cref="Texts.Languages"/>.</param>
/// <param name="Group">Between groups of three digits; empty where none are made.</param>
public sealed record Locale(
    string Name, string Language, string DecimalPoint, string Group, string DatePattern, string TimePattern)
{
    private const string Clock24 = "HH:mm";

    public static Locale Default { get; } = new("en", "en", ".", "", "yyyy-MM-dd", Clock24)
    {
        InvoicesNeedTaxNumber = false,
    };

    public static IReadOnlyList<Locale> All { get; } =
    [
        Default,
        new("en-GB", "en", ".", ",", "dd/MM/yyyy", Clock24),
        new("en-IE", "en", ".", ",", "dd/MM/yyyy", Clock24),
        new("en-US", "en", ".", ",", "MM/dd/yyyy", "h:mm tt") { InvoicesNeedTaxNumber = false },
        new("de-DE", "de", ",", ".", "dd.MM.yyyy", Clock24),
        new("de-AT", "de", ",", ".", "dd.MM.yyyy", Clock24),
        new("de-CH", "de", ".", "'", "dd.MM.yyyy", Clock24),
        new("es-ES", "es", ",", ".", "dd/MM/yyyy", Clock24),
        new("es-MX", "es", ".", ",", "dd/MM/yyyy", Clock24),
    ];

    public Texts Texts => Texts.Of(Language);

    /// <summary>
    /// Whether an invoice of a shop there is one only with the seller's own tax number on it (Directive
    /// 2006/112/EC, 226 (3), and its like in Switzerland and Mexico).
    /// </summary>
    public bool InvoicesNeedTaxNumber { get; init; } = true;

    /// <summary>The locale of that name; the default where none is named or the name is not known.</summary>
    public static Locale Of(string? name) => Find(name) ?? Default;

    public static Locale? Find(string? name) =>
        All.FirstOrDefault(locale => string.Equals(locale.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>An amount without its currency, with the currency's own number of digits.</summary>
    public string Figure(Money amount)
    {
        var digits = amount.Currency.Code is null ? 0 : amount.Currency.MinorDigits;
        var all = UInt128.CreateChecked(Int128.Abs(amount.Minor)).ToString(CultureInfo.InvariantCulture)
            .PadLeft(digits + 1, '0');
        var whole = Grouped(all[..^digits]);
        var sign = amount.Minor < 0 ? "-" : "";
        return digits == 0 ? sign + whole : $"{sign}{whole}{DecimalPoint}{all[^digits..]}";
    }

    /// <summary>An amount with its currency's code behind it.</summary>
    public string Amount(Money amount) => $"{Figure(amount)} {amount.Currency}";

    /// <summary>Basis points as a percentage: 1900 is "19 %", 550 is "5.5 %".</summary>
    public string Rate(int basisPoints)
    {
        var (whole, rest) = (basisPoints / 100, basisPoints % 100);
        var fraction = rest.ToString("00", CultureInfo.InvariantCulture).TrimEnd('0');
        return fraction.Length == 0 ? $"{whole} %" : $"{whole}{DecimalPoint}{fraction} %";
    }

    public string Date(DateOnly date) => date.ToString(DatePattern, CultureInfo.InvariantCulture);

    /// <summary>Date and time as the store's clocks show them, and how far that is from UTC.</summary>
    public string Time(DateTimeOffset at) =>
        at.ToString($"{DatePattern} {TimePattern} zzz", CultureInfo.InvariantCulture);

    private string Grouped(string digits)
    {
        if (Group.Length == 0)
            return digits;
        for (var i = digits.Length - 3; i > 0; i -= 3)
            digits = digits.Insert(i, Group);
        return digits;
    }
}
