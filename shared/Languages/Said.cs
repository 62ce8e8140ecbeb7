using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace CloudPos.Languages;

/// <summary>
/// The sentences that a terminal says to who stands before it, by key, in one language. Code writes them in
/// English, into entries and on the command line; a screen in another language says what the files beside
/// this one say instead. Every language has every key, which a test sees to.
/// </summary>
public sealed partial class Said
{
    private const string Fallback = "en";

    private static readonly FrozenDictionary<string, Said> ByLanguage =
        Texts.Languages.ToFrozenDictionary(language => language, language => new Said(Load(language), "."));

    private static readonly FrozenDictionary<string, Said> ByLocale = Locale.All.ToFrozenDictionary(
        locale => locale.Name, locale => new Said(ByLanguage[locale.Language]._texts, locale.DecimalPoint));

    private static readonly FrozenDictionary<string, string> KeyOfWhole = ByLanguage[Fallback]._texts
        .Where(text => !text.Value.Contains('{')).ToFrozenDictionary(text => text.Value, text => text.Key);

    /// <summary>Sentences with figures or names in them, those with the longest fixed text first.</summary>
    private static readonly IReadOnlyList<(string Key, Pattern Pattern)> Patterns =
    [
        .. ByLanguage[Fallback]._texts.Where(text => text.Value.Contains('{'))
            .Select(text => (text.Key, Pattern: new Pattern(text.Value)))
            .OrderByDescending(one => one.Pattern.FixedLength),
    ];

    private readonly FrozenDictionary<string, string> _texts;

    private readonly string _point;

    private Said(FrozenDictionary<string, string> texts, string point) => (_texts, _point) = (texts, point);

    public IEnumerable<string> Keys => _texts.Keys;

    public string this[string key] => _texts[key];

    public static Said In(string language) => ByLanguage.GetValueOrDefault(language) ?? ByLanguage[Fallback];

    /// <summary>In a shop's language, with amounts as the shop writes them.</summary>
    public static Said By(Locale locale) => ByLocale[locale.Name];

    /// <summary>
    /// What an English sentence says, and a sentence within it; as it is where no file has it.
    /// </summary>
    public string Of(string english)
    {
        if (_texts == ByLanguage[Fallback]._texts)
            return english;
        if (KeyOfWhole.TryGetValue(english, out var whole))
            return _texts[whole];
        foreach (var (key, pattern) in Patterns)
            if (pattern.Match(english) is { } values)
                return Texts.Fill(
                    _texts[key], [.. values.Select(value => Amount().Replace(Of(value), _point))]);
        return english;
    }

    /// <summary>The point of an amount, as code writes it: 11.49 EUR.</summary>
    [GeneratedRegex(@"(?<=^-?\d+)\.(?=\d+ [A-Z]{3}$)")]
    private static partial Regex Amount();

    private static FrozenDictionary<string, string> Load(string language) =>
        Texts.Read($"said-{language}").ToFrozenDictionary();

    /// <summary>An English sentence with places {0}, {1} ... in order, each with one or more characters.
    /// </summary>
    private sealed class Pattern
    {
        private readonly List<string> _fixed = [];

        public Pattern(string text)
        {
            var from = 0;
            for (var place = 0; ; place++)
            {
                var mark = $"{{{place}}}";
                var at = text.IndexOf(mark, from, StringComparison.Ordinal);
                if (at < 0)
                    break;
                _fixed.Add(text[from..at]);
                from = at + mark.Length;
            }
            _fixed.Add(text[from..]);
        }

        public int FixedLength => _fixed.Sum(part => part.Length);

        /// <summary>What stands in the places; null when it is another sentence.</summary>
        public string[]? Match(string sentence)
        {
            if (!sentence.StartsWith(_fixed[0], StringComparison.Ordinal)
                || !sentence.EndsWith(_fixed[^1], StringComparison.Ordinal))
                return null;
            var values = new string[_fixed.Count - 1];
            var from = _fixed[0].Length;
            for (var place = 0; place < values.Length; place++)
            {
                var next = _fixed[place + 1];
                var to = place == values.Length - 1
                    ? sentence.Length - next.Length
                    : sentence.IndexOf(next, Math.Min(from + 1, sentence.Length), StringComparison.Ordinal);
                if (to <= from)
                    return null;
                values[place] = sentence[from..to];
                from = to + next.Length;
            }
            return values;
        }
    }
}
