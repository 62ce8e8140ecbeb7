using System.Globalization;
using System.Text.RegularExpressions;
using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Says what a report says in a language, and writes its figures and dates as they are written there. What it
/// is given is English: that is the key of the texts, so a report in English says exactly what stands in the
/// code. Immutable.
/// </summary>
internal sealed partial class ReportWords
{
    private const string NobodyKnown = "(not recorded)";

    private static readonly Dictionary<string, ReportWords> ByName =
        Locale.All.ToDictionary(locale => locale.Name, locale => new ReportWords(locale));

    private readonly FrozenTexts _texts;

    private ReportWords(Locale locale) => (Locale, _texts) = (locale, FrozenTexts.Of(locale.Language));

    public Locale Locale { get; }

    public string Language => Locale.Language;

    /// <summary>What the merchant names; else what all its stores do alike; else null.</summary>
    /// <param name="ofStores">The names of their locales; null for a store that names none.</param>
    public static string? LocaleOf(string? ofMerchant, IEnumerable<string?> ofStores) =>
        ofMerchant ?? (ofStores.Distinct().ToList() is [var one] ? one : null);

    public static ReportWords In(Locale locale) => ByName[locale.Name];

    /// <summary>A text of the code, with its places filled.</summary>
    public string Of(string english, params ReadOnlySpan<object?> values)
    {
        if (english.Length == 0)
            return english;
        var written = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
            written[i] = values[i] switch
            {
                Money amount => Locale.Amount(amount),
                DateOnly date => Locale.Date(date),
                var other => other,
            };
        return string.Format(CultureInfo.InvariantCulture, _texts[english], written);
    }

    /// <summary>A number of things: the text for one of them, or that for none or several.</summary>
    public string Count(long count, string one, string several) =>
        count == 1 ? Of(one) : Of(several, count);

    /// <summary>
    /// A sentence that is kept in rows in English, or a name with figures in it. One that no text has stays.
    /// </summary>
    public string Stored(string english)
    {
        if (Language == Locale.Default.Language)
            return english;
        if (_texts.Find(english) is { } whole)
            return whole;
        foreach (var (pattern, text) in _texts.Patterns)
            if (pattern.Match(english) is { Success: true } match)
                return string.Format(
                    CultureInfo.InvariantCulture, text,
                    [.. match.Groups.Values.Skip(1).Select(place => (object)Value(place.Value))]);
        return english;
    }

    /// <summary>Of a store, terminal or cashier, or that nobody knows which.</summary>
    public string Name(string name) => name == NobodyKnown ? Of(NobodyKnown) : name;

    public string Figure(Money amount) => Locale.Figure(amount);

    public string Date(DateOnly date) => Locale.Date(date);

    public string Time(DateTimeOffset at) => Locale.Time(at);

    public string Rate(int basisPoints) => Locale.Rate(basisPoints);

    /// <summary>A payout as it is named in figures: its settlement date, and its acquirer.</summary>
    public string Payout(string name) => string.Join(", ", name.Split(", ").Select(Value));

    public string Utc(DateTimeOffset at) => at.UtcDateTime.ToString(
        $"{Locale.DatePattern} {Locale.TimePattern}", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>An empty table with its caption and headings.</summary>
    /// <param name="values">For the places of the caption.</param>
    public TableBlock Table(
        string caption, IReadOnlyList<string> columns, params ReadOnlySpan<object?> values) => new(
        Of(caption, values),
        [.. columns.Select(column => column.StartsWith('#') ? $"#{Of(column[1..])}" : Of(column))])
    {
        Locale = Locale,
    };

    /// <summary>What stands in a place: a sentence of its own, a date, an amount, or a name.</summary>
    private string Value(string text) =>
        DateOnly.TryParseExact(
            text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Locale.Date(date)
            : Amount().Replace(Stored(text), Locale.DecimalPoint);

    /// <summary>The point of an amount, as code writes it: 11.49 EUR, or 11.49.</summary>
    [GeneratedRegex(@"(?<=^-?\d+)\.(?=\d+( [A-Z]{3})?$)")]
    private static partial Regex Amount();

    /// <summary>All texts of one language, and those with places as patterns of what is stored.</summary>
    private sealed class FrozenTexts
    {
        private readonly Dictionary<string, string> _byEnglish;

        private FrozenTexts(string language)
        {
            _byEnglish = ReportTexts.All.ToDictionary(row => row.En, row => Pick(row, language));
            Patterns =
            [
                .. ReportTexts.Stored.Where(row => row.En.Contains('{'))
                    .Select(row => (PatternOf(row.En), Pick(row, language))),
            ];
        }

        public IReadOnlyList<(Regex Pattern, string Text)> Patterns { get; }

        public string this[string english] => _byEnglish.GetValueOrDefault(english, english);

        public static FrozenTexts Of(string language) => new(language);

        public string? Find(string english) => _byEnglish.GetValueOrDefault(english);

        private static string Pick((string En, string De, string Es) row, string language) => language switch
        {
            "de" => row.De,
            "es" => row.Es,
            _ => row.En,
        };

        private static Regex PatternOf(string english) => new(
            "^" + Place().Replace(Regex.Escape(english), "(.+?)") + "$", RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1));
    }

    /// <summary>A place as it stands in an escaped pattern.</summary>
    [GeneratedRegex(@"\\\{\d+\}")]
    private static partial Regex Place();
}
